using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>The simulated world at one position of a <see cref="Timeline"/>, decoded for drawing. A copy: it does not change when the timeline moves.</summary>
/// <param name="Position">Steps made.</param>
/// <param name="Maps">The maps in the order in which they came to be; nil maps have no parts.</param>
/// <param name="Iterators">The iterations that have begun and not ended.</param>
/// <param name="Goroutines">The program's goroutines, main first, then the workers of the collector.</param>
/// <param name="Collector">The collector.</param>
public sealed record TimelineState(
    int Position, IReadOnlyList<MapState> Maps, IReadOnlyList<IteratorState> Iterators, IReadOnlyList<GoroutineStanding> Goroutines, CollectorState Collector);

/// <summary>A field of a struct in memory.</summary>
/// <param name="Name">Its name in Go: "count", "B".</param>
/// <param name="Address">Its first byte.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Text">Its value for people; pointers by the name of what they lead to.</param>
public sealed record FieldState(string Name, Addr Address, int Offset, int Size, string Text);

/// <summary>A map.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Address">The hmap; nil for a nil map.</param>
/// <param name="Header">The fields of hmap; none if it is nil or cannot be read.</param>
/// <param name="Extra">The fields of mapextra; none without one.</param>
/// <param name="Arrays">The present bucket array, then the old one while growing.</param>
/// <param name="Evacuated">While growing: how many of the old buckets are evacuated; else 0.</param>
public sealed record MapState(
    string Name, MapType Type, Addr Address, IReadOnlyList<FieldState> Header, IReadOnlyList<FieldState> Extra, IReadOnlyList<ArrayState> Arrays, int Evacuated)
{
    /// <summary>True while the map grows.</summary>
    public bool IsGrowing => Arrays.Count > 1;

    /// <summary>What a header field says; empty without such a field.</summary>
    public string this[string field] => Header.FirstOrDefault(f => f.Name == field)?.Text ?? "";
}

/// <summary>A bucket array.</summary>
/// <param name="Name">A0, A1 ... in the order of allocation in the whole run.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="IsOld">True for oldbuckets.</param>
/// <param name="Main">Main buckets.</param>
/// <param name="Total">Main buckets and spare ones.</param>
/// <param name="Buckets">The main buckets.</param>
public sealed record ArrayState(string Name, Addr Start, bool IsOld, int Main, int Total, IReadOnlyList<BucketState> Buckets);

/// <summary>A bucket.</summary>
/// <param name="Name">"A0:3", or "O1" for an overflow bucket that was allocated by itself.</param>
/// <param name="Address">Its first byte.</param>
/// <param name="TopHash">The eight tophash bytes.</param>
/// <param name="Keys">The keys as text; null in empty and evacuated slots.</param>
/// <param name="Elems">The elems as text; null where the key is.</param>
/// <param name="Overflow">What the overflow pointer leads to: a bucket's name, or "nil".</param>
/// <param name="Chain">Of a main bucket: the overflow buckets behind it, up to a link that is broken or goes in a circle.</param>
public sealed record BucketState(
    string Name, Addr Address, IReadOnlyList<byte> TopHash, IReadOnlyList<string?> Keys, IReadOnlyList<string?> Elems, string Overflow, IReadOnlyList<BucketState> Chain)
{
    /// <summary>True if its entries were moved to the new array.</summary>
    public bool IsEvacuated => Bmap.IsEvacuated(TopHash[0]);
}

/// <summary>An entry that an iteration has yielded.</summary>
/// <param name="Step">The step at whose end it was yielded.</param>
/// <param name="Iterator">The name that "range" or "iter" gave the iterator.</param>
/// <param name="Key">The key as text.</param>
/// <param name="Slot">Where the key lay.</param>
public sealed record YieldedEntry(int Step, string Iterator, string Key, Addr Slot);

/// <summary>An iteration in progress.</summary>
/// <param name="Name">The name that "range" or "iter" gave it.</param>
/// <param name="Address">Its hiter.</param>
/// <param name="Map">The map's name.</param>
/// <param name="Fields">The fields of hiter.</param>
/// <param name="Bucket">The bucket in which it stands, by name; "nil" before the first and after the last.</param>
/// <param name="Yielded">What it has yielded since it began.</param>
/// <param name="Remaining">The keys of entries that are in the map now and that it has not yielded (which need not all come: what was added since may be skipped).</param>
public sealed record IteratorState(
    string Name, Addr Address, string Map, IReadOnlyList<FieldState> Fields, string Bucket, IReadOnlyList<YieldedEntry> Yielded, IReadOnlyList<string> Remaining);

/// <summary>What a goroutine can do.</summary>
public enum GoroutineStatus
{
    /// <summary>It can make a step.</summary>
    Ready,

    /// <summary>It waits for others, or for its spawn.</summary>
    Waiting,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>It ended with a failure that nobody recovered: the process is dead.</summary>
    Failed,
}

/// <summary>Where a goroutine stands.</summary>
/// <param name="Name">main, w, gc.1.</param>
/// <param name="Status">What it can do.</param>
/// <param name="Frames">Its call stack, the running frame first: "MapAssign.StoreTop".</param>
/// <param name="Line">The program's line that it is at; 0 for none.</param>
/// <param name="Operation">That line's operation; empty for none.</param>
public sealed record GoroutineStanding(string Name, GoroutineStatus Status, IReadOnlyList<string> Frames, int Line, string Operation);

/// <summary>The collector.</summary>
/// <param name="Phase">Off or marking.</param>
/// <param name="Cycle">Collections whose marking is complete.</param>
/// <param name="Objects">The live objects with their colours, in the order of allocation.</param>
public sealed record CollectorState(GcPhase Phase, int Cycle, IReadOnlyList<(TimelineObject Object, Colour Colour)> Objects);
