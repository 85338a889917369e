namespace MapSim.Programs;

/// <summary>What a line of a program says, apart from its comment: a setting, a map, an operation or an expectation.</summary>
public interface IStatement
{
    /// <summary>The statement in canonical spelling: single spaces, nothing that could be left out.</summary>
    string ToText();
}

/// <summary>One line of a program; immutable.</summary>
public sealed class ProgramLine
{
    /// <summary>Creates a line in canonical spelling.</summary>
    /// <param name="statement">What it says; null on a line of its own for a comment, or a blank one.</param>
    /// <param name="comment">From the # on; null if there is none.</param>
    public ProgramLine(IStatement? statement, string? comment = null)
        : this(statement, comment, null)
    {
    }

    internal ProgramLine(IStatement? statement, string? comment, string? source)
    {
        Statement = statement;
        Comment = comment;
        Source = source;
    }

    /// <summary>What it says; null for a comment or a blank line.</summary>
    public IStatement? Statement { get; }

    /// <summary>The comment from its # to the end of the line; null if there is none.</summary>
    public string? Comment { get; }

    /// <summary>The line as it was read, so that it prints as it was; null if it was not read.</summary>
    internal string? Source { get; }

    /// <summary>The line in canonical spelling.</summary>
    public string ToText() => Statement == null ? Comment ?? ""
        : Comment == null ? Statement.ToText()
        : Statement.ToText() + "  " + Comment;
}

/// <summary>
/// A program as a list of lines, immutable: settings first, then maps, operations and at most one expectation of the model as it is, with
/// every comment and blank line in its place. Read by <see cref="ProgramParser"/>, written by
/// <see cref="ProgramPrinter"/>, run by <see cref="ProgramRunner"/>.
/// </summary>
public sealed class MapProgram
{
    /// <summary>Creates a program.</summary>
    /// <param name="lines">The lines; the first one says "mapsim 1".</param>
    /// <param name="endsWithNewline">The text's last line has an end. (A blank last line without one is just that end.)</param>
    public MapProgram(IReadOnlyList<ProgramLine> lines, bool endsWithNewline = true)
    {
        bool blankEnd = !endsWithNewline && lines.Count > 1 && lines[^1] is { Statement: null, Comment: null, Source: null or "" };
        Lines = blankEnd ? [.. lines.Take(lines.Count - 1)] : lines;
        EndsWithNewline = endsWithNewline || blankEnd;
    }

    /// <summary>The lines in order.</summary>
    public IReadOnlyList<ProgramLine> Lines { get; }

    /// <summary>True if the last line ends with a line break.</summary>
    public bool EndsWithNewline { get; }

    /// <summary>What the program expects; clean if it does not say.</summary>
    public Expectation Expectation => Lines.Select(l => l.Statement).OfType<Expectation>().FirstOrDefault() ?? Expectation.Clean;

    /// <summary>What it expects of changed models.</summary>
    public IReadOnlyList<ChangedExpectation> ChangedExpectations => [.. Lines.Select(l => l.Statement).OfType<ChangedExpectation>()];

    /// <summary>Where a replay first differs from the run that was pinned; null if the program does not say.</summary>
    public CheckpointsLine? Checkpoints => Lines.Select(l => l.Statement).OfType<CheckpointsLine>().FirstOrDefault();

    /// <summary>The operations with the numbers of their lines.</summary>
    public IEnumerable<(int Line, Operation Operation)> Operations =>
        Lines.Select((l, i) => (Line: i + 1, Operation: (l.Statement as Operation)!)).Where(x => x.Operation != null);

    /// <summary>The maps with the numbers of their lines.</summary>
    public IEnumerable<(int Line, MapDeclaration Map)> Maps =>
        Lines.Select((l, i) => (Line: i + 1, Map: (l.Statement as MapDeclaration)!)).Where(x => x.Map != null);

    /// <summary>Locks, channels and other shared variables with the numbers of their lines.</summary>
    public IEnumerable<(int Line, SharedDeclaration Shared)> Shared =>
        Lines.Select((l, i) => (Line: i + 1, Shared: (l.Statement as SharedDeclaration)!)).Where(x => x.Shared != null);

    /// <summary>The names of the goroutines besides main, in the order of their blocks.</summary>
    public IReadOnlyList<string> Goroutines => [.. Lines.Select(l => l.Statement).OfType<GoroutineLine>().Select(g => g.Name)];

    /// <summary>The schedule's stretches, of all its lines; empty if it has none.</summary>
    public IReadOnlyList<Stretch> Schedule => [.. Lines.Select(l => l.Statement).OfType<ScheduleLine>().SelectMany(s => s.Stretches)];

    /// <summary>The seed of a random schedule; null if it has none.</summary>
    public ulong? ScheduleSeed => Lines.Select(l => l.Statement).OfType<RandomScheduleLine>().FirstOrDefault()?.Seed;

    /// <summary>The settings with the numbers of their lines.</summary>
    public IEnumerable<(int Line, Setting Setting)> Settings =>
        Lines.Select((l, i) => (Line: i + 1, Setting: (l.Statement as Setting)!)).Where(x => x.Setting != null);
}
