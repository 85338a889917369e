namespace MapSim.Programs;

/// <summary>
/// The names of a program's goroutines and where they are used. A line may name a goroutine whose block comes later, so
/// they are checked when all lines were read.
/// </summary>
internal sealed class GoroutineNames
{
    /// <summary>The goroutine that every program has.</summary>
    public const string Main = "main";

    private readonly List<string> _names = [];
    private readonly List<(string Name, int Line, int Column, bool InSchedule)> _uses = [];
    private readonly HashSet<string> _spawned = [];

    /// <summary>Notes a block; false if there is one of that name already.</summary>
    public bool TryDeclare(string name)
    {
        if (name == Main || _names.Contains(name))
        {
            return false;
        }

        _names.Add(name);
        return true;
    }

    /// <summary>Notes that a goroutine is spawned; false if another line does that too.</summary>
    public bool TrySpawn(string name) => _spawned.Add(name);

    /// <summary>Notes that a line names a goroutine.</summary>
    public void Use(string name, int line, int column, bool inSchedule) => _uses.Add((name, line, column, inSchedule));

    /// <summary>Every name that is used must exist.</summary>
    public void Check(MapProgram program)
    {
        int workers = ProgramSettings.WorkersOf(program);
        List<string> all = [Main, .. _names];
        foreach ((string name, int line, int column, bool inSchedule) in _uses)
        {
            List<string> known = inSchedule ? [.. all, .. Enumerable.Range(1, workers).Select(w => FormattableString.Invariant($"gc.{w}"))] : _names;
            string goroutine = inSchedule && name.EndsWith(".drain", StringComparison.Ordinal) ? name[..^".drain".Length] : name;
            if (!known.Contains(goroutine))
            {
                string expected = known.Count == 0 ? "a goroutine that the program has" : $"a goroutine ({string.Join(", ", known)})";
                throw new ProgramFormatException(line, column, $"expected {expected}, found '{name}'{Suggestion.Hint(name, known)}");
            }
        }
    }
}
