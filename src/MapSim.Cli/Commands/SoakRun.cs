using System.Diagnostics;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>
/// Runs random programs on several threads: each is a function of the campaign's seed and its index, so that totals,
/// digest and the first finding do not depend on the number of threads.
/// </summary>
/// <param name="seed">The campaign's seed.</param>
/// <param name="filter">What the programs may be about.</param>
/// <param name="limit">How many programs.</param>
/// <param name="keepGoing">Goes on after a finding.</param>
internal sealed class SoakRun(ulong seed, CaseFilter filter, long limit, bool keepGoing)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, string> _reports = [];
    private Exception? _internalError;
    private long _next;
    private volatile bool _stop;

    /// <summary>What all programs so far reached.</summary>
    public RunTally Tally { get; } = new();

    /// <summary>Depends on the digest of each program and its index.</summary>
    public Fingerprint Digest { get; private set; }

    /// <summary>What was found, by the program's index.</summary>
    public IReadOnlyDictionary<long, string> Reports => _reports;

    /// <summary>Ends the campaign early; programs that have begun are finished.</summary>
    public void Stop() => _stop = true;

    /// <summary>Runs until the limit, the time, <see cref="Stop"/> or a finding.</summary>
    /// <param name="workers">Threads.</param>
    /// <param name="time">How long; null for no limit.</param>
    /// <param name="progress">Called every few seconds.</param>
    public void Run(int workers, TimeSpan? time, Action<SoakRun, TimeSpan> progress)
    {
        var clock = Stopwatch.StartNew();
        var threads = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            threads[i] = new Thread(Work);
            threads[i].Start();
        }

        TimeSpan next = TimeSpan.FromSeconds(5);
        foreach (Thread thread in threads)
        {
            while (!thread.Join(50))
            {
                _stop |= clock.Elapsed >= time;
                if (clock.Elapsed >= next)
                {
                    next += TimeSpan.FromSeconds(5);
                    lock (_lock)
                    {
                        progress(this, clock.Elapsed);
                    }
                }
            }
        }

        if (_internalError != null)
        {
            throw new InvalidOperationException(_internalError.Message, _internalError);
        }
    }

    private void Work()
    {
        while (!_stop)
        {
            long index = Interlocked.Increment(ref _next) - 1;
            if (index >= limit)
            {
                return;
            }

            RandomCase randomCase = RandomCase.Choose(seed, index, filter);
            try
            {
                Add(index, new RandomRun(randomCase).Execute());
            }
            catch (Exception e)
            {
                lock (_lock)
                {
                    _internalError ??= new InvalidOperationException(randomCase.Command, e);
                }

                _stop = true;
            }
        }
    }

    private void Add(long index, RandomResult result)
    {
        lock (_lock)
        {
            Tally.Add(result.Tally);
            Digest = Digest.Xor(Fingerprint.Of(unchecked((ulong)index * 2 + 1), result.Digest.Low).Xor(Fingerprint.Of(unchecked((ulong)index * 2 + 2), result.Digest.High)));
            if (result.Report != null)
            {
                _reports.Add(index, result.Report);
            }
        }

        _stop |= result.Report != null && !keepGoing;
    }
}
