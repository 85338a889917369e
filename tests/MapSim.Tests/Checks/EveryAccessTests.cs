using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>
/// Why "every access" never scores: legal programs trip it on the unmodified runtime. Two goroutines of the real
/// machine, one operation each, one after the other in this run, with nothing that orders them.
/// </summary>
public sealed class EveryAccessTests
{
    [Fact]
    public void Two_range_loops_trip_every_access_and_are_silent_in_gos_view()
    {
        // mapiterinit loads flags plainly before its atomic or, and so does mapiternext.
        RaceDetector every = Run("map[uint64]*int", RaceMode.EveryAccess, RaceOperation.IterInit, RaceOperation.IterInit);
        Assert.NotEmpty(every.Races);
        Assert.All(every.Races, r => Assert.Equal("MapIterInit.OrFlags atomic", SiteOf(r.First)));
        Assert.Equal(["MapIterInit.LoadFlags read", "MapIterNext.CheckFlags read"], every.Races.Select(r => SiteOf(r.Second)).Take(2));
        Assert.Empty(Run("map[uint64]*int", RaceMode.GoView, RaceOperation.IterInit, RaceOperation.IterInit).Races);
    }

    [Fact]
    public void Two_range_loops_over_a_map_without_pointers_also_write_its_extra_part()
    {
        RaceDetector every = Run("map[uint64]uint64", RaceMode.EveryAccess, RaceOperation.IterInit, RaceOperation.IterInit);
        Assert.Contains(every.Races, r => SiteOf(r.First).StartsWith("CreateOverflow.", StringComparison.Ordinal) && r.First.Kind == RaceKind.Write);
        Assert.Empty(Run("map[uint64]uint64", RaceMode.GoView, RaceOperation.IterInit, RaceOperation.IterInit).Races);
    }

    [Fact]
    public void Two_lookups_trip_neither()
    {
        Assert.Empty(Run("map[uint64]uint64", RaceMode.EveryAccess, RaceOperation.Lookup, RaceOperation.Lookup).Races);
        Assert.Empty(Run("map[uint64]uint64", RaceMode.GoView, RaceOperation.Lookup, RaceOperation.Lookup).Races);
    }

    [Fact]
    public void An_assignment_beside_a_lookup_trips_both()
    {
        Assert.NotEmpty(Run("map[uint64]uint64", RaceMode.EveryAccess, RaceOperation.Assign, RaceOperation.Lookup).Races);
        Race race = Assert.Single(Run("map[uint64]uint64", RaceMode.GoView, RaceOperation.Assign, RaceOperation.Lookup).Races);
        Assert.Equal("Assign.Map write | Lookup.Map read", race.Pair);
    }

    [Fact]
    public void With_a_lock_around_each_neither_is_tripped()
    {
        Assert.Empty(Run("map[uint64]uint64", RaceMode.EveryAccess, RaceOperation.IterInit, RaceOperation.Assign, locked: true).Races);
        Assert.Empty(Run("map[uint64]uint64", RaceMode.GoView, RaceOperation.IterInit, RaceOperation.Assign, locked: true).Races);
    }

    private static string SiteOf(RaceSide side) => $"{side.What.Site} {side.Kind switch { RaceKind.Read => "read", RaceKind.Write => "write", _ => "atomic" }}";

    private static RaceDetector Run(string type, RaceMode mode, RaceOperation first, RaceOperation second, bool locked = false)
    {
        MapSession s = Sessions.Of(type);
        Addr map = Sessions.Filled(s, 5);
        s.Machine.AddGoroutine(256);
        s.Machine.SetTracking(true);
        var detector = new RaceDetector(mode);
        Run(s, detector, map, 0, first, locked);
        Run(s, detector, map, 1, second, locked);
        return detector;
    }

    private static void Run(MapSession s, RaceDetector detector, Addr map, int g, RaceOperation operation, bool locked)
    {
        Machine m = s.Machine;
        if (locked)
        {
            detector.Acquire(g, 1);
        }

        m.Select(g);
        Begin(s, map, operation);
        RaceEvents.Emit(detector, g, m.Steps, new MapCall(operation, s.TypeOf(0), s.VariantOf(0), map));
        while (m.Goroutines[g].IsBusy)
        {
            m.Select(g);
            string where = m.Where();
            ulong step = m.Steps;
            detector.Access(g, m.Step(g), new RaceEvent(where, step));
        }

        Assert.Equal(Failure.None, m.TakeFailure(out _));
        if (locked)
        {
            detector.Release(g, 1);
        }
    }

    private static void Begin(MapSession s, Addr map, RaceOperation operation)
    {
        Machine m = s.Machine;
        Addr key = m.Current.Locals;
        m.Memory.Poke(key, Sessions.U64(3));
        switch (operation)
        {
            case RaceOperation.IterInit:
                // On the heap, so that a step begins with its access and Where() names it.
                MapIterInit.Call(m, 0, map, s.NewIterator());
                break;
            case RaceOperation.Assign:
                MapAssign.Call(m, 0, map, key, s.VariantOf(0));
                break;
            default:
                MapAccess.Call(m, 0, map, key, s.VariantOf(0), AccessMode.Elem);
                break;
        }
    }
}
