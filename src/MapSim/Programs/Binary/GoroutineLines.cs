using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>A block that is open while the lines of a goroutine are made.</summary>
/// <param name="Line">The line that opened it.</param>
/// <param name="Type">Of a range: the type of its map.</param>
/// <param name="Weight">How often its lines are done, roughly.</param>
/// <param name="Known">The iterators and pointer variables that were set before, a bit each.</param>
internal sealed record OpenBlock(IStatement Line, MapType? Type, long Weight, int Known)
{
    /// <summary>Of a select: it has a default already.</summary>
    public bool HasDefault { get; set; }

    /// <summary>The repetition, of a repeat.</summary>
    public Repetition? Repeat => (Line as RepeatLine)?.Repeat;

    /// <summary>True for range and repeat.</summary>
    public bool IsLoop => Line is RepeatLine or Operation { Kind: OperationKind.Range };

    /// <summary>The iterator, of a range.</summary>
    public string? Iterator => Line is Operation { Kind: OperationKind.Range } range ? range.Name : null;
}

/// <summary>The lines of one goroutine as they are made, with the blocks that are open and the variables that have a value.</summary>
/// <param name="number">The goroutine: 0 for main.</param>
/// <param name="name">Its name.</param>
internal sealed class GoroutineLines(int number, string name)
{
    /// <summary>Most blocks inside one another.</summary>
    public const int Deepest = 3;

    private static readonly string[] RangeNames = [.. Enumerable.Range(0, Deepest).Select(n => "r" + n.ToString(CultureInfo.InvariantCulture))];

    private static readonly EndLine EndOfBlock = new();

    private readonly List<OpenBlock> _open = [];
    private readonly List<IStatement> _lines = new(64);
    private int _known;
    private int _unit;

    /// <summary>The goroutine: 0 for main.</summary>
    public int Number => number;

    /// <summary>The goroutine's name.</summary>
    public string Name => name;

    /// <summary>Its lines so far.</summary>
    public List<IStatement> Lines => _lines;

    /// <summary>The innermost block; null outside all.</summary>
    public OpenBlock? Innermost => _open.Count > 0 ? _open[^1] : null;

    /// <summary>The innermost loop; null outside all.</summary>
    public OpenBlock? Loop => _open.Count == 0 ? null : _open.FindLast(b => b.IsLoop);

    /// <summary>The innermost repetition, whose counter $i is; null outside all.</summary>
    public Repetition? Repeat => _open.Count == 0 ? null : _open.FindLast(b => b.Repeat != null)?.Repeat;

    /// <summary>True if one more block can be opened.</summary>
    public bool CanOpen => _open.Count < Deepest;

    /// <summary>How often a line that is added now is done, roughly.</summary>
    public long Weight => Innermost?.Weight ?? 1;

    /// <summary>The name for the iterator of a range that is opened now.</summary>
    public string RangeName => RangeNames[_open.Count];

    /// <summary>Roughly the operations that its lines do, repetitions counted.</summary>
    public long Work { get; set; }

    /// <summary>The turns of the next line's Turn prefix; null for none.</summary>
    public Turns? Turn { get; set; }

    /// <summary>How often the next line is done; null for once.</summary>
    public Repetition? Times { get; set; }

    /// <summary>True if an iterator or pointer variable certainly has a value here.</summary>
    public bool IsSet(int variable) => (_known >> variable & 1) != 0;

    /// <summary>A variable has a value from the present line on, up to the end of its block.</summary>
    public void Set(int variable) => _known |= 1 << variable;

    /// <summary>Adds a line.</summary>
    public void Add(IStatement line) => _lines.Add(line);

    /// <summary>Adds a line that opens a block.</summary>
    public void Open(IStatement line, long weight, MapType? type = null)
    {
        Add(line);
        _open.Add(new OpenBlock(line, type, weight, _known));
    }

    /// <summary>In a select: a new case begins, which knows what was known before the select.</summary>
    public void NextCase(IStatement line)
    {
        Add(line);
        _known = Innermost!.Known;
    }

    /// <summary>Ends the innermost block.</summary>
    public void End()
    {
        Add(EndOfBlock);
        _known = Innermost!.Known;
        _open.RemoveAt(_open.Count - 1);
    }

    /// <summary>The lines since the last call, if no block is open; else none.</summary>
    public (int From, int To) TakeUnit()
    {
        if (_open.Count > 0)
        {
            return default;
        }

        int from = _unit;
        return (from, _unit = _lines.Count);
    }
}
