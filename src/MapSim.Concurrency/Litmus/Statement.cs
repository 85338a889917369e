namespace MapSim.Concurrency.Litmus;

/// <summary>What a statement does; those before <see cref="Assert"/> are one visible step each, a label is none.</summary>
internal enum StatementKind : byte
{
    /// <summary>REG = load LOC.</summary>
    Load,

    /// <summary>store LOC EXPR.</summary>
    Store,

    /// <summary>REG = add LOC EXPR.</summary>
    Add,

    /// <summary>REG = cas LOC EXPR EXPR.</summary>
    Cas,

    /// <summary>REG = swap LOC EXPR.</summary>
    Swap,

    /// <summary>lock M.</summary>
    Lock,

    /// <summary>unlock M.</summary>
    Unlock,

    /// <summary>spawn T.</summary>
    Spawn,

    /// <summary>join T.</summary>
    Join,

    /// <summary>assert EXPR.</summary>
    Assert,

    /// <summary>let REG = EXPR.</summary>
    Let,

    /// <summary>goto LABEL.</summary>
    Goto,

    /// <summary>if EXPR goto LABEL.</summary>
    If,

    /// <summary>The end of a thread.</summary>
    Stop,
}

/// <summary>One statement, flat: what its kind needs, the rest is 0.</summary>
internal struct Statement
{
    /// <summary>What it does.</summary>
    public StatementKind Kind;

    /// <summary>True if the thread may stop here by a fault.</summary>
    public bool MayFail;

    /// <summary>Line of the text.</summary>
    public int Line;

    /// <summary>Place of the register it sets among the locals, or -1.</summary>
    public int Register;

    /// <summary>First cell of its location, or the cell of its mutex.</summary>
    public int Cell;

    /// <summary>Length of its array; 0 for a variable.</summary>
    public int Size;

    /// <summary>Position it goes to, or the number of the thread it spawns or joins.</summary>
    public int Target;

    /// <summary>The index of its location.</summary>
    public Expression Index;

    /// <summary>Its value or condition, or what a cas expects.</summary>
    public Expression First;

    /// <summary>What a cas stores.</summary>
    public Expression Second;

    /// <summary>The statement as it was written, for messages.</summary>
    public string Text;

    /// <summary>"store x" for people, by index into the array; made when first asked for.</summary>
    public string?[] Labels;

    /// <summary>True for what takes a visible step.</summary>
    public readonly bool IsVisible => Kind < StatementKind.Assert;
}
