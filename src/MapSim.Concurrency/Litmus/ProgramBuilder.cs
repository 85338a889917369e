namespace MapSim.Concurrency.Litmus;

/// <summary>The tables of a program while its text is read, and the last look at them when it is read.</summary>
internal sealed class ProgramBuilder
{
    private readonly List<string> _mutexes = [];

    /// <summary>First cell and length (0: no array) of every variable.</summary>
    public Dictionary<string, (int Cell, int Size)> Variables { get; } = [];

    /// <summary>The threads so far.</summary>
    public List<ThreadCode> Threads { get; } = [];

    /// <summary>The statements so far.</summary>
    public List<Statement> Code { get; } = [];

    /// <summary>The expressions so far.</summary>
    public List<ExpressionCode> Expressions { get; } = [];

    /// <summary>First values of the variables.</summary>
    public List<long> Cells { get; } = [];

    /// <summary>Names of the cells of the variables.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Registers that `final` names, as places among the locals.</summary>
    public HashSet<int> Kept { get; } = [];

    /// <summary>Spawns and joins, whose threads may come later in the text.</summary>
    public List<(int Statement, Token Name)> ThreadNames { get; } = [];

    /// <summary>What must hold at the end.</summary>
    public Expression? Final { get; set; }

    /// <summary>The text of it.</summary>
    public string FinalText { get; set; } = "";

    /// <summary>The number of a mutex, which is new if the name is.</summary>
    public int Mutex(string name)
    {
        int at = _mutexes.IndexOf(name);
        if (at < 0)
        {
            at = _mutexes.Count;
            _mutexes.Add(name);
        }

        return at;
    }

    /// <summary>Puts everything together.</summary>
    public LitmusProgram Build(string name)
    {
        foreach ((int at, Token thread) in ThreadNames)
        {
            Resolve(at, thread);
        }

        // The mutexes stand behind the variables, whose number is known only now.
        for (int i = 0; i < Code.Count; i++)
        {
            Statement s = Code[i];
            s.Cell += s.Kind is StatementKind.Lock or StatementKind.Unlock ? Cells.Count : 0;
            Code[i] = s;
        }

        var program = new LitmusProgram(name)
        {
            Threads = [.. Threads],
            Code = [.. Code],
            Expressions = [.. Expressions],
            Cells = [.. Cells, .. _mutexes.Select(_ => 0L)],
            Variables = Cells.Count,
            CellSeeds = Seeds(Cells.Count + _mutexes.Count, 0),
            ThreadSeeds = Seeds(Threads.Count, 1UL << 40),
            CellNames = [.. Names, .. _mutexes],
            Locals = Threads[^1].Locals + Threads[^1].Length,
            Final = Final,
            FinalText = FinalText,
            Kept = [.. Threads.Select(t => Kept.Where(p => p >= t.Locals && p < t.Locals + t.Length).Order().ToArray())],
        };
        program.StackDepth = 1 + program.Code.Max(s => Math.Max(Math.Max(Length(s.Index), Length(s.First)), Length(s.Second)));
        program.StackDepth = Math.Max(program.StackDepth, 1 + Length(Final ?? default));
        program.Live = Liveness.Of(program);
        return program;
    }

    private static ulong[] Seeds(int count, ulong from)
    {
        var words = new ulong[2 * count];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Mixing.Word(from + (ulong)i);
        }

        return words;
    }

    private static int Length(Expression e) => e.End - e.Start;

    private void Resolve(int at, Token name)
    {
        Statement s = Code[at];
        s.Target = Threads.FindIndex(t => t.Name == name.Text);
        if (s.Target < 0)
        {
            throw new LitmusException(s.Line, name.Column, $"expected a thread, found '{name.Text}'{Spelling.Hint(name.Text, Threads.Select(t => t.Name))}");
        }

        Code[at] = s;
        if (s.Kind == StatementKind.Spawn)
        {
            ThreadCode own = Threads.Find(t => at >= t.Start && at < t.End)!;
            ThreadCode spawned = Threads[s.Target];
            spawned.HasRivalSpawns |= spawned.SpawnedBy != null && spawned.SpawnedBy != own;
            spawned.SpawnedBy = own;
        }
    }
}
