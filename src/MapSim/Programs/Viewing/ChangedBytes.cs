using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Which bytes a step changed, read from the machine's journal: of the heap, of globals, and on stacks of iterators only.</summary>
/// <param name="machine">The machine; it is tracking.</param>
/// <param name="iterators">Where iterators lie on stacks.</param>
internal sealed class ChangedBytes(Machine machine, IReadOnlyList<Addr> iterators)
{
    private readonly Dictionary<int, Addr> _bases = Bases(machine);
    private readonly SortedDictionary<ulong, byte> _old = [];

    /// <summary>What was changed since a mark of the journal.</summary>
    public IReadOnlyList<MemoryChange> Since(int mark)
    {
        _old.Clear();
        machine.Memory.Undo.Visit(mark, Note);
        return _old.Count == 0 ? [] : Runs();
    }

    // The journal is shown newest first: what is noted last was there before the step.
    private void Note(int segment, int offset, ReadOnlySpan<byte> old)
    {
        if (!_bases.TryGetValue(segment, out Addr start))
        {
            return;
        }

        Addr at = start + offset;
        bool isStack = machine.Memory.IsStack(at);
        for (int i = 0; i < old.Length; i++)
        {
            if (!isStack || IsIterator(at + i))
            {
                _old[(at + i).Value] = old[i];
            }
        }
    }

    private bool IsIterator(Addr at)
    {
        foreach (Addr iterator in iterators)
        {
            if (at - iterator < (ulong)machine.L.HiterSize)
            {
                return true;
            }
        }

        return false;
    }

    private List<MemoryChange> Runs()
    {
        var changes = new List<MemoryChange>();
        List<byte> before = [], after = [];
        ulong next = 0;
        foreach ((ulong at, byte old) in _old)
        {
            byte now = Now(new Addr(at));
            if (now == old || (before.Count > 0 && at != next))
            {
                Flush();
            }

            if (now != old)
            {
                before.Add(old);
                after.Add(now);
                next = at + 1;
            }
        }

        Flush();
        return changes;

        void Flush()
        {
            if (before.Count > 0)
            {
                changes.Add(new MemoryChange(new Addr(next - (ulong)before.Count), [.. before], [.. after]));
                before.Clear();
                after.Clear();
            }
        }
    }

    // Freed memory is read, too: that it was poisoned is a change.
    private byte Now(Addr at)
    {
        Region region = machine.Memory.RegionOf(at)!;
        return region.Bytes.Span((int)(at - region.Base), 1)[0];
    }

    private static Dictionary<int, Addr> Bases(Machine m)
    {
        SimMemory memory = m.Memory;
        var bases = new Dictionary<int, Addr> { [memory.Globals.Bytes.Id] = memory.Globals.Base };
        for (ulong at = memory.HeapBase; memory.RegionOf(new Addr(at)) is { } arena && arena.Base.Value == at; at += memory.ArenaStride)
        {
            bases[arena.Bytes.Id] = arena.Base;
        }

        foreach (Goroutine g in m.Goroutines)
        {
            bases[g.Stack.Bytes.Id] = g.Stack.Base;
        }

        return bases;
    }
}
