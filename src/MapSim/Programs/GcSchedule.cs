using MapSim.Gc;
using MapSim.Heap;
using MapSim.Machines;

namespace MapSim.Programs;

/// <summary>
/// When the collector moves while a sequential program runs: after a random number of steps of the program it makes a
/// random number of its own, and collections start at random points besides. A function of the seed.
/// </summary>
public sealed class GcSchedule
{
    private readonly RandomSource? _random;
    private readonly int _startOneIn;

    /// <summary>Creates a schedule.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="startOneIn">While no collection runs, one operation in about so many starts one.</param>
    public GcSchedule(ulong seed, int startOneIn = 100)
    {
        _random = new RandomSource(seed);
        _startOneIn = startOneIn;
    }

    private GcSchedule()
    {
    }

    /// <summary>The collector moves only when the program waits for it or has started a collection, and then to the end.</summary>
    public static GcSchedule OnDemand { get; } = new();

    /// <summary>Called whenever the program or the collector was stopped: oracles look here. It must not change anything.</summary>
    public Action? Stopped { get; set; }

    /// <summary>Runs the selected goroutine's operation to its end, and the collector beside it.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="collector">Its collector.</param>
    /// <param name="limit">At most about so many pieces of the program's work.</param>
    /// <returns>False if the limit was reached.</returns>
    public bool Run(Machine m, Collector collector, int limit)
    {
        GcRecords gc = m.Heap.Gc;
        int g = m.Current.Id;
        // What the driver allocated between operations (strings, boxes) counts for the pacing too.
        bool isDue = gc.NextGc != 0 && gc.HeapLive >= gc.NextGc;
        if (!gc.IsMarking && !gc.Requested && (isDue || (_random != null && _random.Below(_startOneIn) == 0)))
        {
            gc.Requested = true;
        }

        while (limit > 0)
        {
            int pieces = Math.Min(limit, Slice(gc, collector));
            bool ended = m.Run(pieces);
            Stopped?.Invoke();
            if (ended)
            {
                AfterOperation(collector);
                return true;
            }

            // A program that waits for the collector has not used up its pieces.
            limit -= m.IsEnabled(g) ? pieces : 1;
            Collect(m, collector, g);
        }

        return false;
    }

    private int Slice(GcRecords gc, Collector collector) =>
        _random == null ? int.MaxValue
        : gc.Requested ? 1 + _random.Below(6)
        : gc.IsMarking || collector.CanWork ? 1 + _random.Below(50)
        : 1 + _random.Below(2000);

    private void Collect(Machine m, Collector collector, int g)
    {
        if (m.IsEnabled(g))
        {
            Work(collector, _random == null ? 0 : _random.Below(60));
            return;
        }

        // The program waits for the collector.
        while (!m.IsEnabled(g))
        {
            if (!collector.CanWork)
            {
                throw new MachineInvariantException($"goroutine {g} waits at {m.Where()} and the collector has nothing to do");
            }

            Work(collector, _random == null ? int.MaxValue : 1 + _random.Below(60));
        }
    }

    private void AfterOperation(Collector collector)
    {
        if (collector.CanWork)
        {
            Work(collector, _random == null ? int.MaxValue : _random.Below(100));
        }
    }

    private void Work(Collector collector, int pieces)
    {
        if (pieces > 0 && collector.CanWork)
        {
            collector.Work(pieces);
            Stopped?.Invoke();
        }
    }
}
