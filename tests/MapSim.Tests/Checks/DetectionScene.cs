using MapSim.Checks;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>One map and goroutines that each have a key, an elem and an iterator of their own.</summary>
internal sealed class DetectionScene
{
    public const int Goroutines = 3;
    private const int ElemOffset = 32;
    private const int IteratorOffset = 128;
    private readonly Addr[] _iterators = new Addr[Goroutines];

    private DetectionScene(string name, MapSession session, Addr map, byte[] present, byte[] absent)
    {
        (Name, Session, Map) = (name, session, map);
        for (int g = 0; g < Goroutines; g++)
        {
            if (g > 0)
            {
                session.Machine.AddGoroutine(2048);
            }

            Addr locals = session.Machine.Goroutines[g].Locals;
            session.Machine.Memory.Poke(locals, g == 0 ? absent : present);
            session.Machine.Memory.Poke(locals + ElemOffset, Sessions.U64(4242));

            // Both kinds of iterators: one on the heap is loaded and stored in visible steps.
            _iterators[g] = name == "small" ? locals + IteratorOffset : session.NewIterator();
        }
    }

    public string Name { get; }

    public MapSession Session { get; }

    public Machine Machine => Session.Machine;

    public Addr Map { get; }

    /// <summary>Goroutine 0 works on a key that is absent, the others on one that is there.</summary>
    public static DetectionScene Of(string name)
    {
        switch (name)
        {
            case "empty":
                MapSession s = Sessions.Of("map[uint64]uint64");
                return new(name, s, s.Make(0), Sessions.U64(3), Sessions.U64(100));
            case "small":
                s = Sessions.Of("map[uint64]uint64");
                return new(name, s, Sessions.Filled(s, 3), Sessions.U64(1), Sessions.U64(100));
            case "strings":
                s = Sessions.Of("map[string]uint64");
                Addr map = s.Make(0);
                for (int i = 0; i < 3; i++)
                {
                    s.Assign(0, map, Sessions.Str(s, $"key {i}"), Sessions.U64((ulong)i));
                }

                return new(name, s, map, Sessions.Str(s, "key 1"), Sessions.Str(s, "another key"));
            case "full":
                // The ninth entry starts a grow and ends it.
                s = Sessions.Of("map[uint64]uint64");
                return new(name, s, Sessions.Filled(s, 8), Sessions.U64(3), Sessions.U64(100));
            case "growing":
                return Growing(name);
            default:
                throw new ArgumentException(name);
        }
    }

    /// <summary>The operation for a goroutine's script.</summary>
    public Action<Machine> Do(MapOperation operation) => m =>
    {
        int g = m.Current.Id;
        Addr key = m.Current.Locals;
        MapVariant variant = Session.VariantOf(0);
        switch (operation)
        {
            case MapOperation.Assign: MapAssign.Call(m, 0, Map, key, variant); break;
            case MapOperation.Delete: MapDelete.Call(m, 0, Map, key, variant); break;
            case MapOperation.Clear: MapClear.Call(m, 0, Map); break;
            case MapOperation.Lookup: MapAccess.Call(m, 0, Map, key, variant, AccessMode.Elem); break;
            case MapOperation.IterInit: MapIterInit.Call(m, 0, Map, _iterators[g]); break;
            case MapOperation.IterNext: MapIterNext.Call(m, _iterators[g]); break;
            case MapOperation.Clone: MapClone.Call(m, 0, Map); break;
            case MapOperation.Length: MapLen.Call(m, Map); break;
            case MapOperation.ElemStore: MemMove.Call(m, new Addr(m.TakeResult()), key + ElemOffset, 8, MapSim.Heap.PointerWrite.UserElem); break;
        }
    };

    /// <summary>What a goroutine's script needs to have been done before: a next needs an iteration.</summary>
    public void Prepare(int g, MapOperation first)
    {
        if (first == MapOperation.IterNext)
        {
            Session.IterInit(0, Map, _iterators[g]);
        }
    }

    /// <summary>
    /// Four old buckets, of which the last two are not evacuated and have one entry each: the next write to the last one
    /// ends the grow, and a clone has two entries to assign.
    /// </summary>
    private static DetectionScene Growing(string name)
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        Addr map = s.Make(0);
        s.Assign(0, map, Sessions.U64(2), Sessions.U64(20));
        s.Assign(0, map, Sessions.U64(3), Sessions.U64(30));
        for (ulong i = 0; i < 25; i++)
        {
            s.Assign(0, map, Sessions.U64(i % 2 + 8 * i), Sessions.U64(i));
        }

        MapView view = Sessions.View(s, map);
        Assert.Equal((3, 2UL), (view.B, view.Nevacuate));
        Assert.Equal([false, false], [view.Bucket(view.OldBuckets, 2).IsEvacuated, view.Bucket(view.OldBuckets, 3).IsEvacuated]);
        return new(name, s, map, Sessions.U64(3), Sessions.U64(7));
    }
}
