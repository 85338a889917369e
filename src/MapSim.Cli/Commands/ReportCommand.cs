using System.CommandLine;
using System.Globalization;
using MapSim.Cli.Report;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim report: one HTML file that shows a program step by step, or what a campaign did.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "A program or finding (*.mapsim; - for standard input), or the folder of a campaign." };
    private static readonly Option<string> Output = new("--output", "-o") { Description = "The HTML file.", DefaultValueFactory = _ => "report.html" };
    private static readonly Option<int> Most = new("--steps") { Description = "Show at most so many steps.", HelpName = "n", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> States = new("--states") { Description = "Follow all schedules of a program of goroutines up to so many states, to say at each step what can still come of it; 0: do not.", HelpName = "n", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<string[]> Faults = ChangeOptions.Faults();
    private static readonly Option<string[]> Repairs = ChangeOptions.Repairs();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("report", """
            Examples:
              mapsim report corpus/examples/growth.mapsim -o report.html
              mapsim report findings/some-finding.mapsim -o finding.html
              mapsim report findings/nightly -o night.html

            Writes one HTML file that needs nothing else and no network. Of a program: every step, with a slider and keys, the
            map drawn to scale, bytes, goroutines, what happened before what, iterations, the collector; #step=412 in the address
            opens step 412. Of a finding also what went wrong and the commands that show it again. Of a campaign: its numbers,
            milestones, findings and curves. If a program of goroutines has few states (--states), the page says at each step how it can
            still end, whoever goes next, and after which step no schedule ends well any more. A program that says "with fault ID expect KEY" is shown with the fault.
            """) { File, Output, Most, States, Faults, Repairs };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string file = parsed.GetValue(File)!, output = parsed.GetValue(Output)!;
        OutputFile.Check("-o", output);
        int most = parsed.GetValue(Most);
        if (most < 1)
        {
            throw new BadInputException(FormattableString.Invariant($"--steps: expected a number from 1, found {most}"));
        }

        int states = parsed.GetValue(States);
        if (states < 0)
        {
            throw new BadInputException(FormattableString.Invariant($"--states: expected a number from 0, found {states}"));
        }

        ModelChanges changes = ChangeOptions.Read(parsed, Faults, Repairs);
        byte[] page = Directory.Exists(file) ? CampaignPage.Of(file) : OfProgram(file, ProgramFiles.Read(file), changes, most, states);
        OutputFile.Write(output, page);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mapsim: wrote {output} ({page.Length / 1024} KB); open it in a browser"));
        return ExitCodes.Clean;
    }

    /// <summary>The page of a program.</summary>
    /// <param name="file">Its file, for titles and commands.</param>
    /// <param name="program">The program.</param>
    /// <param name="asked">What is changed in the model; with nothing, what the program itself says.</param>
    /// <param name="most">Steps at most.</param>
    /// <param name="states">States to explore at most, to say what can still come of each step.</param>
    /// <exception cref="BadInputException">The program is wrong.</exception>
    internal static byte[] OfProgram(string file, MapProgram program, ModelChanges asked, int most, int states = 0)
    {
        ModelChanges changes = asked.IsNone && program.ChangedExpectations.Count == 1 ? program.ChangedExpectations[0].Changes : asked;
        Timeline timeline = ProgramFiles.Guard(file, () => Timeline.Of(program, changes, most));
        string name = file == "-" || ProgramToken.IsToken(file) ? "program" : Path.GetFileName(file);
        ulong before = timeline.Count > 0 ? timeline.Steps[0].MachineSteps - 1 : 0;
        var head = new ReportHead(Title(name, timeline), Sentence(timeline), Setting(timeline), Commands(file, program, changes))
        {
            Page = timeline.Result.BugKey == null ? "" : ProgramFiles.Guard(file, () => FindingPage.Of(program, file, changes: changes))?.Text ?? "",
            Note = timeline.Result.BugKey == null || before == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Texts of findings count from the making of the maps: their step {before + 1} is step 1 here."),
        };
        return ReportHtml.Of("report.html", "MapSim: " + name, ProgramJson.Of(timeline, head, FatesOf(program, timeline, changes, states)));
    }

    /// <summary>Null if there is nothing to choose, or if it would take too long.</summary>
    private static ProgramFates? FatesOf(MapProgram program, Timeline timeline, ModelChanges changes, int states)
    {
        bool isWhole = timeline.Result.Verdict is not (VerdictKind.StepLimit or VerdictKind.MemoryLimit);
        return states == 0 || program.Goroutines.Count == 0 || !isWhole ? null : ProgramFates.Of(program, changes, [.. timeline.Steps.Select(s => s.Mover)], states);
    }

    private static string Title(string name, Timeline t) => string.Create(CultureInfo.InvariantCulture, $"{name}: {t.Result.Operations} operation{(t.Result.Operations == 1 ? "" : "s")}, {t.Count} steps");

    private static string Sentence(Timeline t) => t.Result.Finding is { } finding ? finding.Text + "."
        : t.Result.Verdict == VerdictKind.Clean ? "Nothing goes wrong."
        : t.Result.Explanation is { } why ? $"{t.Result.VerdictText}.\n{why}"
        : t.Result.VerdictText + ".";

    private static string Setting(Timeline t)
    {
        string faults = string.Concat(t.Changes.Faults.Select(f => FaultCatalogue.Of(f)).Select(f => $"; with the fault {f.Id}: {f.Change}"));
        return string.Create(CultureInfo.InvariantCulture, $"go {t.Settings.Version}, {t.Settings.Arch.Name}, hash {t.Settings.Hash}, seed {t.Settings.Seed}{(t.Settings.Collector ? ", with a collector" : "")}{faults}");
    }

    private static List<string> Commands(string file, MapProgram program, ModelChanges changes)
    {
        string name = file == "-" ? ProgramToken.Encode(program) : CampaignFiles.Quoted(file);
        return [$"mapsim replay {name}", $"mapsim run -v {changes.ToOptions()}{name}"];
    }
}
