using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>Reads how a program must end: "expect ...", and "with fault ID expect ..." for a changed model.</summary>
internal sealed class ExpectationParser
{
    private static readonly VerdictKind[] Kinds = [VerdictKind.Clean, VerdictKind.Panic, VerdictKind.Fatal, VerdictKind.Throw, VerdictKind.Undefined];

    private readonly HashSet<ModelChanges> _changes = [];
    private bool _hasExpectation;

    /// <summary>The words that begin such lines.</summary>
    public static IReadOnlyList<string> Words { get; } = ["expect", "with"];

    /// <summary>Reads a line behind its first word.</summary>
    /// <param name="cursor">The line.</param>
    /// <param name="word">The first word.</param>
    /// <param name="at">Where that was.</param>
    public IStatement Read(LineCursor cursor, string word, int at)
    {
        if (word == "with")
        {
            return Changed(cursor);
        }

        if (_hasExpectation)
        {
            throw cursor.Error("'expect' only once", at, "it again");
        }

        _hasExpectation = true;
        return Expect(cursor);
    }

    private ChangedExpectation Changed(LineCursor cursor)
    {
        ModelChanges changes = ModelChanges.None;
        cursor.SkipSpace();
        int at = cursor.Position;
        while (!cursor.TryTakeWord("expect"))
        {
            bool isFault = cursor.TryTakeWord("fault");
            if (!isFault && !cursor.TryTakeWord("repair"))
            {
                throw cursor.Error(changes.IsNone ? "'fault' or 'repair'" : "'fault', 'repair' or 'expect'");
            }

            cursor.SkipSpace();
            int idAt = cursor.Position;
            string id = cursor.AtEnd ? throw cursor.Error("the id of a " + (isFault ? "fault" : "repair")) : cursor.Take(cursor.PeekToken().Length);
            try
            {
                changes = changes.With(isFault ? ModelChangesParser.Parse([id], []) : ModelChangesParser.Parse([], [id]));
            }
            catch (FormatException e)
            {
                throw new ProgramFormatException(cursor.Line, idAt + 1, e.Message);
            }
        }

        if (changes.IsNone)
        {
            throw cursor.Error("'fault' or 'repair'", at, "'expect'");
        }

        return _changes.Add(changes) ? new ChangedExpectation(changes, Expect(cursor)) : throw cursor.Error($"'with {changes}' only once", at, "it again");
    }

    private static Expectation Expect(LineCursor cursor)
    {
        string[] words = [.. Kinds.Select(Expectation.Word)];
        string found = cursor.PeekToken().ToString();
        string? key = BugKey.IsWellFormed(found) ? cursor.Take(found.Length) : null;
        int kind = key != null ? -1 : Array.FindIndex(words, cursor.TryTakeWord);
        if (kind < 0 && key == null)
        {
            throw cursor.Error($"a verdict ({string.Join(", ", words)}) or the key of a bug like iter-miss/grow", hint: Suggestion.Hint(found, words));
        }

        string? message = key != null || cursor.AtEnd || cursor.Peek != '"' || Kinds[kind] == VerdictKind.Clean ? null : OperationParser.Quoted(cursor);
        string? digest = null;
        if (cursor.TryTake("digest="))
        {
            digest = cursor.PeekToken().ToString();
            digest = digest.Length == 32 && digest.All(char.IsAsciiHexDigitLower) ? cursor.Take(32) : throw cursor.Error("32 hexadecimal digits");
        }

        return new Expectation(key != null ? VerdictKind.Finding : Kinds[kind], message, digest, key);
    }
}
