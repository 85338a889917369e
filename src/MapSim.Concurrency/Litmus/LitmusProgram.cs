namespace MapSim.Concurrency.Litmus;

/// <summary>A litmus program, parsed and laid out flat: shared by all models that run it, never changed by them.</summary>
public sealed class LitmusProgram
{
    internal LitmusProgram(string name) => Name = name;

    /// <summary>The name after `litmus`.</summary>
    public string Name { get; }

    /// <summary>Names of the threads, in the order of the text.</summary>
    public IReadOnlyList<string> ThreadNames => [.. Threads.Select(t => t.Name)];

    internal ThreadCode[] Threads { get; set; } = [];

    internal Statement[] Code { get; set; } = [];

    internal ExpressionCode[] Expressions { get; set; } = [];

    /// <summary>Depth of the stack that the deepest expression needs.</summary>
    internal int StackDepth { get; set; }

    /// <summary>First values of the memory: variables, then one cell a mutex (0: free, else the holder's number + 1).</summary>
    internal long[] Cells { get; set; } = [];

    /// <summary>Number of cells that are no mutex.</summary>
    internal int Variables { get; set; }

    /// <summary>Two random words a cell, for hashes.</summary>
    internal ulong[] CellSeeds { get; set; } = [];

    /// <summary>Two random words a thread, for hashes.</summary>
    internal ulong[] ThreadSeeds { get; set; } = [];

    /// <summary>A name for every cell: "x", "a[2]", "m".</summary>
    internal string[] CellNames { get; set; } = [];

    /// <summary>Words of locals of all threads.</summary>
    internal int Locals { get; set; }

    /// <summary>What must hold at the end, if anything.</summary>
    internal Expression? Final { get; set; }

    /// <summary>"final ... (line n)".</summary>
    internal string FinalText { get; set; } = "";

    /// <summary>By position: the registers (places among the locals) that are live there.</summary>
    internal int[][] Live { get; set; } = [];

    /// <summary>By thread: the registers that `final` names.</summary>
    internal int[][] Kept { get; set; } = [];

    /// <summary>Parses a litmus text.</summary>
    /// <param name="text">The text, as docs/LITMUS.md describes it.</param>
    /// <exception cref="LitmusException">The text is no litmus program.</exception>
    public static LitmusProgram Parse(string text) => new LitmusParser(text).Parse();

    /// <summary>What the visible statement at a position touches when its location is a cell.</summary>
    internal StepInfo Info(int position, int cell)
    {
        ref readonly Statement s = ref Code[position];
        ref string? label = ref s.Labels[s.Size > 0 ? cell - s.Cell : 0];
        label ??= Label(s, cell);
        return s.Kind switch
        {
            StatementKind.Load => new StepInfo(StepKind.Load, (ulong)cell, 1, label),
            StatementKind.Store => new StepInfo(StepKind.Store, (ulong)cell, 1, label),
            StatementKind.Add or StatementKind.Cas or StatementKind.Swap => new StepInfo(StepKind.Update, (ulong)cell, 1, label),
            StatementKind.Lock => new StepInfo(StepKind.Lock, (ulong)cell, 1, label),
            StatementKind.Unlock => new StepInfo(StepKind.Unlock, (ulong)cell, 1, label),
            StatementKind.Join => new StepInfo(StepKind.Join, (ulong)s.Target, 1, label),
            // Spawns of the same thread in two threads race for it; the seam has no narrower word for that.
            _ => new StepInfo(Threads[s.Target].HasRivalSpawns ? StepKind.Everything : StepKind.Spawn, (ulong)s.Target, 1, label),
        };
    }

    private string Label(in Statement s, int cell) => s.Kind switch
    {
        StatementKind.Load => "load " + CellNames[cell],
        StatementKind.Store => "store " + CellNames[cell],
        StatementKind.Add => "add " + CellNames[cell],
        StatementKind.Cas => "cas " + CellNames[cell],
        StatementKind.Swap => "swap " + CellNames[cell],
        StatementKind.Lock => "lock " + CellNames[cell],
        StatementKind.Unlock => "unlock " + CellNames[cell],
        StatementKind.Spawn => "spawn " + Threads[s.Target].Name,
        _ => "join " + Threads[s.Target].Name,
    };
}
