using System.Runtime.CompilerServices;

namespace MapSim.Memory;

/// <summary>
/// The journal of overwritten bytes. Whoever changes a byte of a <see cref="Segment"/> while the log is in use
/// first saves what stood there; <see cref="UndoTo"/> puts the bytes back, newest first.
/// </summary>
/// <remarks>An entry is the old bytes followed by a trailer (segment, offset, length, version), so that it is read backwards.</remarks>
/// <param name="pool">Where the bytes of segments come from; null for new ones.</param>
public sealed unsafe class UndoLog(SegmentPool? pool = null)
{
    private const int TrailerSize = 20;
    private readonly List<Segment> _segments = new(24);
    private readonly Segment _log = new(-1, 1 << 12, pool);
    private int _used;
    private ulong _versions;

    /// <summary>The present end of the log: pass it to <see cref="UndoTo"/> to come back to now.</summary>
    public int Mark => _used;

    /// <summary>Makes a segment known under its id, which must be the next one (0, 1, 2 ...).</summary>
    public void Register(Segment segment)
    {
        if (segment.Id != _segments.Count)
        {
            throw new InvalidOperationException("segments must be registered in the order of their ids");
        }

        _segments.Add(segment);
    }

    /// <summary>Makes a new segment known.</summary>
    /// <param name="capacity">Bytes to begin with.</param>
    public Segment NewSegment(int capacity)
    {
        var segment = new Segment(_segments.Count, pool?.UsualSize(_segments.Count, capacity) ?? capacity, pool);
        Register(segment);
        return segment;
    }

    /// <summary>How many segments are known.</summary>
    public int SegmentCount => _segments.Count;

    /// <summary>The segment with this id.</summary>
    public Segment Segment(int id) => _segments[id];

    /// <summary>Saves bytes that are about to change.</summary>
    public void Save(Segment segment, int offset, int length)
    {
        byte* p = Reserve(length);
        Unsafe.CopyBlockUnaligned(p, segment.Start + offset, (uint)length);
        Close(p + length, segment, offset, length);
    }

    /// <summary>Saves a value that is about to change; sooner than <see cref="Save"/>, as its size is known.</summary>
    /// <typeparam name="T">What stands there.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SaveValue<T>(Segment segment, int offset)
        where T : unmanaged
    {
        byte* p = Reserve(sizeof(T));
        Unsafe.WriteUnaligned(p, Unsafe.ReadUnaligned<T>(segment.Start + offset));
        Close(p + sizeof(T), segment, offset, sizeof(T));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Reserve(int length)
    {
        int end = _used + length + TrailerSize;
        if (end > _log.HighWater)
        {
            _log.Grow(end);
        }

        return _log.Start + _used;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Close(byte* trailer, Segment segment, int offset, int length)
    {
        Unsafe.WriteUnaligned(trailer, segment.Id);
        Unsafe.WriteUnaligned(trailer + 4, offset);
        Unsafe.WriteUnaligned(trailer + 8, length);
        Unsafe.WriteUnaligned(trailer + 12, segment.Version);
        segment.Version = unchecked(++_versions);
        _used += length + TrailerSize;
    }

    /// <summary>Puts back every byte saved since <paramref name="mark"/>.</summary>
    public void UndoTo(int mark)
    {
        while (_used > mark)
        {
            byte* trailer = _log.Start + _used - TrailerSize;
            int length = Unsafe.ReadUnaligned<int>(trailer + 8);
            Segment segment = _segments[Unsafe.ReadUnaligned<int>(trailer)];
            int offset = Unsafe.ReadUnaligned<int>(trailer + 4);
            if (length == sizeof(ulong))
            {
                Unsafe.WriteUnaligned(segment.Start + offset, Unsafe.ReadUnaligned<ulong>(trailer - length));
            }
            else
            {
                Unsafe.CopyBlockUnaligned(segment.Start + offset, trailer - length, (uint)length);
            }

            segment.Version = Unsafe.ReadUnaligned<ulong>(trailer + 12);
            _used -= TrailerSize + length;
        }
    }

    /// <summary>Shows every entry saved since <paramref name="mark"/>, newest first; nothing is changed.</summary>
    /// <param name="mark">From <see cref="Mark"/>.</param>
    /// <param name="visit">Is told the segment's id, the offset, and the bytes that stood there.</param>
    internal void Visit(int mark, UndoVisitor visit)
    {
        for (int at = _used; at > mark;)
        {
            byte* trailer = _log.Start + at - TrailerSize;
            int length = Unsafe.ReadUnaligned<int>(trailer + 8);
            visit(Unsafe.ReadUnaligned<int>(trailer), Unsafe.ReadUnaligned<int>(trailer + 4), new ReadOnlySpan<byte>(trailer - length, length));
            at -= TrailerSize + length;
        }
    }

    /// <summary>Gives the bytes of all segments back to the pool they came from.</summary>
    internal void Release()
    {
        foreach (Segment segment in _segments)
        {
            segment.Release();
        }

        _log.Release();
    }

    /// <summary>Forgets everything saved: what happened so far cannot be undone any more.</summary>
    public void Clear()
    {
        _used = 0;
        foreach (Segment segment in _segments)
        {
            segment.Version = ++_versions;
        }
    }
}

/// <summary>Is shown an entry of the journal.</summary>
/// <param name="segment">The segment's id.</param>
/// <param name="offset">Where in it.</param>
/// <param name="old">What stood there before.</param>
internal delegate void UndoVisitor(int segment, int offset, ReadOnlySpan<byte> old);
