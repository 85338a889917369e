using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>What the names in a program mean at the line that is being read, and which blocks are open there.</summary>
internal sealed class ProgramScope
{
    private readonly List<Block> _blocks = [];
    private Dictionary<string, MapType> _mainIterators = [];
    private HashSet<string> _mainPointers = [];

    /// <summary>The maps so far, by name.</summary>
    public Dictionary<string, MapType> Maps { get; } = [];

    /// <summary>The maps on main's stack, which no other goroutine can reach.</summary>
    public HashSet<string> StackMaps { get; } = [];

    /// <summary>Locks, channels and the like, by name.</summary>
    public Dictionary<string, SharedKind> Shared { get; } = [];

    /// <summary>The iterators of the present goroutine that "iter" made.</summary>
    public Dictionary<string, MapType> Iterators { get; private set; } = [];

    /// <summary>The pointer variables of the present goroutine.</summary>
    public HashSet<string> Pointers { get; private set; } = [];

    /// <summary>The goroutine whose lines are being read; null for main.</summary>
    public string? Goroutine { get; private set; }

    /// <summary>The blocks that are open, the innermost last.</summary>
    public IReadOnlyList<Block> Open => _blocks;

    /// <summary>The innermost block; null outside all.</summary>
    public Block? Innermost => _blocks.Count > 0 ? _blocks[^1] : null;

    /// <summary>True in a range or a repetition (that is not around the once that the line is in: its body is a func of its own).</summary>
    public bool IsInLoop
    {
        get
        {
            int loop = _blocks.FindLastIndex(b => IsLoop(b.Statement));
            return loop >= 0 && loop > _blocks.FindLastIndex(b => b.Statement is Operation { Kind: OperationKind.Do });
        }
    }

    /// <summary>How many loops are open.</summary>
    public int Loops => _blocks.Count(b => IsLoop(b.Statement));

    /// <summary>How many ranges are open.</summary>
    public int Ranges => _blocks.Count(b => b.Iterator != null);

    /// <summary>The innermost repetition of several lines; null outside all.</summary>
    public Repetition? Repeat => _blocks.FindLast(b => b.Statement is RepeatLine) is { } block ? ((RepeatLine)block.Statement).Repeat : null;

    /// <summary>The map type of a range that is open; null if there is none of that name.</summary>
    public MapType? Standing(string iterator) => _blocks.FindLast(b => b.Iterator == iterator)?.Type;

    /// <summary>Names of the ranges that are open.</summary>
    public IEnumerable<string> StandingNames => _blocks.Where(b => b.Iterator != null).Select(b => b.Iterator!);

    /// <summary>What a name stands for already, as words for a message; null if it is free.</summary>
    public string? MeaningOf(string name) =>
        Maps.ContainsKey(name) ? "a map"
        : Shared.TryGetValue(name, out SharedKind kind) ? "a " + SharedDeclaration.Word(kind)
        : Iterators.ContainsKey(name) || _blocks.Exists(b => b.Iterator == name) ? "an iterator"
        : Pointers.Contains(name) ? "a pointer variable"
        : null;

    private static bool IsLoop(IStatement statement) => statement is RepeatLine or Operation { Kind: OperationKind.Range };

    /// <summary>Begins a block.</summary>
    public void Push(int line, IStatement statement, string? iterator = null, MapType? type = null)
    {
        _blocks.Add(new Block(line, statement, iterator, type));
        if (statement is GoroutineLine goroutine)
        {
            Goroutine = goroutine.Name;
            (_mainIterators, Iterators) = (Iterators, []);
            (_mainPointers, Pointers) = (Pointers, []);
        }
    }

    /// <summary>Ends the innermost block.</summary>
    public void Pop()
    {
        if (_blocks[^1].Statement is GoroutineLine)
        {
            Goroutine = null;
            Iterators = _mainIterators;
            Pointers = _mainPointers;
        }

        _blocks.RemoveAt(_blocks.Count - 1);
    }

    /// <summary>An open block.</summary>
    /// <param name="Line">The line that opened it, from 1.</param>
    /// <param name="Statement">What that line says.</param>
    /// <param name="Iterator">Of a range: its iterator.</param>
    /// <param name="Type">Of a range: the type of its map.</param>
    public sealed record Block(int Line, IStatement Statement, string? Iterator, MapType? Type)
    {
        /// <summary>True for a select of which no case is open: its lines are cases.</summary>
        public bool IsSelect => Statement is SelectLine;

        /// <summary>Of a select: whether it has a default.</summary>
        public bool HasDefault { get; set; }
    }
}
