using MapSim.Heap;
using MapSim.Machines;

namespace MapSim.Gc;

/// <summary>
/// Gives a machine a collector: its worker goroutines, and the tail of each allocation, where a goroutine may have to
/// assist or may start a collection. What it does is in the frames of this folder; nothing of its state is here.
/// </summary>
public sealed class Collector
{
    private readonly GcOptions _options;
    private readonly List<int> _workers = [];

    /// <summary>Adds a collector to a machine that has none.</summary>
    /// <param name="m">The machine; its frame table must contain <see cref="GcFrames"/>.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="workers">Worker goroutines, 1 or more.</param>
    public Collector(Machine m, GcOptions options, int workers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BarrierBuffer, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BarrierBuffer, GcRecords.RealBufferSize);
        Machine = m;
        _options = options;
        m.Heap.ReusesMemory = options.ReusesMemory;
        m.Heap.Gc.BufferSize = options.BarrierBuffer;
        m.Heap.Gc.Percent = options.Percent;
        m.Heap.Gc.MinimumHeap = options.MinimumHeap;
        m.Heap.Gc.SetTrigger();
        m.GcChoices.Seed = options.Seed;
        m.Allocated = AfterAllocation;
        int selected = m.Current.Id;
        for (int w = 0; w < workers; w++)
        {
            Goroutine worker = m.AddGoroutine(0, isSystem: true);
            m.Select(worker.Id);
            GcWorker.Call(m);
            _workers.Add(worker.Id);
        }

        m.Select(selected);
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>The goroutines that mark and sweep.</summary>
    public IReadOnlyList<int> Workers => _workers;

    /// <summary>True if a worker has something to do and can do it.</summary>
    public bool CanWork
    {
        get
        {
            foreach (int worker in _workers)
            {
                if (Machine.IsEnabled(worker))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Lets the workers run, each as far as it can, until all have to wait.</summary>
    /// <param name="pieces">At most about so many pieces of work each.</param>
    public void Work(int pieces = int.MaxValue)
    {
        int selected = Machine.Current.Id;
        foreach (int worker in _workers)
        {
            if (Machine.IsEnabled(worker))
            {
                Machine.Select(worker);
                Machine.Run(pieces);
            }
        }

        Machine.Select(selected);
    }

    /// <summary>The tail of mallocgc.</summary>
    private void AfterAllocation(Machine m, ulong size)
    {
        GcRecords gc = m.Heap.Gc;
        if (gc.IsMarking)
        {
            if (_options.Assists && gc.QueueLength > 0)
            {
                GcAssist.Call(m, 1 + (int)(size / (ulong)m.PointerSize));
            }
        }
        else if ((gc.NextGc != 0 && gc.HeapLive >= gc.NextGc)
            || (_options.StartOneIn > 0 && m.GcChoices.Draw(ChoiceKind.GcStart) % (ulong)_options.StartOneIn == 0))
        {
            GcStart.Call(m);
        }
    }
}
