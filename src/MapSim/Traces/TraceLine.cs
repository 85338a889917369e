namespace MapSim.Traces;

/// <summary>The operations of a trace.</summary>
public enum TraceOp : byte
{
    /// <summary>make; a hint of -1 is a make without hint.</summary>
    Make,

    /// <summary>m[k] = v.</summary>
    Assign,

    /// <summary>v = m[k].</summary>
    Lookup1,

    /// <summary>v, ok = m[k].</summary>
    Lookup2,

    /// <summary>delete(m, k).</summary>
    Delete,

    /// <summary>clear(m).</summary>
    Clear,

    /// <summary>The delete-all loop that compiles to the same.</summary>
    RangeClear,

    /// <summary>The start of an iteration.</summary>
    IterInit,

    /// <summary>Its next step.</summary>
    IterNext,

    /// <summary>maps.Clone.</summary>
    Clone,
}

/// <summary>A piece of the line's bytes; a length of -1 means that the field is absent.</summary>
/// <param name="Start">Offset in the line.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct Slice(int Start, int Length)
{
    public static Slice None => new(0, -1);

    public bool IsPresent => Length >= 0;

    public ReadOnlySpan<byte> Of(ReadOnlyMemory<byte> line) => line.Span.Slice(Start, Math.Max(0, Length));
}

/// <summary>A place by name: bucket 17 of array A3, overflow bucket O5, or the heap objects K9 and E9; with a byte offset. Class 0 is nil.</summary>
/// <param name="Class">'A', 'O', 'K', 'E', 'V', or 0.</param>
/// <param name="Number">The running number of its class.</param>
/// <param name="Bucket">For arrays: the bucket's index.</param>
/// <param name="Offset">Bytes from there.</param>
internal readonly record struct PlaceName(byte Class, int Number, int Bucket, int Offset)
{
    public bool IsNil => Class == 0;

    public override string ToString() => Class == 0 ? "nil"
        : (char)Class + Number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            + (Class == 'A' ? $":{Bucket}" : "") + (Offset != 0 ? $"+{Offset}" : "");
}

internal readonly record struct NewRegion(PlaceName Name, int Main, int Total);

internal readonly record struct BucketBytes(PlaceName Name, Slice Tops, Slice Keys, Slice Elems, PlaceName Link);

internal sealed class SliceState
{
    public bool IsNil = true;
    public int Id;
    public ulong Length;
    public ulong Capacity;
    public readonly List<PlaceName> Added = [];
}

internal struct IteratorState
{
    public int Id;
    public PlaceName Key, Elem, Buckets, Bptr;
    public int Overflow, OldOverflow;
    public bool HasH, Wrapped;
    public ulong StartBucket, Bucket, CheckBucket;
    public byte Offset, B, I;
}

/// <summary>One line of a trace after the header: an operation and everything it changed. Reused from line to line.</summary>
internal sealed class TraceLine
{
    public ReadOnlyMemory<byte> Bytes;
    public int N;
    public TraceOp Op;
    public int Map, Source, Iterator;
    public long Hint;
    public Slice K, V, Kc, Vc, Yk, Yv;
    public bool Ok, HasOk, End;
    public string? Panic;
    public bool HasHash;
    public ulong Hash;
    public ulong Count, Nevacuate;
    public byte Flags, B;
    public ushort Noverflow;
    public uint Hash0;
    public PlaceName Buckets, OldBuckets;
    public bool HasExtra;
    public PlaceName NextOverflow;
    public readonly SliceState Overflow = new(), OldOverflow = new();
    public readonly List<ulong> Rand = [];
    public readonly List<(Slice Key, ulong Hash)> Rehashed = [];
    public readonly List<NewRegion> New = [];
    public readonly List<BucketBytes> Memory = [];
    public readonly List<IteratorState> Iterators = [];
    public readonly List<(PlaceName Token, Slice Content)> Heap = [];
    public readonly List<(int Token, string Name)> Types = [];

    public void Reset(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Map = Source = Iterator = 0;
        Hint = 0;
        K = V = Kc = Vc = Yk = Yv = Slice.None;
        Ok = HasOk = End = HasHash = HasExtra = false;
        Panic = null;
        Hash = 0;
        Buckets = OldBuckets = NextOverflow = default;
        Overflow.IsNil = OldOverflow.IsNil = true;
        Overflow.Added.Clear();
        OldOverflow.Added.Clear();
        Rand.Clear();
        Rehashed.Clear();
        New.Clear();
        Memory.Clear();
        Iterators.Clear();
        Heap.Clear();
        Types.Clear();
    }
}
