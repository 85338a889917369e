using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim demo: plants a bug, finds it, shrinks it and writes the report, in some seconds.</summary>
internal static class DemoCommand
{
    private const string FaultId = "wb-skip-delete-clear";
    private const int ShrinkRuns = 600;
    private const double ShrinkSeconds = 3;

    /// <summary>What is hunted with: nothing in it hints at the fault.</summary>
    private const string Text = """
        mapsim 1
        # A cache of pointers that main fills and empties while the garbage collector works.
        collector
        map cache map[uint64]*T

        goroutine collecting
          gc
        end

        assign cache 1 new
        assign cache 2 new
        lookup cache 2 -> p
        len cache
        delete cache 2
        delete cache 1
        len cache

        """;

    private static readonly Option<string> Output = new("--output", "-o") { Description = "The folder for the programs and the report.", DefaultValueFactory = _ => "mapsim-demo" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("demo", $"""
            Examples:
              mapsim demo
              mapsim demo -o demo

            Breaks the write barrier of the model in one place ({FaultId}), explores a small program in all interleavings until the
            collector loses an object, makes program and schedule as small as they get, and writes a report that shows it step by step.
            """) { Output };
        command.SetAction(p => Run(p.GetValue(Output)!));
        return command;
    }

    private static int Run(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (IOException e)
        {
            throw new BadInputException($"-o {folder}: {e.Message}");
        }

        var clock = Stopwatch.StartNew();
        FaultInfo fault = FaultCatalogue.Find(FaultId)!;
        ModelChanges changes = ModelChanges.None.With(fault.Fault);
        Say($"Planted: {fault.Id}. {fault.Change}.");
        MapProgram program = ProgramParser.Parse(Text);
        Say($"Hunting: a program of {program.Operations.Count()} operations, in all interleavings of its goroutines and the collector.");
        Exploration seen = ProgramExplorer.ByStates(program, new ExploreOptions { Changes = changes });
        ExploredEnd bad = seen.Ends.FirstOrDefault(e => e.Key != null) ?? throw new InvalidOperationException($"the planted fault {FaultId} was not found");
        FindingPage page = FindingPage.Of(program.WithSchedule(bad.Schedule), changes: changes) ?? throw new InvalidOperationException("the schedule of a bad end does not show it again");
        Say(string.Create(CultureInfo.InvariantCulture, $"Found after {clock.Elapsed.TotalSeconds:F1} s: {page.Result.BugKey}"));
        Say($"  {page.Result.Finding?.Text ?? page.Result.VerdictText}.");
        Say(string.Create(CultureInfo.InvariantCulture, $"  {seen.States:N0} states, {seen.Interleavings:0.0E+0} interleavings; a random scheduler hits it in {100 * (bad.Chance ?? 0):G2} % of its runs."));
        string found = Path.Combine(folder, "found.mapsim"), small = Path.Combine(folder, "small.mapsim"), report = Path.Combine(folder, "report.html");
        Write(found, ProgramPrinter.Print(page.Program));
        double end = clock.Elapsed.TotalSeconds + ShrinkSeconds;
        ShrinkResult shrunk = Shrinker.Shrink(page.Program, new ShrinkOptions(ShrinkRuns) { Changes = changes, IsStopped = () => clock.Elapsed.TotalSeconds > end });
        Say($"Shrunk from {shrunk.OperationsBefore} operations to {shrunk.OperationsAfter} in {shrunk.Executions} runs{(shrunk.Complete ? "" : $"; mapsim shrink {found} would go on")}:");
        Console.Out.WriteLine();
        string text = ProgramPrinter.Print(shrunk.Program);
        Console.Out.WriteLine(string.Concat(text.TrimEnd('\n').Split('\n').Select(l => $"    {l}".TrimEnd() + "\n")));
        Write(small, text);
        OutputFile.Write(report, ReportCommand.OfProgram(small, shrunk.Program, changes, Timeline.DefaultMostSteps));
        Say($"Report:        {report}   (open it in a browser; arrow keys step, f goes to where it went wrong)");
        Say($"Show it again: mapsim replay {small}");
        Say(string.Create(CultureInfo.InvariantCulture, $"All in {clock.Elapsed.TotalSeconds:F1} s."));
        return ExitCodes.Clean;
    }

    private static void Write(string file, string text) => OutputFile.Write(file, Encoding.UTF8.GetBytes(text));

    private static void Say(string text) => Console.Out.WriteLine(text);
}
