using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim explore: every way in which a program of a few goroutines can end.</summary>
internal static class ExploreCommand
{
    private static readonly Argument<string?> InputFile = new("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "A program file (*.mapsim), a program as a word (b64:...), or - for standard input." };
    private static readonly Option<string> Engine = new("--engine") { Description = "states (each state once) or traces (each order of conflicting steps once).", HelpName = "name", DefaultValueFactory = _ => "states" };
    private static readonly Option<string?> Time = new("--for") { Description = "Not longer than this: 90s, 10m.", HelpName = "time" };
    private static readonly Option<string> MostStates = new("--states") { Description = "Engine states: most states.", HelpName = "n", DefaultValueFactory = _ => "20M" };
    private static readonly Option<string> MostTraces = new("--execs") { Description = "Engine traces: most traces.", HelpName = "n", DefaultValueFactory = _ => "10M" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Writes for each way to go wrong a program with its schedule, and a page about it, into this folder.", HelpName = "dir" };
    private static readonly Option<bool> Cells = new("--cells") { Description = "Instead of a file: the table of docs/INTERLEAVINGS.md, every operation beside every other." };
    private static readonly Option<string?> Situation = new("--situation") { Description = "With --cells: only the rows of this situation.", HelpName = "name" };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "With --cells: writes the whole of docs/INTERLEAVINGS.md to this file.", HelpName = "file" };
    private static readonly Option<int> Workers = new("--workers") { Description = "With --cells: cells at a time; default one for each core.", HelpName = "n", DefaultValueFactory = _ => Environment.ProcessorCount };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object (schema mapsim.explore/1)." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string[]> faults = ChangeOptions.Faults(), repairs = ChangeOptions.Repairs();
        var command = new Command("explore", """
            mapsim explore corpus/regression/racing-writers-are-caught.mapsim
            mapsim explore two-writers.mapsim -o findings
            mapsim explore --engine traces --json two-writers.mapsim
            mapsim explore --fault evac-drops-overflow reader-and-writer.mapsim
            mapsim explore --cells --situation "same-size grow" --states 1M --execs 20k

            Finds every way in which a program can end, whatever the schedule: its own schedule plays no part. Random choices
            (hash seeds, where iterations start) stay as the program's seed gives them. What is not printed cannot happen, if
            the exploration was complete. For each way: how many final states (or traces), its share of all interleavings (or
            traces), its chance under a random scheduler, and a schedule with the fewest preemptions.

            Exit code 0 if the program can only end as it expects (no line expect: clean), 77 if it can also end otherwise,
            70 if a limit cut it and nothing else was seen, 72 if Ctrl-C did, 2 for bad input.
            """) { InputFile, Engine, Time, MostStates, MostTraces, Output, Cells, Situation, Markdown, Workers, Json, faults, repairs };
        command.SetAction(parsed =>
        {
            using var stop = new CancellationTokenSource();
            bool isInterrupted = false;
            using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
            {
                // A second time it ends at once.
                context.Cancel = !isInterrupted;
                isInterrupted = true;
                stop.Cancel();
            });
            if (parsed.GetValue(Time) is { } time)
            {
                stop.CancelAfter(BudgetText.Time("--for", time));
            }

            int states = (int)Math.Min(int.MaxValue - 1, BudgetText.Count("--states", parsed.GetValue(MostStates)!));
            var options = new ExploreOptions(states, BudgetText.Count("--execs", parsed.GetValue(MostTraces)!)) { Changes = ChangeOptions.Read(parsed, faults, repairs), Cancel = stop.Token };
            bool json = parsed.GetValue(Json);
            int code = (parsed.GetValue(Cells), parsed.GetValue(InputFile)) switch
            {
                (true, null) => ExploreCells.Run(parsed.GetValue(Situation), options, Math.Max(1, parsed.GetValue(Workers)), parsed.GetValue(Markdown), json),
                (false, { } file) => Explore(file, parsed.GetValue(Engine)!, options, parsed.GetValue(Output), json),
                _ => throw new BadInputException("expected a program file, or --cells without one, found " + (parsed.GetValue(Cells) ? "both" : "neither")),
            };
            return isInterrupted && code != ExitCodes.Finding ? ExitCodes.Interrupted : code;
        });
        return command;
    }

    private static int Explore(string file, string engine, ExploreOptions options, string? folder, bool json)
    {
        MapProgram program = ProgramFiles.Read(file);
        using var progress = new ExploreProgress(engine, engine == "states" ? options.MostStates : options.MostTraces);
        ExploreOptions watched = options with { Progress = progress.Tell };
        Exploration found = ProgramFiles.Guard(file, () => engine switch
        {
            "states" => ProgramExplorer.ByStates(program, watched),
            "traces" => ProgramExplorer.ByTraces(program, watched),
            _ => throw new BadInputException($"--engine: expected states or traces, found '{engine}'"),
        });
        string? expected = ExpectedKey(program);
        IReadOnlyDictionary<ExploredEnd, string> written = folder == null ? new Dictionary<ExploredEnd, string>() : ExploredFiles.Write(folder, file, program, found, options.Changes);
        Console.Out.Write(json ? ToJson(file, found, written) : ToText(file, found, written));
        return found.Ends.Any(e => e.Key != expected) ? ExitCodes.Finding : found.IsComplete ? ExitCodes.Clean : ExitCodes.StepLimit;
    }

    /// <summary>The key of the end that the file expects; null for clean.</summary>
    private static string? ExpectedKey(MapProgram program)
    {
        Expectation expectation = program.Expectation;
        return expectation.Verdict == VerdictKind.Clean ? null : expectation.Key ?? Expectation.Word(expectation.Verdict);
    }

    private static string ToText(string file, Exploration found, IReadOnlyDictionary<ExploredEnd, string> written)
    {
        var text = new StringBuilder();
        string size = found.States is { } states ? $"{Number(states)} states, {Number(found.Steps)} steps between them" : $"{Number(found.Traces!.Value)} traces, {Number(found.Steps)} steps made";
        text.Append(CultureInfo.InvariantCulture, $"{ProgramFiles.Name(file)}: {(found.IsComplete ? "all " : "")}{size}");
        text.Append(found.Interleavings is { } n ? string.Create(CultureInfo.InvariantCulture, $", {n:G4} interleavings") : "");
        text.Append(found.Cut == null ? "\n" : $"; not complete: {found.Cut}\n");
        var table = new TextTable("end", found.States == null ? "traces" : "final states", "share", "chance", "preemptions", "schedule");
        foreach (ExploredEnd end in found.Ends)
        {
            table.Add(
                end.Key ?? "clean", Number(end.Count), Percent(end.Share), Percent(end.Chance),
                end.Preemptions.ToString(CultureInfo.InvariantCulture) + (end.IsFewest ? ", fewest" : ""), string.Join(' ', end.Schedule) + (end.Endless == null ? "" : $" {end.Endless}*..."));
        }

        text.Append(table.ToString());
        if (found.IsComplete)
        {
            text.Append(found.Ends.All(e => e.Key == null) ? "No schedule makes it go wrong.\n" : "No schedule makes it end in another way.\n");
        }

        foreach ((ExploredEnd end, string name) in written)
        {
            text.Append(CultureInfo.InvariantCulture, $"{end.Key}: mapsim replay {name}\n");
        }

        return text.ToString();
    }

    private static string ToJson(string file, Exploration found, IReadOnlyDictionary<ExploredEnd, string> written) => JsonSerializer.Serialize(
        new
        {
            schema = "mapsim.explore/1", file, engine = found.Engine, complete = found.IsComplete, cut = found.Cut, states = found.States, traces = found.Traces, steps = found.Steps,
            interleavings = found.Interleavings, judgedRuns = found.JudgedRuns,
            ends = found.Ends.Select(e => new
            {
                key = e.Key, count = e.Count, share = e.Share, chance = e.Chance, preemptions = e.Preemptions, fewest = e.IsFewest, schedule = string.Join(' ', e.Schedule), endless = e.Endless,
                file = written.GetValueOrDefault(e),
            }),
        },
        ProgramFiles.Json) + "\n";

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is not { } s ? "-" : s is > 0 and < 0.0001 ? s.ToString("0.##E+0", CultureInfo.InvariantCulture) : (100 * s).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
