using MapSim.Heap;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Bytes that a step changed.</summary>
/// <param name="Address">The first of them.</param>
/// <param name="Old">What was there before.</param>
/// <param name="New">What is there since; as long as <paramref name="Old"/>.</param>
public sealed record MemoryChange(Addr Address, byte[] Old, byte[] New)
{
    /// <summary>True if a byte is among them.</summary>
    public bool Covers(Addr address) => address - Address < (ulong)New.Length;
}

/// <summary>
/// One step of a <see cref="Timeline"/>: who moved, what it is called, what it touched and changed. Never changes.
/// </summary>
/// <param name="Number">Its number, from 1: the timeline's position after it.</param>
/// <param name="Mover">The number of the goroutine; of a store buffer that of its goroutine.</param>
/// <param name="Goroutine">Its name: main, w, gc.1, or main.drain for a store that leaves main's buffer.</param>
/// <param name="Point">The step's name; its label is empty for a step that touches nothing shared.</param>
/// <param name="Access">What it touched.</param>
/// <param name="Line">The program's line, from 1; 0 for the collector and for stores that leave a buffer.</param>
public sealed record TimelineStep(int Number, int Mover, string Goroutine, StepPoint Point, Access Access, int Line)
{
    /// <summary>True for a store that leaves a store buffer.</summary>
    public bool IsDrain { get; init; }

    /// <summary>The bytes of the heap, of globals and of iterators that it changed, by address. What it only stored again is not among them.</summary>
    public IReadOnlyList<MemoryChange> Changes { get; init; } = [];

    /// <summary>What makes it worth a stop: names of <see cref="TimelineEvents"/>.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The operations that ended in it, with their results.</summary>
    public IReadOnlyList<OperationResult> Results { get; init; } = [];

    /// <summary>How many steps the machine had made after it, those that made the maps included: how findings count.</summary>
    public ulong MachineSteps { get; init; }

    /// <summary>How many objects had been allocated after it.</summary>
    public int Objects { get; init; }

    /// <summary>"w.2.MapAssign.StoreTop  store 0xc000010008+1".</summary>
    public override string ToString() => IsDrain ? $"{Goroutine}  {Access}" : $"{Point}  {Access}";
}

/// <summary>The names of what can happen in a step, for <see cref="Timeline.Next"/>.</summary>
public static class TimelineEvents
{
    /// <summary>Another goroutine than in the step before.</summary>
    public const string Switch = "switch";

    /// <summary>An operation of the program makes its first step.</summary>
    public const string Operation = "operation";

    /// <summary>An operation ends.</summary>
    public const string Result = "result";

    /// <summary>Bytes changed.</summary>
    public const string Write = "write";

    /// <summary>An object was allocated.</summary>
    public const string Allocation = "alloc";

    /// <summary>A map begins to grow: oldbuckets is set.</summary>
    public const string Grow = "grow";

    /// <summary>A grow has ended: oldbuckets is nil again.</summary>
    public const string Grown = "grown";

    /// <summary>A bucket is marked as evacuated.</summary>
    public const string Evacuated = "evacuated";

    /// <summary>An overflow bucket is linked into a chain.</summary>
    public const string Overflow = "overflow";

    /// <summary>An iteration yields an entry.</summary>
    public const string Yield = "yield";

    /// <summary>The collector starts or ends marking.</summary>
    public const string Collector = "gc";

    /// <summary>The collector freed objects.</summary>
    public const string Freed = "freed";

    /// <summary>What an oracle found wrong first is seen here, or the process dies.</summary>
    public const string Finding = "finding";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Switch, Operation, Result, Write, Allocation, Grow, Grown, Evacuated, Overflow, Yield, Collector, Freed, Finding];
}

/// <summary>An object of the simulated heap over the whole run.</summary>
/// <param name="Number">Its number in the order of allocation, from 1.</param>
/// <param name="Name">A0, A1 ... for bucket arrays, O0, O1 ... for overflow buckets, the map's name for an hmap, else its kind with a number.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Size">Bytes asked for.</param>
/// <param name="Born">The step that allocated it; 0 if it was there before the first.</param>
/// <param name="Freed">The step that freed it; 0 for never.</param>
/// <param name="Owner">The hmap it belongs to; nil if to none.</param>
public sealed record TimelineObject(int Number, string Name, ObjectKind Kind, Addr Start, int Size, int Born, int Freed, Addr Owner)
{
    /// <summary>True if it exists at a position of the timeline.</summary>
    public bool IsLiveAt(int position) => Born <= position && (Freed == 0 || position < Freed);
}
