using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>What an exploration found, as files: for each way to go wrong a program that replays, and the page about it.</summary>
internal static class ExploredFiles
{
    private const int EndlessSteps = 10_000;
    private const string Last = "\n## Show it again\n";

    /// <summary>Writes them.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="file">What was explored: the files begin with its name.</param>
    /// <param name="program">The program.</param>
    /// <param name="found">What was found.</param>
    /// <param name="changes">What was changed in the model.</param>
    /// <returns>The program's file for each end.</returns>
    public static IReadOnlyDictionary<ExploredEnd, string> Write(string folder, string file, MapProgram program, Exploration found, ModelChanges changes)
    {
        var written = new Dictionary<ExploredEnd, string>();
        string stem = file == "-" || ProgramToken.IsToken(file) ? "program" : Path.GetFileNameWithoutExtension(file);
        foreach (ExploredEnd end in found.Ends.Where(e => e.Key != null))
        {
            string name = Path.Combine(folder, $"{stem}.{BugKey.Part(end.Key!)}.mapsim");
            MapProgram scheduled = program.WithOrder([]).WithSchedule(end.Schedule);
            FindingPage? page = end.Endless == null ? FindingPage.Of(scheduled, name, changes: changes) : null;
            MapProgram kept = page?.Program ?? Endless(scheduled, end, changes);
            Directory.CreateDirectory(folder);
            OutputFile.Write(name, Encoding.UTF8.GetBytes(ProgramPrinter.Print(kept)));
            if (page != null)
            {
                OutputFile.Write(Path.ChangeExtension(name, ".md"), Encoding.UTF8.GetBytes(page.Text.Replace(Last, TurningPoints.Section(program, end, changes) + Last, StringComparison.Ordinal)));
            }

            written.Add(end, name);
        }

        return written;
    }

    /// <summary>A program that runs into a limit of its own where the operation without an end begins.</summary>
    private static MapProgram Endless(MapProgram program, ExploredEnd end, ModelChanges changes)
    {
        MapProgram limited = new([program.Lines[0], new ProgramLine(new Setting("limit", FormattableString.Invariant($"{EndlessSteps}"))), .. program.Lines.Skip(1).Where(l => l.Statement is not Setting { Name: "limit" })]);
        MapProgram scheduled = end.Endless == null ? limited : limited.WithSchedule([.. end.Schedule, new Stretch(end.Endless, 2 * EndlessSteps)]);
        var expectation = new Expectation(VerdictKind.StepLimit);
        return changes.IsNone ? scheduled.WithExpectation(expectation) : scheduled.WithChangedExpectation(new ChangedExpectation(changes, expectation));
    }
}
