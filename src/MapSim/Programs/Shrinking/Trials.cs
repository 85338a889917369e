using System.Globalization;
using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>
/// Tries drafts: runs them, and keeps one as the best if it ends with the same bug and costs less. Counts and records the
/// executions, so that a shrinking that was stopped can go on: what is known to have failed is not run again.
/// </summary>
internal sealed class Trials
{
    private const int MostRepairs = 12, MostReseeded = 60, Seeds = 5;
    private const int LeastLimit = 20_000;

    private readonly ShrinkOptions _options;
    private readonly string _source;
    private readonly List<int> _improvements = [];
    private readonly HashSet<string> _tried = [];
    private readonly HashSet<int> _known;
    private readonly int _knownExecutions;
    private readonly Expectation _expectation;
    private readonly Expectation? _withoutFaults;
    private readonly ulong _limit;
    private long[] _cost = [];
    private StepOwners? _owners;
    private StepOwners? _lastOwners;

    /// <summary>Begins with a draft that is known to end with a bug.</summary>
    /// <param name="program">The program.</param>
    /// <param name="first">How it ends.</param>
    /// <param name="withoutFaults">How it must end without the faults of the changed model; null if it has none.</param>
    /// <param name="options">How far, from where, and what is changed in the model.</param>
    public Trials(MapProgram program, RunResult first, Expectation? withoutFaults, ShrinkOptions options)
    {
        _options = options;
        _withoutFaults = withoutFaults;
        _source = ShrinkState.SourceOf(program, options.Changes);
        _known = [.. options.From?.Improvements ?? []];
        _knownExecutions = options.From?.Executions ?? 0;
        _expectation = new Expectation(VerdictKind.Finding, null, null, first.BugKey);
        _limit = LeastLimit + 4 * first.Steps;

        // A program that speaks of changed models follows its schedule as far as it goes; a draft, which does not, must fit it.
        bool isExact = program.ScheduleSeed == null && (program.ChangedExpectations.Count == 0 || !options.Changes.IsNone);
        Best = Draft.Of(program, isExact ? program.Schedule : first.Schedule);
    }

    /// <summary>The best draft so far.</summary>
    public Draft Best { get; private set; }

    /// <summary>How it ends.</summary>
    public RunResult Result { get; private set; } = null!;

    /// <summary>The bug key.</summary>
    public string Key => _expectation.Key!;

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes => _options.Changes;

    /// <summary>Executions so far, known ones included. One with a changed model and the one without its faults count as one.</summary>
    public int Executions { get; private set; }

    /// <summary>The number of the present round of passes.</summary>
    public int Pass { get; set; } = 1;

    /// <summary>True if no further execution may be made.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Goroutines whose lines, or some of them, became main's.</summary>
    public HashSet<string> Merged { get; } = [];

    /// <summary>How many drafts became the best one.</summary>
    public int Improvements => _improvements.Count;

    /// <summary>The state to go on from.</summary>
    public ShrinkState State => new(_source, Key, Math.Max(Executions, _knownExecutions), Pass, [.. _improvements.Union(_known).Order()],
        Changes.IsNone ? Best.ToText(_expectation) : Best.ToText(_withoutFaults, Changed));

    /// <summary>Runs the first draft, which has to end with the bug without any luck.</summary>
    public bool Begin()
    {
        MapProgram? program = Best.ToProgram(null, out _);
        return program != null && Execute(program, ScheduleMode.Strict) is { } result && Keep(Best, result);
    }

    /// <summary>The best draft as a program that expects the bug, and how it ends in the end (an execution that is not counted).</summary>
    public (MapProgram Program, RunResult Result) Finish()
    {
        _options.Improved?.Invoke(State);
        MapProgram program = Best.ToProgram(_expectation, out _)!;
        program = Changes.IsNone ? program : FindingPage.Compared(program, Changed);
        return (program, new ProgramRunner(program, changes: Changes).Run());
    }

    /// <summary>
    /// Tries a draft. Lines that it cannot have are left out; under a schedule it is tried with what is left of the
    /// schedule, without one, and with a few new ones.
    /// </summary>
    public bool Try(Draft draft)
    {
        if (IsOver || Repaired(draft) is not { } candidate || !DraftCost.IsLower(DraftCost.Of(candidate.Under([])), _cost))
        {
            return false;
        }

        foreach (IReadOnlyList<Stretch> schedule in Schedules(candidate))
        {
            Draft scheduled = candidate.Under(schedule);
            if (scheduled.ToProgram(null, out _) is { } program && IsNew(program, "prefix") && Execute(program, ScheduleMode.Prefix) is { } result)
            {
                Draft followed = candidate.Under(StepOwners.Common(schedule, result.Schedule));
                if (Keep(followed, result))
                {
                    return true;
                }
            }
        }

        int operations = Shrinker.CountOperations(candidate.Statements);
        return (operations <= MostReseeded && DropsDraws(candidate) && Reseed(candidate))
            || (candidate.IsConcurrent && operations <= _options.SearchedOperations && Search(candidate.Under([])));
    }

    /// <summary>Tries a draft that differs in its schedule only, exactly as it is.</summary>
    public bool TrySchedule(IReadOnlyList<Stretch> schedule)
    {
        Draft draft = Best.Under(schedule);
        return !IsOver && DraftCost.IsLower(DraftCost.Of(draft), _cost) && draft.ToProgram(null, out _) is { } program && IsNew(program, "strict")
            && Execute(program, ScheduleMode.Strict) is { } result && Keep(draft, result);
    }

    /// <summary>True if lines are gone that draw random numbers: all later draws are others now.</summary>
    private bool DropsDraws(Draft candidate)
    {
        var kept = new HashSet<int>(candidate.Origins);
        return Best.Statements.Where((s, i) => !kept.Contains(i) && s is MapDeclaration or Operation { Kind: OperationKind.Iter or OperationKind.Range or OperationKind.Clear or OperationKind.Clone })
            .Any();
    }

    /// <summary>Tries a few other seeds.</summary>
    private bool Reseed(Draft candidate)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var setting = new Setting("seed", seed.ToString(CultureInfo.InvariantCulture));
            Draft draft = candidate.Select(s => s is Setting { Name: "seed" } ? null : s);
            draft = draft.With([(setting, -1), .. draft.Statements.Select((s, i) => (s, draft.Origins[i]))]);
            if (draft.ToProgram(null, out _) is { } program && IsNew(program, "prefix") && Execute(program, ScheduleMode.Prefix) is { } result
                && Keep(draft.Under(StepOwners.Common(draft.Schedule, result.Schedule)), result))
            {
                return true;
            }
        }

        return false;
    }

    private bool Search(Draft draft)
    {
        MapProgram program = draft.ToProgram(null, out _)!;
        if (_options.Search is { } search && IsNew(program, "search") && Count() && search(program, Key) is { } found)
        {
            Draft scheduled = draft.Under(found);
            if (scheduled.ToProgram(null, out _) is { } other && Run(other, ScheduleMode.Strict) is { } result && Keep(scheduled, result))
            {
                return true;
            }
        }

        for (ulong seed = 0; seed < (ulong)_options.RandomSchedules && !IsOver; seed++)
        {
            var random = new MapProgram([.. program.Lines, new ProgramLine(new RandomScheduleLine(seed))]);
            if (IsNew(program, "random " + seed.ToString(CultureInfo.InvariantCulture)) && Execute(random, ScheduleMode.Strict) is { } result
                && Keep(draft.Under(result.Schedule), result))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The schedules to try, the most promising first.</summary>
    private IEnumerable<IReadOnlyList<Stretch>> Schedules(Draft candidate)
    {
        if (candidate.Schedule.Count > 0)
        {
            var names = new HashSet<string>(candidate.Statements.OfType<GoroutineLine>().Select(g => g.Name)) { GoroutineNames.Main };
            bool collects = candidate.Statements.Any(s => s is Setting { Name: "collector" });
            bool Exists(Stretch s) => names.Contains(s.Goroutine.Replace(ProgramScheduler.Drain, "", StringComparison.Ordinal)) || (collects && s.Goroutine.StartsWith("gc.", StringComparison.Ordinal));
            List<Stretch> old = [.. candidate.Schedule.Where(Exists)];
            if (_owners != null && ReferenceEquals(candidate.Schedule, Best.Schedule))
            {
                yield return [.. _owners.Cut(candidate.Schedule, new HashSet<int>(candidate.Origins)).Where(Exists)];
            }

            yield return old;
        }

        yield return [];
    }

    /// <summary>Leaves out the lines at which the parser stumbles; null if that does not help.</summary>
    private static Draft? Repaired(Draft draft)
    {
        Draft bare = draft.Under([]);
        for (int i = 0; i <= MostRepairs; i++)
        {
            if (bare.ToProgram(null, out ProgramFormatException? error) != null)
            {
                return bare.Under(draft.Schedule);
            }

            int at = error!.Line - bare.FirstLine;
            if (at < 0 || at >= bare.Statements.Count || bare.Statements[at] is EndLine)
            {
                return null;
            }

            bare = bare.Without([at]);
        }

        return null;
    }

    private bool IsNew(MapProgram program, string how) => _tried.Add(how + "\n" + ProgramPrinter.Print(program));

    /// <summary>Counts an execution; false if it need not, or may not, be made.</summary>
    private bool Count()
    {
        IsOver |= Executions >= _knownExecutions && (Executions - _knownExecutions >= _options.Budget || _options.IsStopped?.Invoke() == true);
        if (IsOver)
        {
            return false;
        }

        Executions++;
        return Executions > _knownExecutions || _known.Contains(Executions);
    }

    private RunResult? Execute(MapProgram program, ScheduleMode mode) => Count() ? Run(program, mode) : null;

    /// <summary>A run that ends with the bug; null for every other.</summary>
    private RunResult? Run(MapProgram program, ScheduleMode mode)
    {
        try
        {
            var runner = new ProgramRunner(Limited(program), mode: mode, changes: Changes);
            var owners = new StepOwners();
            if (program.Goroutines.Count > 0)
            {
                runner.Observer = r => owners.Ended(r.Goroutine, r.Line, runner.Session.Machine.Steps);
            }

            RunResult result = runner.Run();
            owners.Finish(result.Schedule);
            _lastOwners = owners;
            return result.BugKey == Key ? result : null;
        }
        catch (ProgramFormatException)
        {
            return null;
        }
    }

    /// <summary>With a limit, if it has none: a broken program should not walk in circles for long.</summary>
    private MapProgram Limited(MapProgram program) => program.Settings.Any(s => s.Setting.Name == "limit") ? program
        : new MapProgram([.. program.Lines, new ProgramLine(new Setting("limit", Math.Min(_limit, ProgramSettings.DefaultLimit).ToString(CultureInfo.InvariantCulture)))]);

    private bool Keep(Draft draft, RunResult result)
    {
        long[] cost = DraftCost.Of(draft);
        if ((_cost.Length > 0 && !DraftCost.IsLower(cost, _cost)) || !IsRightWithoutFaults(draft))
        {
            return false;
        }

        bool isFirst = _cost.Length == 0;
        NoteMerged(draft);
        (Best, Result, _cost) = (draft.Settled(), result, cost);
        _owners = _lastOwners?.Lines(-draft.FirstLine);
        _improvements.Add(Executions);
        if (!isFirst && Executions > _knownExecutions)
        {
            _options.Improved?.Invoke(State);
        }

        return true;
    }

    private ChangedExpectation Changed => new(Changes, _expectation);

    /// <summary>Followed as a replay does it: the schedule as far as it goes.</summary>
    private bool IsRightWithoutFaults(Draft draft)
    {
        if (_withoutFaults == null)
        {
            return true;
        }

        MapProgram program = Limited(draft.ToProgram(null, out _)!);
        RunResult result = new ProgramRunner(program, mode: ScheduleMode.Prefix, changes: Changes.WithoutFaults).Run();
        return _withoutFaults.Accepts(result.Verdict, result.Message, result.BugKey);
    }

    /// <summary>A goroutine is gone, but lines of it are not.</summary>
    private void NoteMerged(Draft draft)
    {
        var kept = new HashSet<int>(draft.Origins);
        for (int i = 0; i < Best.Statements.Count; i++)
        {
            if (Best.Statements[i] is GoroutineLine goroutine && !kept.Contains(i) && Enumerable.Range(i, Best.EndOf(i) - i).Any(kept.Contains))
            {
                Merged.Add(goroutine.Name);
            }
        }
    }
}
