using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>What an instruction does.</summary>
internal enum InstructionKind : byte
{
    /// <summary>A line that does something; a range or a once begins with it.</summary>
    Operation,

    /// <summary>A repetition of several lines begins.</summary>
    RepeatBegin,

    /// <summary>Its end: back to the begin, or on.</summary>
    RepeatEnd,

    /// <summary>The end of a range's body: the next step of the iteration.</summary>
    RangeEnd,

    /// <summary>The end of a once.</summary>
    DoEnd,

    /// <summary>A select.</summary>
    Select,

    /// <summary>Goes on elsewhere.</summary>
    Jump,

    /// <summary>The goroutine ends.</summary>
    End,
}

/// <summary>One instruction of a goroutine's code. Immutable once compiled: the program's text segment.</summary>
internal sealed class Instruction
{
    /// <summary>What it does.</summary>
    public required InstructionKind Kind { get; init; }

    /// <summary>The program's line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The operation; null for control flow.</summary>
    public Operation? Operation { get; init; }

    /// <summary>The repetition of a RepeatBegin or RepeatEnd.</summary>
    public Repetition? Repeat { get; init; }

    /// <summary>Only in these turns of the loop around it.</summary>
    public Turns? Turn { get; init; }

    /// <summary>The loop around it: its slot among the frame's counters; -1 outside loops.</summary>
    public int Loop { get; init; } = -1;

    /// <summary>What turn 1 of the loop around it has as its counter.</summary>
    public long FirstTurn { get; init; } = 1;

    /// <summary>The slot of its own loop, for those that begin or end one.</summary>
    public int OwnLoop { get; init; } = -1;

    /// <summary>The slot of the loop that gives $i its meaning; -1 for none.</summary>
    public int Counter { get; init; } = -1;

    /// <summary>Where to go: back, out of the block, or past it.</summary>
    public int Target { get; set; }

    /// <summary>The map: its number among the map variables.</summary>
    public int Map { get; init; } = -1;

    /// <summary>Clone: the map variable that is set.</summary>
    public int OtherMap { get; init; } = -1;

    /// <summary>The number of the map's type.</summary>
    public int Type { get; init; } = -1;

    /// <summary>Iter and Next: the iterator's number; Range and RangeEnd: the range's place on the stack.</summary>
    public int Iterator { get; init; } = -1;

    /// <summary>The pointer variable that it reads or sets: its place.</summary>
    public int Pointer { get; init; } = -1;

    /// <summary>The lock, channel or variable: its number; Spawn and Join: the goroutine.</summary>
    public int Shared { get; init; } = -1;

    /// <summary>Select: its cases and where their bodies begin.</summary>
    public IReadOnlyList<SelectCase> Cases { get; init; } = [];

    /// <summary>Select: where the default begins; -1 if it has none.</summary>
    public int Default { get; set; } = -1;
}

/// <summary>A case of a select.</summary>
/// <param name="Operation">A send or a receive.</param>
/// <param name="Line">Its line.</param>
/// <param name="Channel">The channel's number.</param>
internal sealed record SelectCase(Operation Operation, int Line, int Channel)
{
    /// <summary>Where its body begins.</summary>
    public int Target { get; set; }
}

/// <summary>The code of one goroutine.</summary>
/// <param name="Name">main, or the name of its block.</param>
/// <param name="Instructions">What it does; the last is an End.</param>
/// <param name="Ranges">How deep its ranges are nested.</param>
/// <param name="Pointers">Its pointer variables.</param>
/// <param name="IsSpawned">It waits for a spawn; else it starts with the program.</param>
/// <param name="IsJoined">Somebody waits for its end.</param>
internal sealed record GoroutineCode(
    string Name, IReadOnlyList<Instruction> Instructions, int Ranges, IReadOnlyList<string> Pointers, bool IsSpawned, bool IsJoined);

/// <summary>A program ready to run.</summary>
/// <param name="Goroutines">Main first.</param>
/// <param name="Maps">Map variables: the declared ones first, then those that only clone makes.</param>
/// <param name="Shared">Locks, channels and variables.</param>
/// <param name="Iterators">Number of iterators made by "iter".</param>
internal sealed record ProgramCode(
    IReadOnlyList<GoroutineCode> Goroutines, IReadOnlyList<(string Name, MapType Type, int TypeNumber)> Maps, IReadOnlyList<SharedDeclaration> Shared, int Iterators)
{
    /// <summary>The number of a shared variable.</summary>
    public int IndexOfShared(string name) => Shared.Select((s, i) => (s, i)).First(x => x.s.Name == name).i;
}
