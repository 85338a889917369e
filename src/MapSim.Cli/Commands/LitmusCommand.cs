using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;
using TraceOptions = MapSim.Concurrency.Traces.TraceOptions;

namespace MapSim.Cli.Commands;

/// <summary>mapsim litmus: explores every interleaving of a small program of shared variables.</summary>
internal static class LitmusCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "A litmus program (docs/LITMUS.md)." };
    private static readonly Option<string> Engine = new("--engine")
    {
        Description = "states: every state once (default); traces: one execution for each order of conflicting steps, by source-DPOR, or by optimal DPOR where that wastes too much; optimal: the same by optimal DPOR; random: runs under a random scheduler.",
        HelpName = "states|traces|optimal|random",
        DefaultValueFactory = _ => "states",
    };

    private static readonly Option<bool> Json = new("--json") { Description = $"Print one JSON object (schema {LitmusReport.Schema})." };
    private static readonly Option<long> MostStates = new("--limit-states") { Description = "Most states (engine states).", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
    private static readonly Option<long> MostSteps = new("--limit-steps") { Description = "Most steps.", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
    private static readonly Option<int> Workers = new("--workers") { Description = "Workers (engines states and traces); the counts are the same for any number.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<long> Runs = new("--runs") { Description = "Runs (engine random).", HelpName = "N", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Seed (engine random).", HelpName = "N", DefaultValueFactory = _ => 1 };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("litmus", """
            Examples:
              mapsim litmus SB.litmus
              mapsim litmus SB.litmus --engine optimal --json

            Explores every interleaving of a program of a few threads and shared variables, and says what can go wrong: a
            failed assert or final condition, a deadlock, an endless loop, with a way to it.
            Exit code 0 when everything was seen (random: when all runs were made), whatever was found; 70 when a limit cut it; 72 when interrupted; 2 for a bad file.
            """) { File, Engine, Json, MostStates, MostSteps, Workers, Runs, Seed };
        Engine.AcceptOnlyFromAmong("states", "traces", "optimal", "random");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string engine = parsed.GetValue(Engine)!;
        int workers = parsed.GetValue(Workers);
        long mostStates = parsed.GetValue(MostStates);
        long mostSteps = parsed.GetValue(MostSteps);
        CheckRange("--limit-states", mostStates, long.MaxValue);
        CheckRange("--limit-steps", mostSteps, long.MaxValue);
        CheckRange("--workers", workers, 1024);
        CheckRange("--runs", parsed.GetValue(Runs), long.MaxValue);
        CheckFits(parsed, engine);
        LitmusProgram program = Read(parsed.GetRequiredValue(File));
        using var cancel = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            cancel.Cancel();
        });
        var watch = Stopwatch.StartNew();
        var states = new StateOptions { MostStates = mostStates, MostSteps = mostSteps, Cancel = cancel.Token };
        var traces = new TraceOptions { Steps = mostSteps, Cancellation = cancel.Token };
        var model = new LitmusModel(program);
        LitmusOutcome outcome = engine switch
        {
            "states" => LitmusOutcome.Of(workers == 1 ? StateExplorer.Explore(model, states) : ParallelStates.Explore(model, workers, states)),
            "traces" => LitmusOutcome.Of(workers == 1 ? TraceExplorer.Explore(model, traces) : SplitTraces.Explore(model, workers, traces), engine),
            "random" => LitmusOutcome.Of(SampleRun.Explore(model, new RandomWalk(), new SampleOptions { Seed = parsed.GetValue(Seed), Schedules = parsed.GetValue(Runs), Cancellation = cancel.Token })),
            _ => LitmusOutcome.Of(OptimalDpor.Explore(model, traces), engine),
        };
        long milliseconds = watch.ElapsedMilliseconds;
        if (parsed.GetValue(Json))
        {
            using Stream stdout = Console.OpenStandardOutput();
            LitmusReport.WriteJson(stdout, program.Name, outcome, milliseconds);
        }
        else
        {
            Console.Out.Write(LitmusReport.Text(program, outcome, milliseconds, states));
        }

        return cancel.IsCancellationRequested ? ExitCodes.Interrupted : outcome.IsComplete || engine == "random" ? ExitCodes.Clean : ExitCodes.StepLimit;
    }

    private static LitmusProgram Read(string file)
    {
        try
        {
            return LitmusProgram.Parse(System.IO.File.ReadAllText(file));
        }
        catch (LitmusException e)
        {
            throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"{file}:{e.Line}:{e.Column}: {e.Message}"));
        }
        catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new BadInputException($"{file}: {e.Message}");
        }
    }

    /// <summary>An option that means nothing to an engine is refused, so that nobody trusts it.</summary>
    private static void CheckFits(ParseResult parsed, string engine)
    {
        (Option Option, string[] Engines)[] fits = [(MostStates, ["states"]), (Workers, ["states", "traces"]), (MostSteps, ["states", "traces", "optimal"]), (Runs, ["random"]), (Seed, ["random"])];
        foreach ((Option option, string[] engines) in fits)
        {
            if (parsed.GetResult(option) is { Implicit: false } && !engines.Contains(engine))
            {
                throw new BadInputException($"{option.Name}: expected engine {string.Join(" or ", engines)}, found engine {engine}");
            }
        }
    }

    private static void CheckRange(string option, long value, long most)
    {
        if (value < 1 || value > most)
        {
            throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"{option}: expected {(most == long.MaxValue ? "at least 1" : $"1 to {most}")}, found {value}"));
        }
    }
}
