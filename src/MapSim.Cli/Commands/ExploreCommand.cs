using System.CommandLine;
using System.Runtime.InteropServices;
using MapSim.Concurrency;
using MapSim.Concurrency.Sampling;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim explore: every way in which a program of a few goroutines can end.</summary>
internal static class ExploreCommand
{
    private static readonly Argument<string?> InputFile = new("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "A program file (*.mapsim), a program as a word (b64:...), or - for standard input." };
    private static readonly Option<string?> Engine = new("--engine") { Description = "Default: traces for programs with the race detector, if they can be explored so, else states. states (each state once); reduced (as many states as show every end); traces (each order of conflicting steps once), optimal, graph (the same with other algorithms); random (samples).", HelpName = "name" };
    private static readonly Option<string?> Time = new("--for") { Description = "Not longer than this: 90s, 10m.", HelpName = "time" };
    private static readonly Option<string> MostStates = new("--states") { Description = "Engines states and reduced, and sampler exact: most states.", HelpName = "n", DefaultValueFactory = _ => "20M" };
    private static readonly Option<string> MostTraces = new("--execs") { Description = "Engines traces, optimal and graph: most traces.", HelpName = "n", DefaultValueFactory = _ => "10M" };
    private static readonly Option<int?> Preemptions = new("--preemptions") { Description = "Engine states: only executions with at most so many switches away from a goroutine that could go on.", HelpName = "k" };
    private static readonly Option<string> Runs = new("--runs") { Description = "Engine random: runs.", HelpName = "n", DefaultValueFactory = _ => "10k" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Engine random: its seed.", HelpName = "n", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Sampler = new("--sampler") { Description = "Engine random: who picks the steps. " + string.Join("; ", Samplers.Names.Select(n => $"{n}: {Samplers.About(n)}")) + ".", HelpName = string.Join('|', Samplers.Names), DefaultValueFactory = _ => Samplers.Usual };
    private static readonly Option<int> PctDepth = new("--pct-depth") { Description = "Depth of sampler pct: one more than the changes of priority in a run.", HelpName = "d", DefaultValueFactory = _ => Samplers.UsualDepth };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Writes for each way to go wrong a program with its schedule, and a page about it, into this folder.", HelpName = "dir" };
    private static readonly Option<bool> Cells = new("--cells") { Description = "Instead of a file: the table of docs/INTERLEAVINGS.md, every operation beside every other." };
    private static readonly Option<int> Operations = new("--operations") { Description = "With --cells: operations of each goroutine, 1 or 2. Of two a line for each situation is printed and the page is docs/INTERLEAVINGS-TWO.md; what is not proved by --reduced states (50k) is sampled by --runs runs (1k); --states (200k) bounds the search for the fewest preemptions of an end.", HelpName = "n", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Situation = new("--situation") { Description = "With --cells: only the rows of this situation.", HelpName = "name" };
    private static readonly Option<string?> Cell = new("--cell") { Description = "With --cells and --situation: explores nothing, but prints this cell as a program. \"delete, lookup beside assign, clear\": main deletes and looks up, the other goroutine assigns and clears.", HelpName = "cell" };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "With --cells: writes the whole of docs/INTERLEAVINGS.md to this file; with --operations 2, of docs/INTERLEAVINGS-TWO.md.", HelpName = "file" };
    private static readonly Option<string> MostReduced = new("--reduced") { Description = "With --cells: most states of the engine reduced for a cell.", HelpName = "n", DefaultValueFactory = _ => "1M" };
    private static readonly Option<int> Workers = new("--workers") { Description = "With --cells: cells at a time; default one for each core.", HelpName = "n", DefaultValueFactory = _ => Environment.ProcessorCount };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object (schema mapsim.explore/1; with --cells mapsim.cells/1, of two operations mapsim.cells2/2)." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string[]> faults = ChangeOptions.Faults(), repairs = ChangeOptions.Repairs();
        var command = new Command("explore", """
            mapsim explore corpus/regression/racing-writers-are-caught.mapsim
            mapsim explore two-writers.mapsim -o findings
            mapsim explore --engine traces --json two-writers.mapsim
            mapsim explore --preemptions 2 two-writers.mapsim
            mapsim explore --engine random --sampler pct --runs 100k big.mapsim
            mapsim explore --for 1h --checkpoint big.checkpoint big.mapsim
            mapsim explore --fault evac-drops-overflow reader-and-writer.mapsim
            mapsim explore --engine reduced --states 5M big.mapsim
            mapsim explore --cells --situation "same-size grow" --states 500k --execs 20k
            mapsim explore --cells --operations 2 --reduced 50k --runs 1000 --for 1h --markdown two.md
            mapsim explore --cells --situation "no grow" --cell "lookup, lookup beside delete, assign" > cell.mapsim

            Finds every way in which a program can end, whatever the schedule: its own schedule plays no part. Random choices
            (hash seeds, where iterations start) stay as the program's seed gives them. What is not printed cannot happen, if
            the exploration was complete. For each way: how many final states (traces, runs), its share of all interleavings
            (traces, runs), and a schedule; engine states also says its chance under a random scheduler, and its schedule has the
            fewest preemptions. Engine reduced proves as much of what can happen from fewer states, and says neither how often
            nor with how few preemptions.

            Exit code 0 if the program can only end as it expects (no line expect: clean), 77 if it can also end otherwise,
            70 if a limit cut it and nothing else was seen, 72 if Ctrl-C did, 2 for bad input. Engine random proves nothing:
            0 says that no run ended otherwise. With --cells 0, whatever the cells end in; of two operations 70 if the time did
            not reach them all.
            """) { InputFile, Engine, Time, MostStates, MostTraces, Preemptions, Runs, Sampler, PctDepth, Seed, Output, Cells, Operations, Situation, Cell, Markdown, MostReduced, Workers, Json, faults, repairs };
        Engine.AcceptOnlyFromAmong("states", "reduced", "traces", "optimal", "graph", "random");
        Sampler.AcceptOnlyFromAmong([.. Samplers.Names]);
        CheckpointOption.AddTo(command);
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

            bool areTwo = parsed.GetValue(Cells) && parsed.GetValue(Operations) == 2;
            var options = new ExploreOptions(Table(Limit(parsed, MostStates, areTwo ? "200k" : null)), BudgetText.Count("--execs", parsed.GetValue(MostTraces)!))
            {
                Changes = ChangeOptions.Read(parsed, faults, repairs), Cancel = stop.Token, Sampler = parsed.GetValue(Sampler)!, PctDepth = Depth(parsed),
                Seed = parsed.GetValue(Seed), Runs = Limit(parsed, Runs, areTwo ? "1k" : null), MostReduced = Table(Limit(parsed, MostReduced, areTwo ? "50k" : null)),
            };
            CheckFits(parsed);
            OutputFile.Check("--markdown", parsed.GetValue(Markdown));
            bool json = parsed.GetValue(Json);
            int code = (parsed.GetValue(Cells), parsed.GetValue(InputFile)) switch
            {
                (true, null) when CheckpointOption.Of(parsed, "", "", false, "a program file") == null && parsed.GetValue(Cell) is { } cell => ExploreCell.Print(parsed.GetValue(Situation), cell),
                (true, null) when areTwo => ExploreTwos.Run(parsed.GetValue(Situation), options, Math.Max(1, parsed.GetValue(Workers)), parsed.GetValue(Markdown), json),
                (true, null) => ExploreCells.Run(parsed.GetValue(Situation), options, Math.Max(1, parsed.GetValue(Workers)), parsed.GetValue(Markdown), json),
                (false, { } file) => Explore(file, options, parsed),
                _ => throw new BadInputException("expected a program file, or --cells without one, found " + (parsed.GetValue(Cells) ? "both" : "neither")),
            };
            return isInterrupted && code != ExitCodes.Finding ? ExitCodes.Interrupted : code;
        });
        return command;
    }

    private static int Explore(string file, ExploreOptions options, ParseResult parsed)
    {
        MapProgram program = ProgramFiles.Read(file);
        string engine = parsed.GetValue(Engine) ?? (parsed.GetValue(Preemptions) == null ? ProgramFiles.Guard(file, () => ProgramExplorer.EngineFor(program, options)) : "states");
        using var progress = new ExploreProgress(engine, engine switch { "states" or "reduced" => options.MostStates, "random" => options.Runs, _ => options.MostTraces });
        Checkpoint? checkpoint = CheckpointOption.Of(
            parsed, ProgramFiles.Name(file), $"{ProgramPrinter.Print(program)}\n{options.Changes}", engine is "states" or "traces" or "optimal" && parsed.GetValue(Preemptions) == null, "engine states, traces or optimal and no --preemptions");
        ExploreOptions watched = options with { Progress = progress.Tell, Checkpoint = checkpoint };
        Exploration found = ProgramFiles.Guard(file, () => CheckpointOption.Run(checkpoint, () => (engine, parsed.GetValue(Preemptions)) switch
        {
            ("states", null) => ProgramExplorer.ByStates(program, watched),
            ("states", { } most) => ProgramExplorer.ByPreemptions(program, most, watched),
            ("reduced", _) => ProgramExplorer.ByReduction(program, watched),
            ("random", _) => ProgramExplorer.BySamples(program, watched),
            _ => ProgramExplorer.ByTraces(program, watched, engine),
        }));
        return Tell(file, program, found, options, parsed.GetValue(Output), parsed.GetValue(Json));
    }

    /// <summary>Prints what was found, writes it into a folder (null for none), and comes to the exit code.</summary>
    internal static int Tell(string file, MapProgram program, Exploration found, ExploreOptions options, string? folder, bool json)
    {
        string? expected = ExpectedKey(program);
        IReadOnlyDictionary<ExploredEnd, string> written = folder == null ? new Dictionary<ExploredEnd, string>() : ExploredFiles.Write(folder, file, program, found, options.Changes);
        Console.Out.Write(json ? ExploreReport.Json(file, found, written, (end, point) => TurningPoints.Json(program, end, point, options.Changes))
            : ExploreReport.Text(file, found, written, TurningPoints.Table(program, found.Ends, options.Changes)));
        bool isThrough = found.IsComplete || found.Runs == options.Runs;
        return found.Ends.Any(e => e.Key != expected) ? ExitCodes.Finding : isThrough ? ExitCodes.Clean : ExitCodes.StepLimit;
    }

    /// <summary>A limit, or what stands for it if the user says nothing: null for the option's own.</summary>
    private static long Limit(ParseResult parsed, Option<string> option, string? usual) =>
        BudgetText.Count(option.Name, parsed.GetResult(option) is { Implicit: false } || usual == null ? parsed.GetValue(option)! : usual);

    private static int Table(long states) => (int)Math.Min(int.MaxValue - 1, states);

    private static int Depth(ParseResult parsed) => parsed.GetValue(PctDepth) is >= 1 and <= Samplers.MostDepth and { } depth ? depth
        : throw new BadInputException(FormattableString.Invariant($"--pct-depth: expected 1 to {Samplers.MostDepth}, found {parsed.GetValue(PctDepth)}"));

    /// <summary>An option that means nothing to an engine is refused, so that nobody trusts it.</summary>
    private static void CheckFits(ParseResult parsed)
    {
        bool areCells = parsed.GetValue(Cells), areTwo = areCells && parsed.GetValue(Operations) == 2;
        Refuse(!areCells, "--cells", Operations, Situation, Cell, Markdown, MostReduced, Workers);
        Refuse(areCells, "a program file", Engine, Preemptions, Output, Seed, Sampler, PctDepth);
        Refuse(areCells && !areTwo, "--operations 2", Runs);
        Refuse(areTwo, "--operations 1", MostTraces);
        string engine = parsed.GetValue(Engine) ?? "states";
        (Option Option, string[] Engines)[] fits = [(Preemptions, ["states"]), (Runs, [areTwo ? "states" : "random"]), (Seed, ["random"]), (Sampler, ["random"]), (PctDepth, ["random"])];
        foreach ((Option option, string[] engines) in fits)
        {
            if (parsed.GetResult(option) is { Implicit: false } && !engines.Contains(engine))
            {
                throw new BadInputException($"{option.Name}: expected engine {string.Join(" or ", engines)}, found engine {engine}");
            }
        }

        void Refuse(bool isWrong, string expected, params Option[] options)
        {
            if (isWrong && options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } option)
            {
                throw new BadInputException($"{option.Name}: expected {expected} as well, found none");
            }
        }

        if (parsed.GetValue(Operations) is not (1 or 2))
        {
            throw new BadInputException(FormattableString.Invariant($"--operations: expected 1 or 2, found {parsed.GetValue(Operations)}"));
        }

        if (parsed.GetValue(Preemptions) < 0)
        {
            throw new BadInputException(FormattableString.Invariant($"--preemptions: expected 0 or more, found {parsed.GetValue(Preemptions)}"));
        }

        if (parsed.GetResult(PctDepth) is { Implicit: false } && parsed.GetValue(Sampler) != "pct")
        {
            throw new BadInputException($"--pct-depth: expected sampler pct, found sampler {parsed.GetValue(Sampler)}");
        }
    }

    /// <summary>The key of the end that the file expects; null for clean.</summary>
    private static string? ExpectedKey(MapProgram program)
    {
        Expectation expectation = program.Expectation;
        return expectation.Verdict == VerdictKind.Clean ? null : expectation.Key ?? Expectation.Word(expectation.Verdict);
    }
}
