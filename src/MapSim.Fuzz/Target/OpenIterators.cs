using System.Buffers.Binary;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The iterations of a run that have begun and not ended, as far as operations tell: one that a range left by break counts as open until its memory is used again.</summary>
internal sealed class OpenIterators
{
    private const int Most = 8;
    private readonly OpenIterator[] _open = new OpenIterator[Most];

    /// <summary>How many there are, at most eight.</summary>
    public int Count { get; private set; }

    /// <summary>One of them.</summary>
    public ref OpenIterator this[int index] => ref _open[index];

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;

    /// <summary>Forgets iterations whose memory was freed: a look at freed memory would count as the program's.</summary>
    public void DropFreed(Machine machine)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (!machine.Memory.IsLive(_open[i].At, machine.L.HiterSize))
            {
                _open[i] = _open[--Count];
            }
        }
    }

    /// <summary>An operation on an iteration has ended.</summary>
    /// <returns>True if the iteration began just now.</returns>
    public bool Note(Machine machine, in MapEvent e)
    {
        int at = Find(e.Iterator);
        bool isOver = !e.End.IsOk || Word(machine, e.Iterator) == 0;
        bool begins = e.Kind == OperationKind.Iter || at < 0;
        if (at >= 0 && (begins || isOver))
        {
            _open[at] = _open[--Count];
        }

        if (begins && !isOver && Count < Most)
        {
            _open[Count++] = new OpenIterator
            {
                At = e.Iterator, Map = e.Map, WasGrowing = e.Before.IsGrowing, WasSameSize = e.Before.IsSameSize, B = machine.Memory.Raw(e.Iterator + machine.L.ItB, 1)[0],
            };
        }

        return begins;
    }

    /// <summary>A word of simulated memory, read without a step.</summary>
    public static ulong Word(Machine machine, Addr at)
    {
        ReadOnlySpan<byte> bytes = machine.Memory.Raw(at, machine.PointerSize);
        return machine.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private int Find(Addr iterator)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_open[i].At == iterator)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>An open iteration.</summary>
internal struct OpenIterator
{
    /// <summary>The hiter.</summary>
    public Addr At;

    /// <summary>The hmap.</summary>
    public Addr Map;

    /// <summary>log2 of the buckets it began with.</summary>
    public byte B;

    /// <summary>The map grew when it began.</summary>
    public bool WasGrowing;

    /// <summary>The map grew in place when it began.</summary>
    public bool WasSameSize;

    /// <summary>The map was emptied since.</summary>
    public bool SawEmptying;

    /// <summary>A grow of the map ended since.</summary>
    public bool SawGrowEnd;

    /// <summary>Writes to the map since.</summary>
    public int Writes;
}
