namespace MapSim.Programs;

/// <summary>Changes of whole programs that keep every other line as it is: another schedule, another expectation.</summary>
public static class ProgramEdits
{
    private const int StretchesPerLine = 12;

    /// <summary>The program with this schedule instead of its own (behind its operations); none for no stretches.</summary>
    public static MapProgram WithSchedule(this MapProgram program, IReadOnlyList<Stretch> stretches)
    {
        List<ProgramLine> lines = [.. program.Lines.Where(l => l.Statement is not (ScheduleLine or RandomScheduleLine))];
        lines.InsertRange(EndOf(lines), stretches.Chunk(StretchesPerLine).Select(c => new ProgramLine(new ScheduleLine(c))));
        return new MapProgram(lines);
    }

    /// <summary>The program with these order lines instead of its own.</summary>
    public static MapProgram WithOrder(this MapProgram program, IReadOnlyList<OrderLine> order)
    {
        List<ProgramLine> lines = [.. program.Lines.Where(l => l.Statement is not OrderLine)];
        lines.InsertRange(EndOf(lines), order.Select(o => new ProgramLine(o)));
        return new MapProgram(lines);
    }

    /// <summary>The program with this expectation instead of its own, and without checkpoints and expectations of changed models, which belonged to that.</summary>
    public static MapProgram WithExpectation(this MapProgram program, Expectation expectation)
    {
        List<ProgramLine> lines = [.. program.Lines.Where(l => l.Statement is not (CheckpointsLine or ChangedExpectation))];
        int at = lines.FindIndex(l => l.Statement is Expectation);
        var line = new ProgramLine(expectation, at < 0 ? null : lines[at].Comment);
        if (at < 0)
        {
            lines.Insert(EndOf(lines), line);
        }
        else
        {
            lines[at] = line;
        }

        return new MapProgram(lines);
    }

    /// <summary>The program with a line "with ... expect ..." behind its expectation, instead of one for the same changes.</summary>
    public static MapProgram WithChangedExpectation(this MapProgram program, ChangedExpectation expectation)
    {
        List<ProgramLine> lines = [.. program.Lines.Where(l => !(l.Statement is ChangedExpectation old && old.Changes == expectation.Changes))];
        int expect = lines.FindLastIndex(l => l.Statement is Expectation or CheckpointsLine or ChangedExpectation);
        lines.Insert(expect < 0 ? EndOf(lines) : expect + 1, new ProgramLine(expectation));
        return new MapProgram(lines);
    }

    /// <summary>Behind the last line that does something, before the expectation.</summary>
    private static int EndOf(List<ProgramLine> lines)
    {
        int expect = lines.FindIndex(l => l.Statement is Expectation or ChangedExpectation or CheckpointsLine);
        int end = expect < 0 ? lines.Count : expect;
        while (end > 0 && lines[end - 1] is { Statement: null, Comment: null })
        {
            end--;
        }

        return end;
    }
}
