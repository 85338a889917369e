using System.Globalization;
using System.Text;
using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>
/// The page that a person reads about a finding: what is wrong in map terms, who shows it, the program with the schedule
/// that was really made, the last steps, the maps at that moment, and the commands that show it again.
/// </summary>
public sealed class FindingPage
{
    private const int LastSteps = 20;

    private FindingPage(MapProgram program, RunResult result, string text)
    {
        Program = program;
        Result = result;
        Text = text;
    }

    /// <summary>The program as it should be kept: with its schedule, and expecting its bug key.</summary>
    public MapProgram Program { get; }

    /// <summary>How it ended.</summary>
    public RunResult Result { get; }

    /// <summary>The page, Markdown that is readable as it is.</summary>
    public string Text { get; }

    /// <summary>A file name for the program, without extension: the key and the first digits of the hash of the program's text.</summary>
    public string FileName
    {
        get
        {
            byte[] hash = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(ProgramPrinter.Print(Program)));
            return BugKey.Part(Result.BugKey ?? "clean") + "-" + Convert.ToHexStringLower(hash.AsSpan(0, 4));
        }
    }

    /// <summary>Runs a program and writes the page of what goes wrong first.</summary>
    /// <param name="program">The program.</param>
    /// <param name="file">The name under which the program is, or will be, for the commands; null for its own <see cref="FileName"/> in findings.</param>
    /// <param name="mode">How its schedule is used.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <returns>Null if nothing goes wrong.</returns>
    public static FindingPage? Of(MapProgram program, string? file = null, ScheduleMode mode = ScheduleMode.Strict, ModelChanges changes = default)
    {
        RunResult result = new ProgramRunner(program, mode: mode, changes: changes).Run();
        if (result.BugKey == null)
        {
            return null;
        }

        MapProgram kept = Keep(program, result, changes);
        var page = new FindingPage(kept, result, "");
        return new FindingPage(kept, result, Write(program, kept, result, file ?? $"findings/{page.FileName}.mapsim", mode, changes));
    }

    /// <summary>With the schedule that was made, if the program has somebody to schedule, and with its key as expectation.</summary>
    private static MapProgram Keep(MapProgram program, RunResult result, ModelChanges changes)
    {
        bool isScheduled = result.Schedule.Select(s => s.Goroutine).Distinct().Count() > 1 && program.Goroutines.Count > 0;
        var expectation = new Expectation(VerdictKind.Finding, Key: result.BugKey);
        MapProgram kept = program.WithExpectation(expectation);
        if (isScheduled)
        {
            kept = kept.WithSchedule(UpTo(result));
            kept = kept.WithOrder(DecisiveOrder.Of(kept, result, changes));
        }

        return changes.IsNone ? kept : Compared(kept, new ChangedExpectation(changes, expectation));
    }

    /// <summary>What the model does as it is, and what the changed one does.</summary>
    internal static MapProgram Compared(MapProgram kept, ChangedExpectation changed)
    {
        MapProgram compared = kept.WithExpectation(Expectation.Clean).WithChangedExpectation(changed);
        string? key = new ProgramRunner(compared).Run().BugKey;
        return key == null ? compared : kept.WithExpectation(new Expectation(VerdictKind.Finding, Key: key)).WithChangedExpectation(changed);
    }

    /// <summary>The schedule up to the step at which it was seen; what comes after it does not matter.</summary>
    private static List<Stretch> UpTo(RunResult result)
    {
        long left = result.Finding is { } finding ? (long)finding.Step : long.MaxValue;
        long made = (long)result.Steps - result.Schedule.Sum(s => s.Steps);
        left -= result.Finding == null ? 0 : made;
        var stretches = new List<Stretch>();
        foreach (Stretch stretch in result.Schedule)
        {
            if (left <= 0)
            {
                break;
            }

            stretches.Add(stretch with { Steps = Math.Min(left, stretch.Steps) });
            left -= stretch.Steps;
        }

        return stretches;
    }

    private static string Write(MapProgram program, MapProgram kept, RunResult result, string file, ScheduleMode mode, ModelChanges changes)
    {
        // Once more, one step at a time, and only as far as it went wrong.
        var runner = new ProgramRunner(program, mode: mode, changes: changes);
        runner.RecordSteps(LastSteps);
        runner.Run(result.Finding?.Number ?? int.MaxValue);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {result.BugKey}\n\n{Sentence(result)}\n");
        if (changes.IsNone && KnownFindings.Of(result.BugKey!, runner.Settings.Version) is { } known)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nReal Go does this too: {KnownDefects.Name(known.Defect)}; see docs/DISCOVERIES.md.\n");
        }

        Section(text, "Where", Where(result, runner));
        foreach (Fault fault in changes.Faults)
        {
            FaultInfo info = FaultCatalogue.Of(fault);
            text.Append(CultureInfo.InvariantCulture, $"\nThe model has the fault {info.Id} ({info.Origin}): {info.Change}. {info.GoesWrong}\n");
        }

        Section(text, "The program", ProgramPrinter.Print(kept));
        Decisive(text, kept);
        Section(text, $"The last {Math.Min(LastSteps, runner.Steps.Count)} of {runner.Session.Machine.Steps} steps", string.Join('\n', runner.Steps));
        foreach (MapVariable map in runner.Maps)
        {
            Section(text, $"The map {map.Name} at that moment", MapPrinter.Dump(runner, map));
        }

        string token = ProgramToken.Encode(kept);
        text.Append(CultureInfo.InvariantCulture, $"\n## Show it again\n\n    mapsim replay {file}\n    mapsim run -v --dump {changes.ToOptions()}{file}\n\nor without the file:\n\n    mapsim replay {token}\n");
        return text.ToString();
    }

    private static string Sentence(RunResult result) =>
        result.Finding != null ? $"{result.Finding.Text}."
        : result.Verdict == VerdictKind.Mismatch ? result.Message + "."
        : $"The program ends with {result.VerdictText}.";

    private static string Where(RunResult result, ProgramRunner runner)
    {
        var text = new StringBuilder();
        string who = result.Finding?.Goroutine ?? "";
        text.Append(CultureInfo.InvariantCulture, $"go {runner.Settings.Version}, {runner.Settings.Arch.Name}, hash {runner.Settings.Hash}, seed {runner.Settings.Seed}\n");
        if (result.Line > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"line {result.Line}{(who.Length == 0 ? "" : $" of {who}")}: {result.Finding?.Operation ?? LineText(result, runner)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"operation {result.Finding?.Number ?? result.Operations}, step {result.Finding?.Step ?? result.Steps}\n");
        return text.Append(result.Explanation).ToString();
    }

    private static string LineText(RunResult result, ProgramRunner runner) => runner.TextOfLine(result.Line);

    /// <summary>The reorderings that decide, as a person would say it.</summary>
    private static void Decisive(StringBuilder text, MapProgram kept)
    {
        List<OrderLine> order = [.. kept.Lines.Select(l => l.Statement).OfType<OrderLine>().Where(o => o.IsDecisive)];
        if (order.Count > 0)
        {
            text.Append("\n## What decides\n\nThe program comes to this end whenever\n\n");
            order.ForEach(o => text.Append(CultureInfo.InvariantCulture, $"* {o.First} comes before {o.Second}\n"));
        }
    }

    private static void Section(StringBuilder text, string title, string content) =>
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n```\n{content.TrimEnd()}\n```\n");
}
