using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// The engine: mutates programs of its corpus, runs them, and keeps what shows something new. It works in rounds; a round is
/// a fixed number of tasks that know nothing of one another (<see cref="EngineTask"/>), and what they found is taken over in
/// their order. So corpus and findings are a function of the options and of the number of executions, for any number of threads.
/// </summary>
public sealed partial class FuzzEngine
{
    /// <summary>Tasks in a round, and executions in a task.</summary>
    public const int TasksInRound = 32, RunsInTask = 64;

    private readonly List<QueueEntry> _queue = [];
    private readonly SortedDictionary<string, FoundBug> _bugs = new(StringComparer.Ordinal);
    private readonly List<FuzzTarget> _targets = [];
    private readonly long[] _admissions = new long[FeatureTable.Domains];
    private readonly long[] _ops = new long[EngineTask.Codes];
    private ulong _round;

    /// <summary>Creates an engine that has seen nothing.</summary>
    public FuzzEngine(EngineOptions options) => Options = options;

    /// <summary>What it does.</summary>
    public EngineOptions Options { get; }

    /// <summary>The corpus, in the order in which it was found.</summary>
    public IReadOnlyList<QueueEntry> Queue => _queue;

    /// <summary>The bugs, by key.</summary>
    public IReadOnlyCollection<FoundBug> Bugs => _bugs.Values;

    /// <summary>Everything seen.</summary>
    public FeatureTable Features { get; } = new();

    /// <summary>Rounds made.</summary>
    public long Rounds => (long)_round;

    /// <summary>Executions made.</summary>
    public long Executions { get; private set; }

    /// <summary>Operations done in them.</summary>
    public long Operations { get; private set; }

    /// <summary>Executions that ran into a limit.</summary>
    public long Limits { get; private set; }

    /// <summary>Entries that a domain's features brought into the corpus.</summary>
    public long AdmissionsOf(FeatureDomain domain) => _admissions[(int)domain];

    /// <summary>Ops of a kind in all programs that were run.</summary>
    public long OpsOf(BinaryOpCode code) => _ops[(int)code];

    /// <summary>One round.</summary>
    /// <param name="workers">Threads; at least 1. They do not change what happens.</param>
    /// <param name="mostExecutions">Not more executions than this: a budget that is nearly used up.</param>
    /// <param name="isStopped">Asked before each execution, by any thread, whether to give up; what was made without a gap by then, in the order of the tasks, is taken over. Null for never.</param>
    /// <param name="beforePartial">Told before anything is taken over of a round that is not whole. The engine stands as after the last whole round then; it must make no further round later.</param>
    /// <returns>The bugs with keys that are new.</returns>
    public IReadOnlyList<FoundBug> Round(int workers, long mostExecutions = long.MaxValue, Func<bool>? isStopped = null, Action? beforePartial = null)
    {
        List<EngineTask> tasks = Tasks(mostExecutions, isStopped);
        Run(tasks, Math.Clamp(workers, 1, TasksInRound));
        if (tasks.FindIndex(t => !t.IsComplete) is >= 0 and int cut)
        {
            tasks.RemoveRange(cut + 1, tasks.Count - cut - 1);
        }

        if (tasks.Count < TasksInRound || tasks[^1].Made < Options.RunsInTask)
        {
            beforePartial?.Invoke();
        }

        _round++;
        List<FoundBug> fresh = [];
        tasks.ForEach(t => Take(t, fresh));
        return fresh;
    }

    /// <summary>A round on this thread that ends with the first execution that shows a bug: for who wants one bug, and soon.</summary>
    /// <param name="mostExecutions">Not more executions than this.</param>
    /// <param name="isStopped">Asked before each execution whether to give up; null for never.</param>
    /// <returns>The bug, if its key is new; else null.</returns>
    public FoundBug? RoundToBug(long mostExecutions = long.MaxValue, Func<bool>? isStopped = null)
    {
        List<FoundBug> fresh = [];
        FuzzTarget target = Targets(1)[0];
        foreach (EngineTask task in Tasks(mostExecutions, isStopped))
        {
            task.Run(target, stopAtBug: true);
            Take(task, fresh);
            if (task.Bugs.Count > 0 || !task.IsComplete)
            {
                break;
            }
        }

        _round++;
        return fresh.Count > 0 ? fresh[0] : null;
    }

    /// <summary>Takes a bug back: it turned out to be none, and the next with its key is new again.</summary>
    public void Forget(string key) => _bugs.Remove(key);

    /// <summary>With every defect repaired none can come out; with faults only what they do does.</summary>
    private bool MayBeKnown => Options.Target.Faults.IsNone && !RepairCatalogue.All.All(r => Options.Target.Repairs.Has(r.Repair));

    /// <summary>A key that is known in one release may be news in another.</summary>
    private static string PlaceOf(string key, string? known) => known == null ? key : key + " " + known;

    private List<EngineTask> Tasks(long mostExecutions, Func<bool>? isStopped = null)
    {
        var tasks = new List<EngineTask>();
        long first = Executions;
        for (int t = 0; t < TasksInRound && mostExecutions > 0; t++)
        {
            int runs = (int)Math.Min(Options.RunsInTask, mostExecutions);
            ulong number = (_round * TasksInRound) + (ulong)t + 1;
            tasks.Add(new EngineTask(this, Memory.Fingerprint.Mix(unchecked(Options.Seed + (number * 0x9E3779B97F4A7C15))), runs, first, isStopped));
            first += runs;
            mostExecutions -= runs;
        }

        return tasks;
    }

    private List<FuzzTarget> Targets(int workers)
    {
        while (_targets.Count < workers)
        {
            _targets.Add(new FuzzTarget(Options.Target));
        }

        return _targets;
    }

    private void Run(List<EngineTask> tasks, int workers)
    {
        List<FuzzTarget> targets = Targets(workers);
        if (workers == 1)
        {
            tasks.ForEach(t => t.Run(targets[0]));
            return;
        }

        int next = -1;
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
        {
            for (int t = Interlocked.Increment(ref next); t < tasks.Count; t = Interlocked.Increment(ref next))
            {
                tasks[t].Run(targets[worker]);
            }
        });
    }

    private void Take(EngineTask task, List<FoundBug> fresh)
    {
        Operations += task.Operations;
        Limits += task.Limits;
        for (int code = 0; code < _ops.Length; code++)
        {
            _ops[code] += task.Ops[code];
        }

        foreach ((int number, uint hits) in task.Hits)
        {
            Features.AddHits(number, hits);
        }

        task.Found.ForEach(Admit);
        foreach (FoundInput found in task.Bugs)
        {
            string key = found.Result.BugKey!;
            GoVersion version = BinaryConfig.Of(found.Program).Version;
            string? known = MayBeKnown ? KnownEnds.Of(key, version) : null;
            if (_bugs.TryGetValue(PlaceOf(key, known), out FoundBug? bug))
            {
                bug.Times++;
                continue;
            }

            bug = new FoundBug(key, known, BinaryEncoder.Encode(found.Program), Executions + found.Run + 1) { Parent = found.Parent, Mutation = found.Mutation };
            _bugs.Add(PlaceOf(key, known), bug);
            fresh.Add(bug);
        }

        Executions += task.Made;
    }

    private void Admit(FoundInput found)
    {
        uint[] news = [.. found.Features.Where(Features.IsNew)];
        if (news.Length == 0)
        {
            return;
        }

        int depth = found.Parent < 0 ? 0 : _queue[found.Parent].Depth + 1;
        var entry = new QueueEntry(_queue.Count, BinaryEncoder.Encode(found.Program), found.Parent, found.Mutation, Executions + found.Run + 1, found.Result.Operations, news) { Depth = depth };
        _queue.Add(entry);
        foreach (uint feature in news)
        {
            Features.Add(feature, entry.Id);
        }

        foreach (FeatureDomain domain in news.Select(FeatureSet.DomainOf).Distinct())
        {
            _admissions[(int)domain]++;
        }
    }
}
