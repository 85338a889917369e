using System.Diagnostics;
using MapSim.Faults;
using MapSim.Memory;

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
        long executions = 0;
        void Count(long more)
        {
            executions += more;
            Interlocked.Add(ref _executions, more);
        }

        try
        {
            return engine.Hunt(new HuntTask(fault, engine, seedNumber, seed, options.Budget, () => _stop, Count));
        }
        catch (Exception e)
        {
            string where = FormattableString.Invariant($"{fault?.Id ?? "the unmodified model"}, engine {engine.Id}, seed {options.Seed} number {seedNumber}, after execution {executions}");
            throw e is HuntFailedException ? new HuntFailedException($"{where}: {e.Message}", e.InnerException!) : new HuntFailedException(where, e);
        }
    }
}
