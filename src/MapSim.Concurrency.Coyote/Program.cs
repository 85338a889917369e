using System.CommandLine;
using MapSim.Cli;
using MapSim.Cli.Commands;
using MapSim.Fuzz;
using MapSim.Programs;
using Microsoft.Coyote;
using Microsoft.Coyote.SystematicTesting;

namespace MapSim.Concurrency.Coyote;

/// <summary>mapsim-coyote: a program under the scheduler of Microsoft Coyote (docs/EXPLORING.md).</summary>
internal static class Program
{
    // Longer than any run (the program's own limit is lower), so that Coyote never cuts one; ten times it fits in an int.
    private const uint SchedulingSteps = 100_000_000;

    // Nothing here can hang but a run of the oracles on a busy machine: an hour, in milliseconds.
    private const uint DeadlockTimeout = 3_600_000;

    private const uint PriorityChanges = 10;

    private static readonly Argument<string> InputFile = new("FILE") { Description = "A program file (*.mapsim), a program as a word (b64:...), or - for standard input." };
    private static readonly Option<string> Iterations = new("--iterations") { Description = "Runs.", HelpName = "n", DefaultValueFactory = _ => "1k" };
    private static readonly Option<uint> Seed = new("--seed") { Description = "Coyote's seed.", HelpName = "n", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Strategy = new("--strategy") { Description = "How Coyote picks who moves: random or prioritization.", HelpName = "name", DefaultValueFactory = _ => "random" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Writes for each way to go wrong a program with its schedule, and a page about it, into this folder.", HelpName = "dir" };

    private static int Main(string[] args)
    {
        var root = new RootCommand("""
            mapsim-coyote: runs a map program under the scheduler of Microsoft Coyote. Runs are samples and prove nothing.

            Exit code 0 if each run ended as the program expects (no line expect: clean), 77 if one ended otherwise, 2 for bad input.
            """) { InputFile, Iterations, Seed, Strategy, Output };
        Strategy.AcceptOnlyFromAmong("random", "prioritization");
        root.SetAction(parsed =>
        {
            long iterations = BudgetText.Count("--iterations", parsed.GetValue(Iterations)!);
            var options = new ExploreOptions { Runs = iterations <= int.MaxValue ? iterations : throw new BadInputException($"--iterations: expected at most {int.MaxValue}, found {iterations}") };
            string file = parsed.GetValue(InputFile)!, strategy = parsed.GetValue(Strategy)!;
            MapProgram program = ProgramFiles.Read(file);
            SteeredProgram steered = ProgramFiles.Guard(file, () => new SteeredProgram(program, options));
            Explore(steered, (uint)iterations, parsed.GetValue(Seed), strategy);
            return ExploreCommand.Tell(file, program, steered.Found("coyote", "Coyote, " + strategy), options, parsed.GetValue(Output), json: false);
        });
        return CommandRunner.Run(root, args);
    }

    private static void Explore(SteeredProgram program, uint iterations, uint seed, string strategy)
    {
        Configuration configuration = Configuration.Create().WithTestingIterations(iterations).WithRandomGeneratorSeed(seed).WithTestIterationsRunToCompletion(true)
            .WithMaxSchedulingSteps(SchedulingSteps).WithDeadlockTimeout(DeadlockTimeout).WithTelemetryEnabled(false);
        configuration = strategy == "random" ? configuration.WithRandomStrategy() : configuration.WithPrioritizationStrategy(false, PriorityChanges);
        TextWriter output = Console.Out;
        Console.SetOut(Console.Error); // Coyote's log
        using TestingEngine engine = TestingEngine.Create(configuration, new Action(new CoyoteTest(program).Run));
        engine.Run();
        Console.SetOut(output);
        if (engine.TestReport.NumOfFoundBugs != program.BadRuns || program.Runs != iterations)
        {
            string other = engine.TestReport.BugReports.FirstOrDefault(r => !r.Contains(nameof(ExternalFindingException), StringComparison.Ordinal)) ?? "none of its own";
            throw new InvalidOperationException($"expected {iterations} runs and {program.BadRuns} bugs, found {program.Runs} runs and {engine.TestReport.NumOfFoundBugs} bugs in Coyote's report: {other}");
        }
    }
}
