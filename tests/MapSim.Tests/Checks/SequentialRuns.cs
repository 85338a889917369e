using MapSim.Hash;
using MapSim.Layout;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Machines;

namespace MapSim.Tests.Checks;

/// <summary>Operations of one goroutine, begun and not yet stepped: those of EveryOperation and some that only flags care about.</summary>
internal static class SequentialRuns
{
    public static IEnumerable<MapSession> Begun()
    {
        foreach (EveryOperation.Case c in EveryOperation.All())
        {
            MapSession s = c.Prepare();
            c.Begin(s);
            yield return s;
        }

        yield return Iteration(onStack: true);
        yield return Iteration(onStack: false);
        yield return SameSizeGrow();
        yield return ClearOf(3);
        yield return ClearOf(200);
    }

    private static MapSession Iteration(bool onStack)
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 9);
        Addr it = onStack ? s.StackIterator() : s.NewIterator();
        s.IterInit(0, map, it);
        MapIterNext.Call(s.Machine, it);
        return s;
    }

    /// <summary>Two buckets that each had nine entries once: the next new key starts a grow to the same size.</summary>
    private static MapSession SameSizeGrow()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity);
        Addr map = s.Make(0, MakeForm.Hint, 13);
        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, map, Sessions.U64(2 * i), Sessions.U64(i));
        }

        for (ulong i = 0; i < 9; i++)
        {
            s.Delete(0, map, Sessions.U64(2 * i));
        }

        for (ulong i = 0; i < 9; i++)
        {
            s.Assign(0, map, Sessions.U64(2 * i + 1), Sessions.U64(i));
        }

        s.BeginAssign(0, map, Sessions.U64(100));
        return s;
    }

    private static MapSession ClearOf(ulong entries)
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        MapClear.Call(s.Machine, 0, Sessions.Filled(s, entries));
        return s;
    }
}
