namespace MapSim.Memory;

/// <summary>
/// A run of simulated bytes that can grow and that does not move while it does not grow (a pinned array), so
/// that hot code may hold plain pointers into it. Bytes never written are zero.
/// </summary>
public sealed unsafe class Segment
{
    private readonly SegmentPool? _pool;
    private byte[] _bytes;

    /// <summary>Creates a segment.</summary>
    /// <param name="id">The number under which the undo log knows it.</param>
    /// <param name="capacity">Bytes to begin with.</param>
    /// <param name="pool">Where its bytes come from; null for new ones.</param>
    public Segment(int id, int capacity, SegmentPool? pool = null)
    {
        Id = id;
        _pool = pool;
        _bytes = New(capacity);
        Start = Pointer(_bytes);
    }

    /// <summary>The number under which the undo log knows this segment.</summary>
    public int Id { get; }

    /// <summary>A number of its content while changes are journaled: as long as it is the same, so are the bytes. Taking changes back brings it back.</summary>
    internal ulong Version { get; set; }

    /// <summary>Bytes available.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The first byte; changes only when the segment grows.</summary>
    public byte* Start { get; private set; }

    /// <summary>The bytes from <paramref name="offset"/>, <paramref name="length"/> of them.</summary>
    public Span<byte> Span(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>Bytes that were ever asked for with <see cref="Grow"/>: a snapshot copies these.</summary>
    public int HighWater { get; private set; }

    /// <summary>Makes room for at least <paramref name="capacity"/> bytes, keeping what is there.</summary>
    public void Grow(int capacity)
    {
        int used = HighWater;
        HighWater = Math.Max(HighWater, capacity);
        if (capacity <= _bytes.Length)
        {
            return;
        }

        byte[] bigger = New(Math.Max(capacity, Math.Min(_bytes.Length, int.MaxValue / 2) * 2));
        _bytes.AsSpan(0, used).CopyTo(bigger);
        _pool?.Return(_bytes, used);
        _bytes = bigger;
        Start = Pointer(bigger);
    }

    /// <summary>Gives the bytes back to the pool they came from. Nobody may use the segment any more.</summary>
    internal void Release()
    {
        _pool?.Note(Id, Capacity);
        _pool?.Return(_bytes, HighWater);
        _bytes = [];
        Start = null;
    }

    private byte[] New(int capacity) => _pool?.Rent(capacity) ?? GC.AllocateArray<byte>(capacity, pinned: true);

    private static byte* Pointer(byte[] pinned) =>
        (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
