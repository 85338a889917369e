using System.Globalization;
using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>
/// Makes a program that ends with a bug as simple as it can, step by step: each step keeps the bug key and lowers the
/// cost, so the bug is always the same one and shrinking ends. Large pieces go first; the passes are repeated until none
/// helps. Deterministic: the number of executions is the only clock.
/// </summary>
/// <remarks>After delta debugging (Zeller, Hildebrandt 2002); that a schedule must be found again after each step is DEMi's lesson (Scott et al. 2016).</remarks>
public static class Shrinker
{
    /// <summary>Shrinks a program.</summary>
    /// <param name="program">The program; it must end with a bug key.</param>
    /// <param name="options">How far, and from where.</param>
    /// <param name="narrate">Told in words how it goes; null if nobody listens.</param>
    /// <exception cref="NothingToShrinkException">The program has no bug key, or the state is not one of it.</exception>
    /// <exception cref="ProgramFormatException">The program does something that its release cannot do.</exception>
    public static ShrinkResult Shrink(MapProgram program, ShrinkOptions options, Action<string>? narrate = null)
    {
        options = options with { Changes = ChangesOf(program, options) };
        RunResult first = new ProgramRunner(program, changes: options.Changes).Run();
        if (first.BugKey == null)
        {
            throw new NothingToShrinkException($"nothing to shrink: the program {With(options.Changes)}ends {first.VerdictText}");
        }

        if (options.From is { } from && (from.Source != ShrinkState.SourceOf(program, options.Changes) || from.Key != first.BugKey))
        {
            throw new NothingToShrinkException($"expected the state of this program, which ends with {first.BugKey}, found that of another one, {from.Key}");
        }

        int before = CountOperations([.. program.Lines.Select(l => l.Statement).OfType<IStatement>()]);
        narrate?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{first.BugKey}: {before} operations"));
        var trials = new Trials(program, first, WithoutFaults(program, first, options.Changes), options);
        bool began = trials.Begin();
        if (!began && !trials.IsOver)
        {
            throw new NothingToShrinkException("nothing to shrink: the program does not end with its bug again under the schedule that it made");
        }

        if (began)
        {
            RunPasses(trials, narrate);
        }

        return Result(program, trials, before, narrate);
    }

    /// <summary>Lines that do something: operations, begins of repeat and select, cases. A repeated operation is one.</summary>
    public static int CountOperations(IReadOnlyList<IStatement> statements) => statements.Count(s => s is Operation or RepeatLine or SelectLine or CaseLine);

    /// <summary>Operations that lines stand for: repetitions multiplied, ranges counted as one turn.</summary>
    public static long CountExecuted(MapProgram program) => DraftCost.Executed([.. program.Lines.Select(l => l.Statement).OfType<IStatement>()]);

    private static ModelChanges ChangesOf(MapProgram program, ShrinkOptions options) =>
        options.Changes.IsNone && program.Expectation.Verdict == VerdictKind.Clean && program.ChangedExpectations is [{ } only] ? only.Changes : options.Changes;

    private static string With(ModelChanges changes) => changes.IsNone ? "" : $"with {changes} ";

    /// <summary>How the program ends without the faults, which must stay; null if there are none.</summary>
    private static Expectation? WithoutFaults(MapProgram program, RunResult first, ModelChanges changes)
    {
        if (!changes.HasFaults)
        {
            return null;
        }

        RunResult plain = new ProgramRunner(program, mode: ScheduleMode.Prefix, changes: changes.WithoutFaults).Run();
        if (plain.BugKey == first.BugKey || (plain.BugKey == null && plain.Verdict != VerdictKind.Clean))
        {
            throw new NothingToShrinkException($"nothing to shrink: without the fault the program ends {plain.VerdictText}");
        }

        return plain.BugKey is { } key ? new Expectation(VerdictKind.Finding, Key: key) : Expectation.Clean;
    }

    private static void RunPasses(Trials trials, Action<string>? narrate)
    {
        (string Name, Action<Trials> Run)[] passes =
        [
            ("the end", LinePasses.DropTail),
            ("expectations", LinePasses.DropExpectations),
            ("names", LinePasses.DropNames),
            ("equal lines", RollPasses.Fold),
            ("lines", LinePasses.DropRanges),
            ("goroutines", GoroutinePasses.Merge),
            ("runs of lines", RollPasses.Roll),
            ("repetitions", RepeatPasses.Shorten),
            ("settings", SettingPasses.Drop),
            ("origins of maps", TypePasses.LowerOrigins),
            ("types of maps", TypePasses.Simplify),
            ("pairs of lines", LinePasses.DropPairs),
            ("lines for turns", TradePasses.Trade),
            ("schedule", SchedulePasses.Simplify),
            ("values", ValuePasses.Lower),
            ("seed and hash", SettingPasses.Lower),
        ];
        for (int before = -1; before != trials.Improvements && !trials.IsOver; trials.Pass++)
        {
            before = trials.Improvements;
            foreach ((string name, Action<Trials> run) in passes)
            {
                int improvements = trials.Improvements;
                run(trials);
                if (trials.Improvements > improvements)
                {
                    narrate?.Invoke(string.Create(CultureInfo.InvariantCulture, $"round {trials.Pass}, {name}: {CountOperations(trials.Best.Statements)} operations ({trials.Executions} runs)"));
                }
            }
        }
    }

    private static ShrinkResult Result(MapProgram program, Trials trials, int before, Action<string>? narrate)
    {
        (MapProgram smallest, RunResult result) = trials.Finish();
        if (result.BugKey != trials.Key)
        {
            throw new InvalidOperationException($"the smallest program ends with {result.BugKey ?? result.VerdictText}, expected {trials.Key}");
        }

        int after = CountOperations(trials.Best.Statements);
        IReadOnlyList<string> irrelevant = Irrelevance.Of(program, smallest, trials.Merged);
        narrate?.Invoke(string.Create(CultureInfo.InvariantCulture, $"from {before} operations to {after} ({trials.Executions} runs)")
            + string.Concat(irrelevant.Select(i => "; " + i)));
        return new ShrinkResult(smallest, result, trials.Executions, irrelevant, !trials.IsOver)
        {
            Changes = trials.Changes, OperationsBefore = before, OperationsAfter = after, State = trials.State,
        };
    }
}
