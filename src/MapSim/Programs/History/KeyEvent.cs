namespace MapSim.Programs;

/// <summary>What an operation was for one key.</summary>
internal enum KeyEventKind : byte
{
    /// <summary>It set the elem, or took the entry away: assign, delete, clear.</summary>
    Write,

    /// <summary>It looked the key up.</summary>
    Read,

    /// <summary>An iteration came by it.</summary>
    Yield,

    /// <summary>What the map holds when the program is over.</summary>
    Final,
}

/// <summary>An operation as far as it concerns one key of one map.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Value">The elem that it wrote or found, a character for each byte; null for none.</param>
/// <param name="Begin">When it began: a number that rises with every beginning and end of an operation of the run.</param>
/// <param name="End">When it ended.</param>
/// <param name="Operation">The operation; null for the end, and for what was there at the start.</param>
/// <param name="Counter">What $i was.</param>
internal readonly record struct KeyEvent(KeyEventKind Kind, string? Value, int Begin, int End, Operation? Operation = null, long? Counter = null)
{
    /// <summary>The operation in words.</summary>
    public string Text => Operation?.Call(Counter) ?? (Kind == KeyEventKind.Write ? "the map at the start" : "the map at the end");

    /// <summary>True if it was over when another began.</summary>
    public bool Precedes(in KeyEvent other) => End < other.Begin;
}
