using System.Runtime.InteropServices;

namespace MapSim.Memory;

/// <summary>
/// The store buffer of one goroutine (total store order, what amd64 promises): its stores to arenas wait here until
/// they are drained into memory, in the order in which they were made.
/// </summary>
/// <remarks>
/// <code>
/// offset 0         how many stores wait (8 bytes)
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

    /// <summary>Appends a store. Journaled while tracking.</summary>
    /// <returns>Where its bytes go.</returns>
    public byte* Push(Addr address, int size)
    {
        int count = Count;
        Save(0, HeaderSize);
        Save(HeaderSize + count * sizeof(Entry), sizeof(Entry));
        Entry* entry = At(count);
        entry->Address = address.Value;
        entry->Size = (ulong)size;
        *(int*)_bytes.Start = count + 1;
        return (byte*)&entry->Value;
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
    public Fingerprint Hash() => Count == 0 ? default : Fingerprint.OfBytes((((ulong)Owner + 1) << 40) + 5, Used);

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
