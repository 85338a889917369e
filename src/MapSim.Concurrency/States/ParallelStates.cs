using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>Explores the states of a model with several workers; the totals are the same for any number of them.</summary>
/// <remarks>
/// All workers share one table, cut into parts by the hash, each with a lock of its own. Who adds a state explores it. A worker
/// without work asks; one that has some gives away half of the threads that still have to move where it stands, with a copy of
/// the model. What is found first is chance, so no way to a failure is told.
/// </remarks>
public static class ParallelStates
{
    /// <summary>Explores a model from where it stands; the model itself does not move.</summary>
    /// <param name="model">What to explore.</param>
    /// <param name="workers">Number of workers, at least 1.</param>
    /// <param name="options">How far to go; <see cref="StateOptions.FindsShared"/> and <see cref="StateOptions.StopsAtFirst"/> are not for several workers.</param>
    public static StateResult Explore(IModel model, int workers, StateOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        if (options.FindsShared || options.StopsAtFirst)
        {
            throw new ArgumentException("expected one worker to find shared places or to stop at the first failure, found several", nameof(options));
        }

        StateExplorer.RefuseCheckpoint(options);
        var pool = new Pool(workers, options);
        pool.Start(model.Fork());
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(_ => new Thread(() => new Worker(pool).Run()))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return pool.Result();
    }

    /// <summary>What the workers share.</summary>
    private sealed class Pool(int workers, StateOptions options)
    {
        private const int Parts = 256;
        private readonly StateTable[] _parts = [.. Enumerable.Range(0, Parts).Select(_ => new StateTable())];
        private readonly Queue<(IModel Model, ulong Threads)> _work = new();
        private readonly StateTally _total = new();
        private Exception? _error;
        private long _states;
        private long _steps;
        private int _idle;
        private volatile bool _isCut;
        private volatile int _asking;

        /// <summary>True if a worker waits for work that nobody has offered yet.</summary>
        public bool WantsWork => _asking > 0;

        /// <summary>True if a limit was met, or the caller stopped it.</summary>
        public bool IsCut => _isCut;

        public void Start(IModel model)
        {
            Add(model.StateHash);
            var tally = new StateTally();
            ulong enabled = model.Enabled;
            tally.Add(model, enabled);
            Finish(tally);
            _work.Enqueue((model, enabled));
        }

        /// <summary>Adds a state; false if it was there.</summary>
        public bool Add(UInt128 state)
        {
            StateTable part = _parts[(int)(state >> 120)];
            lock (part)
            {
                return part.Add(state);
            }
        }

        public void Offer(IModel model, ulong threads)
        {
            lock (_work)
            {
                _work.Enqueue((model, threads));
                _asking = Math.Max(0, _asking - 1);
                Monitor.Pulse(_work);
            }
        }

        /// <summary>Waits for work; false when all workers wait, and so none is left.</summary>
        public bool TryTake(out (IModel Model, ulong Threads) work)
        {
            lock (_work)
            {
                _idle++;
                while (!_work.TryDequeue(out work))
                {
                    if (_idle == workers)
                    {
                        Monitor.PulseAll(_work);
                        return false;
                    }

                    _asking++;
                    Monitor.Wait(_work);
                }

                _idle--;
                return true;
            }
        }

        /// <summary>Looks at the limits.</summary>
        public void Report(long newStates, long newSteps, int depth)
        {
            long states = Interlocked.Add(ref _states, newStates);
            long steps = Interlocked.Add(ref _steps, newSteps);
            if (states >= options.MostStates || steps >= options.MostSteps || options.Cancel.IsCancellationRequested)
            {
                _isCut = true;
            }

            options.Progress?.Invoke(new StateProgress(states, steps, depth));
        }

        public void Finish(StateTally tally)
        {
            lock (_total)
            {
                _total.Add(tally);
            }
        }

        public void Fail(Exception error)
        {
            lock (_work)
            {
                // It will not come back for work: the others need not wait for it.
                _error ??= error;
                _isCut = true;
                _idle++;
                Monitor.PulseAll(_work);
            }
        }

        public StateResult Result() => _error != null
            ? throw new InvalidOperationException("expected all workers to finish, found one that threw", _error)
            : _total.Result(!_isCut, _total.Transitions, null);
    }

    /// <summary>One of the workers, with a model of its own.</summary>
    private sealed class Worker(Pool pool)
    {
        private const int ReportEvery = 4096;
        private readonly StateTally _tally = new();
        private readonly Stack<ulong> _rest = new();
        private long _states;
        private long _steps;

        public void Run()
        {
            try
            {
                while (pool.TryTake(out (IModel Model, ulong Threads) work))
                {
                    Explore(work.Model, work.Threads);
                }
            }
            catch (Exception e) when (e is InvalidOperationException or OutOfMemoryException or OverflowException or ArgumentException)
            {
                pool.Fail(e);
            }

            pool.Finish(_tally);
        }

        private void Explore(IModel model, ulong threads)
        {
            _rest.Push(threads);
            while (_rest.Count > 0)
            {
                ulong rest = _rest.Pop();
                if (rest == 0 || pool.IsCut)
                {
                    if (_rest.Count > 0)
                    {
                        model.Undo();
                    }

                    continue;
                }

                if (pool.WantsWork && BitOperations.PopCount(rest) > 1)
                {
                    ulong given = Half(rest);
                    pool.Offer(model.Fork(), given);
                    rest &= ~given;
                }

                _rest.Push(rest & (rest - 1));
                model.Step(BitOperations.TrailingZeroCount(rest));
                _tally.Step();
                if (pool.Add(model.StateHash))
                {
                    ulong enabled = model.Enabled;
                    _tally.Add(model, enabled);
                    _rest.Push(enabled);
                    _states++;
                }
                else
                {
                    model.Undo();
                }

                if (++_steps == ReportEvery)
                {
                    pool.Report(_states, _steps, _rest.Count);
                    (_states, _steps) = (0, 0);
                }
            }
        }

        private static ulong Half(ulong threads)
        {
            ulong half = threads;
            for (int left = BitOperations.PopCount(threads) / 2; left > 0; left--)
            {
                half &= half - 1;
            }

            return half;
        }
    }
}
