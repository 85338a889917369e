using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

/// <summary>No pointer is written behind the collector's back: every operation on every shape of map, with marking switched on by hand.</summary>
public class BarrierTests
{
    private static readonly string[] Types =
    [
        "map[uint64]uint64", "map[uint32]uint32", "map[string]string", "map[string]*T", "map[*T]*T", "map[uint64]*T", "map[interface{}]int",
        "map[struct{ s string; n int }]string", "map[[150]byte][200]byte", "map[[20]string]int",
    ];

    [Fact]
    public void Every_pointer_that_a_step_stores_has_its_old_and_new_value_in_the_buffer_before_as_the_table_says()
    {
        var reached = new HashSet<PointerWrite>();
        int stores = 0;
        ulong seed = 0;
        foreach (string type in Types)
        {
            foreach ((GoVersion version, Arch arch) in new[] { (GoVersion.Go123, Arch.Amd64), (GoVersion.Go119, Arch.I386), (GoVersion.Go121, Arch.Amd64) })
            {
                foreach (DegenerateHashKind? hash in new DegenerateHashKind?[] { null, DegenerateHashKind.LowBits })
                {
                    MapSession s = Sessions.Of(type, version, arch, hash);
                    var observer = new BarrierObserver(s, $"{type} {version} {arch} {hash}");
                    Program(s, observer, ++seed);
                    reached.UnionWith(observer.Reached);
                    stores += observer.Checked;
                }
            }
        }

        Assert.Empty(Enum.GetValues<PointerWrite>().Except(reached));
        Assert.InRange(stores, 20_000, 10_000_000);
    }

    [Fact]
    public void While_barriers_are_off_nothing_is_written_down()
    {
        MapSession s = Sessions.Of("map[string]*T", hash: DegenerateHashKind.LowBits);
        Addr map = s.Make(0);
        for (int i = 0; i < 60; i++)
        {
            s.Assign(0, map, Sessions.Str(s, $"key {i}"), Sessions.U64(0));
            s.Delete(0, map, Sessions.Str(s, $"key {i / 2}"));
        }

        Assert.Equal(0, s.Machine.Heap.Gc.BufferedWords(0));
    }

    [Fact]
    public void The_pointers_come_into_the_buffer_of_the_goroutines_own_P()
    {
        MapSession s = Sessions.Of("map[uint64]*T");
        var m = new Machine(s.Machine.Options with { Procs = 2 }, SimFrames.Table);
        m.AddType(s.TypeOf(0));
        m.AddGoroutine(256);
        m.StartMarking();
        Assert.True(m.Heap.Gc.IsBarrierOn(0) && m.Heap.Gc.IsBarrierOn(1));
        m.Select(1);
        MakeMap.Call(m, 0, MakeForm.Hint, 20);
        m.Run();
        Assert.Equal((0, 2), (m.Heap.Gc.BufferedWords(0), m.Heap.Gc.BufferedWords(1)));
    }

    [Fact]
    public void A_goroutine_that_begins_while_the_collector_marks_has_a_black_stack_and_a_P_that_is_added_its_barrier_on()
    {
        Machine m = Sessions.Of("map[uint64]*T").Machine;
        m.StartMarking();
        Assert.True(m.AddGoroutine(0).IsStackBlack);
        m.Heap.AddArena();
        Assert.True(m.Heap.Gc.IsBarrierOn(1));
        m.Heap.Gc.EndMarking();
        Assert.False(m.AddGoroutine(0).IsStackBlack);
        Assert.False(m.Heap.Gc.IsBarrierOn(0) || m.Heap.Gc.IsBarrierOn(1));
    }

    /// <summary>Operations that reach every statement that writes a pointer, each watched.</summary>
    private static void Program(MapSession s, BarrierObserver watch, ulong seed)
    {
        Machine m = s.Machine;
        var values = new RandomValues(s, new RandomSource(seed));
        var keys = new RandomKeys(values, s.TypeOf(0).Key, 75).All.Where(k => k.Unhashable == null && k.IsReflexive).ToList();
        m.StartMarking();

        s.BeginMake(0);
        Addr map = new(watch.Run()), iterator = s.NewIterator(), second = s.NewIterator();
        foreach (RandomKey key in keys)
        {
            Assign(map, key);
            if (key.Number == 30)
            {
                MapIterInit.Call(m, 0, map, iterator);
                watch.Run();
            }

            if (key.Number > 30 && key.Number % 3 == 0 && !s.IteratorKey(iterator).IsNil)
            {
                MapIterNext.Call(m, iterator);
                watch.Run();
            }

            if (key.Number == 58)
            {
                Clone(map);
            }
        }

        keys.Take(12).ToList().ForEach(k => Assign(map, k));
        keys.Take(5).ToList().ForEach(k => Lookup(map, k));
        keys.Where((_, i) => i % 3 == 0).ToList().ForEach(k => Delete(map, k));
        Iterate(map, s.StackIterator());
        Iterate(map, second);

        // Spare buckets: taken, used up, and given back by clear.
        s.BeginMake(0, MakeForm.Hint, 120);
        Addr hinted = new(watch.Run());
        keys.ForEach(k => Assign(hinted, k));
        Clone(hinted);
        Clear(hinted);
        keys.Take(20).ToList().ForEach(k => Assign(hinted, k));

        // A clear in the middle of a grow, and a clone of a single bucket.
        s.BeginMake(0, MakeForm.Stack);
        watch.Run();
        s.BeginMake(0);
        Addr small = new(watch.Run());
        keys.Take(5).ToList().ForEach(k => Assign(small, k));
        Clone(small);
        for (int i = 5; i < 70 && (i < 12 || !Sessions.View(s, small).IsGrowing); i++)
        {
            Assign(small, keys[i % keys.Count]);
        }

        Clear(small);

        void Assign(Addr to, RandomKey key)
        {
            byte[] elem = values.Elem(s.TypeOf(0).Elem);
            s.BeginAssign(0, to, key.Bytes);
            ulong slot = watch.Run();
            m.Memory.Poke(s.ElemLocal, elem);
            MemMove.Call(m, new Addr(slot), s.ElemLocal, elem.Length, PointerWrite.UserElem);
            watch.Run();
        }

        void Lookup(Addr from, RandomKey key)
        {
            s.BeginLookup(0, from, key.Bytes);
            ulong elem = watch.Run();
            MemMove.Call(m, s.ResultLocal, new Addr(elem), s.TypeOf(0).Elem.Size, PointerWrite.UserLoad);
            watch.Run();
        }

        void Delete(Addr from, RandomKey key)
        {
            s.BeginDelete(0, from, key.Bytes);
            watch.Run();
        }

        void Clear(Addr which)
        {
            MapClear.Call(m, 0, which);
            watch.Run();
        }

        void Clone(Addr from)
        {
            MapView view = Sessions.View(s, from);
            if (m.Version.HasClone && !(Bmap.OverLoadFactor(view.Count, view.B, m.Version, m.PointerSize) && !m.Version.CloneClampsHint))
            {
                MapClone.Call(m, 0, from);
                watch.Run();
            }
        }

        void Iterate(Addr over, Addr it)
        {
            MapIterInit.Call(m, 0, over, it);
            for (watch.Run(); !s.IteratorKey(it).IsNil; watch.Run())
            {
                MapIterNext.Call(m, it);
            }
        }
    }
}
