using System.Diagnostics;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>An execution ended in an exception, which no program may do: a bug in MapSim.</summary>
/// <param name="message">Fault, engine, seed and program.</param>
/// <param name="inner">The exception.</param>
public sealed class HuntFailedException(string message, Exception inner) : Exception(message, inner);

/// <summary>
/// Measures what the engines kill: a hunt for each fault, engine and seed, and as many on the unmodified model. Hunts are
/// independent of one another and each runs on one thread, so with a budget in executions nothing but times depends on how
/// many threads there are.
/// </summary>
/// <param name="options">What to measure.</param>
public sealed class ScoreRun(ScoreOptions options)
{
    private readonly Lock _lock = new();
    private long _executions;
    private int _next;
    private int _done;
    private volatile bool _stop;
    private Exception? _failure;

    /// <summary>Hunts in all.</summary>
    public int Total { get; } = (options.Faults.Count + 1) * options.Engines.Count * options.Seeds;

    /// <summary>Hunts that are over.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Executions so far.</summary>
    public long Executions => Interlocked.Read(ref _executions);

    /// <summary>Ends it early; hunts that have begun stop at their next execution.</summary>
    public void Stop() => _stop = true;

    /// <summary>Does it.</summary>
    /// <param name="progress">Called about once a second on the caller's thread.</param>
    /// <exception cref="HuntFailedException">An execution threw.</exception>
    public ScoreResult Run(Action<ScoreRun>? progress = null)
    {
        (FaultInfo? Fault, EngineInfo Engine, int Seed)[] tasks =
        [
            .. from fault in options.Faults.Prepend(null)
               from engine in options.Engines
               from seed in Enumerable.Range(0, options.Seeds)
               select (fault, engine, seed),
        ];
        var results = new HuntResult?[tasks.Length];
        Thread[] threads = [.. Enumerable.Range(0, options.Workers).Select(_ => new Thread(() => Work(tasks, results)))];
        Array.ForEach(threads, t => t.Start());
        var clock = Stopwatch.StartNew();
        foreach (Thread thread in threads)
        {
            while (!thread.Join(50))
            {
                if (progress != null && clock.ElapsedMilliseconds >= 1000)
                {
                    clock.Restart();
                    progress(this);
                }
            }
        }

        return _failure != null ? throw _failure : Collect(results);
    }

    private ScoreResult Collect(HuntResult?[] results)
    {
        HuntResult[] done = [.. results.OfType<HuntResult>()];
        FaultScore[] scores =
        [
            .. from fault in options.Faults
               from engine in options.Engines
               let hunts = done.Where(h => h.Fault == fault && h.Engine == engine && (h.IsComplete || h.Kill != null)).ToList()
               where hunts.Count > 0
               select new FaultScore(fault, engine, hunts),
        ];
        return new ScoreResult(options, scores, [.. done.Where(h => h.Fault == null)], done.Length == results.Length && done.All(h => h.IsComplete));
    }

    private void Work((FaultInfo? Fault, EngineInfo Engine, int Seed)[] tasks, HuntResult?[] results)
    {
        while (!_stop)
        {
            int at = Interlocked.Increment(ref _next) - 1;
            if (at >= tasks.Length)
            {
                return;
            }

            try
            {
                results[at] = Hunt(tasks[at].Fault, tasks[at].Engine, tasks[at].Seed);
            }
            catch (HuntFailedException e)
            {
                lock (_lock)
                {
                    _failure ??= e;
                }

                _stop = true;
            }

            Interlocked.Increment(ref _done);
        }
    }

    private HuntResult Hunt(FaultInfo? fault, EngineInfo engine, int seedNumber)
    {
        ulong seed = Fingerprint.Mix(unchecked((options.Seed * 0x9E3779B97F4A7C15) + Fingerprint.Mix((ulong)seedNumber + 1)));
        if (engine.Start == null)
        {
            return Feedback(fault, engine, seedNumber, seed);
        }

        IHunt hunt = engine.Start(seed, fault?.Versions ?? GoVersion.All);
        var ends = new SortedDictionary<string, UnmodifiedEnd>(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        Kill? kill = null;
        long executions = 0;
        Trial? trial = null;
        try
        {
            while (kill == null && !_stop && (options.Budget.Executions is not { } most || executions < most)
                && (options.Budget.Time is not { } time || clock.Elapsed < time))
            {
                trial = null;
                trial = hunt.Next();
                executions++;
                Interlocked.Increment(ref _executions);
                if (fault == null)
                {
                    RunResult result = KillJudge.Run(trial.Program, ModelChanges.None);
                    Look(trial, result, ends);
                    hunt.Saw(result, false);
                }
                else
                {
                    Judgement judgement = KillJudge.Judge(trial, fault);
                    kill = judgement.Kill;
                    hunt.Saw(judgement.Run, judgement.IsRefused);
                }
            }
        }
        catch (Exception e)
        {
            string program = trial == null ? "while a program was made" : $"mapsim run {(fault == null ? "" : $"--fault {fault.Id} ")}{ProgramToken.Encode(trial.Program)}";
            throw new HuntFailedException(FormattableString.Invariant($"{fault?.Id ?? "the unmodified model"}, engine {engine.Id}, seed {options.Seed} number {seedNumber}, execution {executions}: {program}"), e);
        }

        bool complete = kill != null || !_stop;
        return new HuntResult(fault, engine, seedNumber, executions, clock.Elapsed.TotalSeconds, kill, complete) { Ends = [.. ends.Values] };
    }

    private HuntResult Feedback(FaultInfo? fault, EngineInfo engine, int seedNumber, ulong seed)
    {
        var hunt = new FeedbackHunt(fault, seed, options.Budget, () => _stop, n => Interlocked.Add(ref _executions, n));
        try
        {
            return hunt.Run(engine, seedNumber);
        }
        catch (Exception e)
        {
            throw new HuntFailedException(FormattableString.Invariant($"{fault?.Id ?? "the unmodified model"}, engine {engine.Id}, seed {options.Seed} number {seedNumber}, after execution {hunt.Executions}"), e);
        }
    }

    /// <summary>How the unmodified model ends, where Go does not define that it may.</summary>
    private static void Look(Trial trial, RunResult result, SortedDictionary<string, UnmodifiedEnd> ends)
    {
        if (KillJudge.KeyOf(result) is not { } key || !KillJudge.IsFinding(result, key, trial.Sharing))
        {
            return;
        }

        // The same key may be a known defect in one release and news in another.
        string? known = KnownEnds.Of(key, ProgramSettings.Of(trial.Program).Version);
        string place = known == null ? key : key + " " + known;
        ends[place] = ends.TryGetValue(place, out UnmodifiedEnd? end) ? end with { Times = end.Times + 1 }
            : new UnmodifiedEnd(key, known, 1, ProgramToken.Encode(trial.Program));
    }
}
