using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>A run as a program file that replays: the program, the schedule that was made, and how it ends.</summary>
/// <param name="Program">The program.</param>
/// <param name="Result">How it ends; on the changed model if it is changed.</param>
internal sealed record SavedWay(MapProgram Program, RunResult Result)
{
    /// <summary>The steps of a run as the stretches of a schedule.</summary>
    /// <param name="movers">Who made them, by name.</param>
    public static IReadOnlyList<Stretch> Stretches(IEnumerable<string> movers)
    {
        var stretches = new List<Stretch>();
        foreach (string name in movers)
        {
            if (stretches.Count > 0 && stretches[^1].Goroutine == name)
            {
                stretches[^1] = stretches[^1] with { Steps = stretches[^1].Steps + 1 };
            }
            else
            {
                stretches.Add(new Stretch(name, 1));
            }
        }

        return stretches;
    }

    /// <summary>The program of a run, with the whole schedule of it.</summary>
    public static SavedWay Of(Timeline timeline)
    {
        IReadOnlyList<Stretch> stretches = Stretches(timeline.Steps.Select(s => s.Goroutine));
        MapProgram scheduled = timeline.Program.WithOrder([]).WithSchedule(timeline.Movers.Names.Count > 1 ? stretches : []);
        RunResult result = new ProgramRunner(scheduled, changes: timeline.Changes).Run();
        if (timeline.Changes.IsNone)
        {
            return new SavedWay(scheduled.WithExpectation(Expected(result)), result);
        }

        var changed = new ChangedExpectation(timeline.Changes, Expected(result));
        MapProgram compared = scheduled.WithExpectation(Expectation.Clean).WithChangedExpectation(changed);
        RunResult plain = new ProgramRunner(compared).Run();
        return new SavedWay(scheduled.WithExpectation(Expected(plain)).WithChangedExpectation(changed), result);
    }

    /// <summary>Writes it, at once or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <param name="overwrite">Replaces a file that is there.</param>
    /// <returns>False if there is one that may not be replaced.</returns>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public bool TryWrite(string file, bool overwrite)
    {
        OutputFile.Check("save", file);
        byte[] text = Encoding.UTF8.GetBytes(ProgramPrinter.Print(Program));
        if (overwrite)
        {
            OutputFile.Write(file, text);
            return true;
        }

        try
        {
            return AtomicFile.TryCreate(Path.GetFullPath(file), text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{file}: cannot be written: {e.Message}");
        }
    }

    /// <summary>What a replay must find again: what the file expected already if that is so, else the key of what goes wrong.</summary>
    private static Expectation Expected(RunResult result) =>
        result.IsAsExpected ? result.Expectation with { Digest = null }
        : result.BugKey != null ? new Expectation(VerdictKind.Finding, Key: result.BugKey)
        : new Expectation(result.Verdict);
}
