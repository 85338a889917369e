using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Gcs;

public class CollectorReachabilityTests
{
    public static TheoryData<string, string, DegenerateHashKind?> Cases()
    {
        var cases = new TheoryData<string, string, DegenerateHashKind?>();
        foreach (string type in Collections.Types)
        {
            cases.Add(type, "amd64", null);
            cases.Add(type, "amd64", DegenerateHashKind.LowBits);
            cases.Add(type, "386", null);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_collection_frees_exactly_what_no_root_leads_to(string type, string arch, DegenerateHashKind? hash)
    {
        MapSession s = Collections.Session(type, arch: arch == "386" ? Arch.I386 : Arch.Amd64, hash: hash);
        var values = new RandomValues(s, new RandomSource(5));
        var keys = new RandomKeys(values, s.TypeOf(0).Key, 60).All.Where(k => k.Unhashable == null).ToList();
        Addr[] maps = [s.Make(0), s.Make(0, MakeForm.Hint, 60), s.Make(0, MakeForm.Hint, 120)];
        Addr iterator = s.NewIterator();
        int garbage = 0;
        for (int round = 0; round < 6; round++)
        {
            foreach (RandomKey key in keys)
            {
                Addr map = maps[(key.Number + round) % 3];
                Assert.True(s.Assign(0, map, key.Bytes, values.Elem(s.TypeOf(0).Elem)).IsOk);
                if (key.Number % (2 + round) == 0)
                {
                    s.Delete(0, map, keys[(key.Number * 7 + round) % keys.Count].Bytes);
                }

                if (round == 1 && key.Number == 30)
                {
                    s.IterInit(0, maps[0], iterator);
                }
            }

            if (round == 3)
            {
                s.Forget(maps[1]);
                maps[1] = s.Make(0);
                s.Clear(0, maps[2]);
            }

            HashSet<Addr> expected = Collections.Reachable(s.Machine);
            garbage += s.Machine.Heap.LiveObjects().Count() - expected.Count;
            s.Collect();
            Assert.Equal(expected.Order(), s.Machine.Heap.LiveObjects().Select(o => o.Start).Order());
        }

        Assert.InRange(garbage, 5, 100_000);
        foreach (RandomKey key in keys)
        {
            Assert.True(s.Lookup(0, maps[0], key.Bytes, out _).IsOk);
        }
    }

    [Fact]
    public void An_iterator_that_holds_only_a_bucket_keeps_the_whole_array()
    {
        MapSession s = Collections.Session("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 40), array = Sessions.View(s, map).Buckets;
        Addr iterator = s.NewIterator();
        s.Machine.Memory.Poke(iterator + s.Machine.L.ItBptr, Sessions.U64((array + 3 * s.TypeOf(0).BucketSize).Value));
        s.Forget(map);
        s.Collect();
        Assert.Equal((false, true), (Collections.IsLive(s.Machine, map), Collections.IsLive(s.Machine, array)));
        s.Machine.Memory.Poke(iterator + s.Machine.L.ItBptr, Sessions.U64(0));
        s.Collect();
        Assert.False(Collections.IsLive(s.Machine, array));
    }

    [Fact]
    public void A_spare_overflow_bucket_keeps_the_array_it_lies_in()
    {
        MapSession s = Collections.Session("map[uint64]uint64");
        Addr map = s.Make(0, MakeForm.Hint, 120);
        MapView view = Sessions.View(s, map);
        (Addr array, Addr spare) = (view.Buckets, view.NextOverflow);
        Assert.Equal(32UL * 144, spare - array);
        s.Keep(s.NewObject(Sessions.U64(spare.Value), ObjectKind.Other, hasPointers: true));
        s.Forget(map);
        s.Collect();
        Assert.Equal((false, true), (Collections.IsLive(s.Machine, map), Collections.IsLive(s.Machine, array)));
    }

    [Fact]
    public void A_pointer_just_behind_an_object_keeps_neither_it_nor_a_neighbour_that_is_not_there()
    {
        MapSession s = Collections.Session("map[uint64]uint64");
        Addr gone = s.NewObject(new byte[48], ObjectKind.Other);
        s.Keep(s.NewObject(Sessions.U64((gone + 48).Value), ObjectKind.Other, hasPointers: true));
        s.Collect();
        Assert.False(Collections.IsLive(s.Machine, gone));
    }

    [Fact]
    public void The_overflow_words_of_a_map_without_pointers_keep_nothing_but_its_lists_do()
    {
        MapSession s = Collections.Session("map[uint64]uint64", hash: DegenerateHashKind.LowBits);
        Addr map = Sessions.Filled(s, 40);
        MapView view = Sessions.View(s, map);
        Addr overflow = view.Bucket(view.Buckets, 0).Overflow;
        s.Collect();
        Assert.True(Collections.IsLive(s.Machine, overflow));

        // Broken on purpose: without the list the chain is lost, as it would be in Go.
        s.Machine.Memory.Poke(view.Extra + StructLayouts.Overflow, Sessions.U64(0));
        s.Collect();
        Assert.False(Collections.IsLive(s.Machine, overflow));
    }

    [Fact]
    public void A_map_on_the_stack_keeps_what_is_in_it_and_is_no_object_itself()
    {
        MapSession s = Collections.Session("map[uint64]*T");
        Addr map = s.Make(0, MakeForm.Stack);
        Addr kept = s.NewObject(new byte[24], ObjectKind.Pointee), gone = s.NewObject(new byte[24], ObjectKind.Pointee);
        s.Assign(0, map, Sessions.U64(1), Sessions.U64(kept.Value));
        s.Assign(0, map, Sessions.U64(2), Sessions.U64(gone.Value));
        s.Delete(0, map, Sessions.U64(2));
        s.Collect();
        Assert.Equal((true, false), (Collections.IsLive(s.Machine, kept), Collections.IsLive(s.Machine, gone)));
        for (ulong i = 0; i < 20; i++)
        {
            s.Assign(0, map, Sessions.U64(i), Sessions.U64(kept.Value));
        }

        Addr array = Sessions.View(s, map).Buckets;
        s.Collect();
        Assert.True(Collections.IsLive(s.Machine, array) && Collections.IsLive(s.Machine, kept));
    }

    [Fact]
    public void The_result_of_an_operation_and_a_looked_up_elem_are_roots()
    {
        MapSession s = Collections.Session("map[uint64]*T");
        Addr map = s.Make(0), target = s.NewObject(new byte[24], ObjectKind.Pointee);
        s.Assign(0, map, Sessions.U64(1), Sessions.U64(target.Value));
        s.Lookup(0, map, Sessions.U64(1), out _);
        s.Delete(0, map, Sessions.U64(1));
        s.Collect();
        Assert.True(Collections.IsLive(s.Machine, target));
        s.Lookup(0, map, Sessions.U64(2), out _);
        s.Collect();
        Assert.False(Collections.IsLive(s.Machine, target));
    }
}
