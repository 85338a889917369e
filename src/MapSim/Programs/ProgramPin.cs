namespace MapSim.Programs;

/// <summary>
/// Pins a program to a run of it: its "expect" gets the run's digest, and a "checkpoints" line says what the results were.
/// Everything else stays as it was written, to the byte.
/// </summary>
public static class ProgramPin
{
    /// <summary>The pinned program.</summary>
    /// <param name="program">A program.</param>
    /// <param name="result">A strict run of it that ended as it expects.</param>
    /// <exception cref="ArgumentException">The run did not end as the program expects.</exception>
    public static MapProgram Of(MapProgram program, RunResult result)
    {
        if (!result.IsAsExpected)
        {
            throw new ArgumentException($"expected a run that ends as the program expects, found {result.VerdictText}", nameof(result));
        }

        List<ProgramLine> lines = [.. program.Lines];
        int expect = lines.FindIndex(l => l.Statement is Expectation);
        bool isWindows = (lines[expect < 0 ? ^1 : expect].Source ?? "").EndsWith('\r');
        Expectation pinned = result.Expectation with { Digest = result.Digest.ToString() };
        if (expect < 0)
        {
            expect = lines.Count;
            lines.Add(New(pinned, isWindows));
        }
        else
        {
            lines[expect] = Edit(lines[expect], pinned, WithDigest);
        }

        CheckpointsLine checkpoints = CheckpointsLine.Of(result);
        int at = lines.FindIndex(l => l.Statement is CheckpointsLine);
        if (at < 0)
        {
            lines.Insert(expect + 1, New(checkpoints, isWindows));
        }
        else
        {
            lines[at] = Edit(lines[at], checkpoints, (old, _) => Indentation(old) + checkpoints.ToText());
        }

        return new MapProgram(lines, program.EndsWithNewline);
    }

    /// <summary>Only the digest is new; the rest of the statement keeps its spelling.</summary>
    private static string WithDigest(string old, IStatement pinned)
    {
        var expectation = (Expectation)pinned;
        int at = old.Length - 32;
        return expectation.Digest is { } digest && at > 0 && old[..at].EndsWith("digest=", StringComparison.Ordinal)
            ? old[..at] + digest
            : old + " digest=" + expectation.Digest;
    }

    /// <summary>A line with another statement: what stands behind it (blanks, comment) stays.</summary>
    private static ProgramLine Edit(ProgramLine line, IStatement statement, Func<string, IStatement, string> edit)
    {
        if (line.Source is not { } source)
        {
            return new ProgramLine(statement, line.Comment);
        }

        int end = source.TrimEnd().Length - (line.Comment?.Length ?? 0);
        string old = source[..end].TrimEnd();
        return new ProgramLine(statement, line.Comment, edit(old, statement) + source[old.Length..]);
    }

    private static ProgramLine New(IStatement statement, bool isWindows) =>
        new(statement, null, statement.ToText() + (isWindows ? "\r" : ""));

    private static string Indentation(string text) => text[..^text.TrimStart().Length];
}
