using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MapSim.Concurrency;
using MapSim.Concurrency.Graphs;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;
using TraceOptions = MapSim.Concurrency.Traces.TraceOptions;

namespace MapSim.Cli.Commands;

/// <summary>mapsim litmus: explores every interleaving of a small program of shared variables.</summary>
internal static class LitmusCommand
{
    /// <summary>States that the sampler exact may need.</summary>
    private const int MostGraphStates = 4_000_000;

    /// <summary>Runs up to which it is counted how many differ, at 32 bytes each.</summary>
    private const long MostCountedRuns = 10_000_000;

    private static readonly Argument<string> File = new("FILE") { Description = "A litmus program (docs/LITMUS.md)." };
    private static readonly Option<string> Engine = new("--engine")
    {
        Description = "states: every state once (default); traces: one execution for each order of conflicting steps, by source-DPOR, or by optimal DPOR where that wastes too much; optimal: the same by optimal DPOR; graph: the same by execution graphs; random: runs under a random scheduler.",
        HelpName = "states|traces|optimal|graph|random",
        DefaultValueFactory = _ => "states",
    };

    private static readonly Option<bool> Json = new("--json") { Description = $"Print one JSON object (schema {LitmusReport.Schema})." };
    private static readonly Option<long> MostStates = new("--limit-states") { Description = "Most states (engine states).", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
    private static readonly Option<long> MostSteps = new("--limit-steps") { Description = "Most steps.", HelpName = "N", DefaultValueFactory = _ => long.MaxValue };
    private static readonly Option<int> Workers = new("--workers") { Description = "Workers (engines states, traces and graph); the counts are the same for any number.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Preemptions = new("--preemptions")
    {
        Description = "Only what at most K switches away from a thread that could go on lead to (engine states, one worker).",
        HelpName = "K",
    };

    private static readonly Option<long> Runs = new("--runs") { Description = "Runs (engine random).", HelpName = "N", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<string> Sampler = new("--sampler")
    {
        Description = "Who picks the threads (engine random): " + string.Join("; ", Samplers.Names.Select(n => $"{n}: {Samplers.About(n)}")) + ".",
        HelpName = string.Join('|', Samplers.Names),
        DefaultValueFactory = _ => Samplers.Usual,
    };

    private static readonly Option<int> PctDepth = new("--pct-depth") { Description = "Depth of sampler pct: one more than the changes of priority in a run.", HelpName = "D", DefaultValueFactory = _ => Samplers.UsualDepth };
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
            """) { File, Engine, Json, MostStates, MostSteps, Workers, Preemptions, Runs, Seed, Sampler, PctDepth };
        Engine.AcceptOnlyFromAmong("states", "traces", "optimal", "graph", "random");
        Sampler.AcceptOnlyFromAmong([.. Samplers.Names]);
        CheckpointOption.AddTo(command);
        command.SetAction(RunOrStop);
        return command;
    }

    private static int RunOrStop(ParseResult parsed)
    {
        try
        {
            return Run(parsed);
        }
        catch (OperationCanceledException)
        {
            // Interrupted before there was anything to tell.
            return ExitCodes.Interrupted;
        }
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
        CheckRange("--pct-depth", parsed.GetValue(PctDepth), Samplers.MostDepth);
        CheckRange("--runs", parsed.GetValue(Runs), long.MaxValue);
        CheckFits(parsed, engine);
        (LitmusProgram program, string text) = Read(parsed.GetRequiredValue(File));
        using var cancel = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            cancel.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var watch = Stopwatch.StartNew();
        bool isBounded = parsed.GetResult(Preemptions) is { Implicit: false };
        Checkpoint? checkpoint = CheckpointOption.Of(parsed, program.Name, text, workers == 1 && !isBounded && engine is ("states" or "traces" or "optimal" or "random"), "engine states, traces, optimal or random with one worker and no --preemptions");
        using var progress = new LitmusProgress(() => new LitmusModel(program));
        var states = new StateOptions { MostStates = mostStates, MostSteps = mostSteps, Cancel = cancel.Token, Checkpoint = checkpoint, Progress = progress.OfStates(mostStates) };
        var traces = new TraceOptions { Steps = mostSteps, Cancellation = cancel.Token, Checkpoint = checkpoint, Progress = progress.OfTraces(), ProgressSteps = 1 << 16 };
        var model = new LitmusModel(program);
        LitmusOutcome outcome = CheckpointOption.Run(checkpoint, () => engine switch
        {
            "states" when isBounded => LitmusOutcome.Of(PreemptionBound.Explore(model, parsed.GetValue(Preemptions), states), model),
            "states" => LitmusOutcome.Of(workers == 1 ? StateExplorer.Explore(model, states) : ParallelStates.Explore(model, workers, states)),
            "traces" => LitmusOutcome.Of(workers == 1 ? TraceExplorer.Explore(model, traces) : SplitTraces.Explore(model, workers, traces), engine),
            "graph" => Graphs(model, workers, traces),
            "random" => Sample(parsed, model, checkpoint, progress, cancel.Token),
            _ => LitmusOutcome.Of(OptimalDpor.Explore(model, traces), engine),
        });
        long milliseconds = watch.ElapsedMilliseconds;
        if (parsed.GetValue(Json))
        {
            using Stream stdout = Console.OpenStandardOutput();
            LitmusReport.WriteJson(stdout, program.Name, outcome, milliseconds);
        }
        else
        {
            Console.Out.Write(LitmusReport.Text(program, outcome, milliseconds, states with { Progress = null }));
        }

        return cancel.IsCancellationRequested ? ExitCodes.Interrupted : outcome.IsComplete || outcome.IsCompleteWithin || engine == "random" ? ExitCodes.Clean : ExitCodes.StepLimit;
    }

    private static LitmusOutcome Sample(ParseResult parsed, LitmusModel model, Checkpoint? checkpoint, LitmusProgress progress, CancellationToken cancel)
    {
        string name = parsed.GetValue(Sampler)!;
        long runs = parsed.GetValue(Runs);
        ISampler sampler = Samplers.New(name, model, parsed.GetValue(PctDepth), new StateOptions { MostStates = MostGraphStates, Cancel = cancel });
        var options = new SampleOptions { Seed = parsed.GetValue(Seed), Schedules = runs, Cancellation = cancel, Checkpoint = checkpoint, Progress = progress.OfRuns(runs), CountTraces = runs <= MostCountedRuns };
        return LitmusOutcome.Of(SampleRun.Explore(model, sampler, options), name);
    }

    private static LitmusOutcome Graphs(LitmusModel model, int workers, TraceOptions options)
    {
        try
        {
            return LitmusOutcome.Of(workers == 1 ? GraphExplorer.Explore(model, options) : GraphExplorer.Explore(model, workers, options), "graph");
        }
        catch (UnsupportedModelException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    private static (LitmusProgram Program, string Text) Read(string file)
    {
        try
        {
            string text = System.IO.File.ReadAllText(file);
            return (LitmusProgram.Parse(text), text);
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
        (Option Option, string[] Engines)[] fits = [(MostStates, ["states"]), (Workers, ["states", "traces", "graph"]), (MostSteps, ["states", "traces", "optimal", "graph"]), (Runs, ["random"]), (Seed, ["random"]), (Preemptions, ["states"]), (Sampler, ["random"]), (PctDepth, ["random"])];
        foreach ((Option option, string[] engines) in fits)
        {
            if (parsed.GetResult(option) is { Implicit: false } && !engines.Contains(engine))
            {
                throw new BadInputException($"{option.Name}: expected engine {string.Join(" or ", engines)}, found engine {engine}");
            }
        }

        if (parsed.GetResult(Preemptions) is { Implicit: false } && (parsed.GetValue(Preemptions) < 0 || parsed.GetValue(Workers) != 1))
        {
            throw new BadInputException(string.Create(
                CultureInfo.InvariantCulture, $"--preemptions: expected 0 or more with one worker, found {parsed.GetValue(Preemptions)} with {parsed.GetValue(Workers)}"));
        }

        if (parsed.GetResult(PctDepth) is { Implicit: false } && parsed.GetValue(Sampler) != "pct")
        {
            throw new BadInputException($"--pct-depth: expected sampler pct, found sampler {parsed.GetValue(Sampler)}");
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
