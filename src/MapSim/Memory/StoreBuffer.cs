using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MapSim.Memory;

/// <summary>
/// The store buffer of one goroutine (total store order, what amd64 promises): its stores to arenas wait here until
/// they are drained into memory, in the order in which they were made.
/// </summary>
/// <remarks>
/// <code>
/// offset 0         how many stores wait, and how many of the youngest are late (4 bytes each)
/// offset 8 + 24*i  store i: address, value, size (8 bytes each); 0 is the oldest
/// </code>
/// The stores behind a drained one move up and unused places are zero: equal buffers are equal bytes.
/// </remarks>
internal sealed unsafe class StoreBuffer
{
    /// <summary>The longest access that can be buffered, in bytes.</summary>
    public const int MaxSize = 8;

    private const int HeaderSize = 8;
    private readonly SimMemory _memory;
    private readonly Segment _bytes;

    /// <summary>Creates an empty buffer, in a segment that the undo log knows.</summary>
    /// <param name="memory">Where its stores go.</param>
    /// <param name="owner">The goroutine's number.</param>
    /// <param name="capacity">How many stores can wait, at least 1.</param>
    public StoreBuffer(SimMemory memory, int owner, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _memory = memory;
        Owner = owner;
        Capacity = capacity;
        int size = HeaderSize + capacity * sizeof(Entry);
        _bytes = new Segment(memory.Undo.SegmentCount, size);
        memory.Undo.Register(_bytes);
        _bytes.Grow(size);
    }

    /// <summary>The goroutine's number.</summary>
    public int Owner { get; }

    /// <summary>How many stores can wait.</summary>
    public int Capacity { get; }

    /// <summary>How many stores wait.</summary>
    public int Count => *(int*)_bytes.Start;

    /// <summary>The store that is drained next; none if the buffer is empty.</summary>
    public Access Oldest => Count == 0 ? default : new Access(AccessKind.Store, new Addr(At(0)->Address), (int)At(0)->Size);

    /// <summary>The bytes of the store that is drained next.</summary>
    public ReadOnlySpan<byte> OldestBytes => new(&At(0)->Value, (int)At(0)->Size);

    /// <summary>
    /// Adds a store: as the youngest, but before the late ones (<see cref="PushLate"/>) unless one of those goes to the
    /// same bytes. Journaled while tracking.
    /// </summary>
    /// <returns>Where its bytes go.</returns>
    public byte* Push(Addr address, int size)
    {
        int late = Late == 0 || MeetsLate(address, size) ? 0 : Late;
        byte* value = Insert(Count - late, address, size);
        if (Late > 0 && late == 0)
        {
            Late++;
        }

        return value;
    }

    /// <summary>Appends a store of zero that later stores to other places overtake: what a processor with a weaker order may do. Journaled.</summary>
    public void PushLate(Addr address, int size)
    {
        Unsafe.WriteUnaligned(Insert(Count, address, size), 0UL);
        Late++;
    }

    /// <summary>Removes the oldest store. Journaled while tracking.</summary>
    public void Pop()
    {
        int count = Count;
        Save(0, HeaderSize + count * sizeof(Entry));
        Span<byte> used = Used;
        used[sizeof(Entry)..].CopyTo(used);
        used[^sizeof(Entry)..].Clear();
        *(int*)_bytes.Start = count - 1;
        Late = Math.Min(Late, count - 1);
    }

    /// <summary>Puts what waits here over the bytes that a load found in memory; of several stores to a byte the youngest counts.</summary>
    /// <returns>A bit for each byte that comes from the buffer.</returns>
    public uint Overlay(Addr address, int size, byte* bytes)
    {
        uint found = 0;
        for (int i = 0; i < Count; i++)
        {
            Entry* entry = At(i);
            for (int b = 0; b < size; b++)
            {
                ulong into = unchecked(address.Value + (ulong)b - entry->Address);
                if (into < entry->Size)
                {
                    bytes[b] = ((byte*)&entry->Value)[into];
                    found |= 1u << b;
                }
            }
        }

        return found;
    }

    /// <summary>What the state hash sees of it; nothing if it is empty. The place follows those of the goroutine's registers.</summary>
    public Fingerprint Hash() => Count == 0 ? default
        : Fingerprint.OfBytes((((ulong)Owner + 1) << 40) + 5, Late == 0 ? Used : _bytes.Span(0, HeaderSize + Count * sizeof(Entry)));

    /// <summary>The youngest stores that the next one overtakes unless it meets one of them.</summary>
    private int Late
    {
        get => ((int*)_bytes.Start)[1];
        set => ((int*)_bytes.Start)[1] = value;
    }

    private bool MeetsLate(Addr address, int size)
    {
        bool meets = false;
        for (int i = Count - Late; i < Count; i++)
        {
            meets |= address.Value < At(i)->Address + At(i)->Size && At(i)->Address < address.Value + (ulong)size;
        }

        return meets;
    }

    private byte* Insert(int index, Addr address, int size)
    {
        int count = Count;
        Save(0, HeaderSize);
        Save(HeaderSize + index * sizeof(Entry), (count + 1 - index) * sizeof(Entry));
        Span<byte> behind = _bytes.Span(HeaderSize + index * sizeof(Entry), (count + 1 - index) * sizeof(Entry));
        behind[..^sizeof(Entry)].CopyTo(behind[sizeof(Entry)..]);
        *At(index) = new Entry { Address = address.Value, Size = (ulong)size };
        *(int*)_bytes.Start = count + 1;
        return (byte*)&At(index)->Value;
    }

    private Span<byte> Used => _bytes.Span(HeaderSize, Count * sizeof(Entry));

    private Entry* At(int i) => (Entry*)(_bytes.Start + HeaderSize) + i;

    private void Save(int offset, int length)
    {
        if (_memory.Tracking)
        {
            _memory.Undo.Save(_bytes, offset, length);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public ulong Address;
        public ulong Value;
        public ulong Size;
    }
}
