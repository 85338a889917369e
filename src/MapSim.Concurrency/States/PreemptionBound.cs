using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>Explores what can be reached with at most so many preemptions: switches away from a thread that could have gone on.</summary>
/// <remarks>
/// Most bugs need few of them, and so the first few bounds say much about a program whose states are too many. What is kept is
/// (state, thread that moved last) with the most preemptions that were left there; it is expanded again when more are left.
/// </remarks>
public static class PreemptionBound
{
    private const int PollEvery = 4096;

    /// <summary>Explores a model from where it stands; it stands there again afterwards.</summary>
    /// <param name="model">What to explore.</param>
    /// <param name="most">Most preemptions, 0 or more.</param>
    /// <param name="options">The limits, progress and what stops it; it does not look for shared places.</param>
    public static BoundedResult Explore(IModel model, int most, StateOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        StateExplorer.RefuseCheckpoint(options);
        return options.FindsShared
            ? throw new ArgumentException("expected a bound of preemptions without the search for shared places, found both", nameof(options))
            : new Search(model, most, options).Run();
    }

    private sealed class Search(IModel model, int most, StateOptions options)
    {
        private const int Nobody = 64;
        private readonly StateTable _seen = new();
        private readonly StateTable _left = new(hasNumbers: true);
        private readonly StateTally _tally = new();
        private readonly Stack<(ulong Threads, int Last, int Preemptions)> _frames = new();
        private readonly List<int> _way = [];
        private long _steps;
        private int[]? _firstBad;
        private bool _isCut;
        private bool _isBounded;

        public BoundedResult Run()
        {
            Enter(Nobody, most);
            while (_frames.Count > 0)
            {
                (ulong threads, int last, int left) = _frames.Pop();
                if (_isCut || threads == 0)
                {
                    Back();
                    continue;
                }

                // The thread that moved last goes on first: what needs no preemption is found before what needs one.
                int thread = last != Nobody && (threads >> last & 1) != 0 ? last : BitOperations.TrailingZeroCount(threads);
                _frames.Push((threads & ~(1UL << thread), last, left));
                bool isPreemption = last != Nobody && thread != last && (model.Enabled >> last & 1) != 0;
                model.Step(thread);
                _tally.Step();
                _way.Add(thread);
                Enter(thread, left - (isPreemption ? 1 : 0));
                if (++_steps % PollEvery == 0)
                {
                    _isCut |= options.Cancel.IsCancellationRequested;
                    options.Progress?.Invoke(new StateProgress(_seen.Count, _steps, _way.Count));
                }

                _isCut |= _steps >= options.MostSteps || _seen.Count > options.MostStates;
            }

            return new BoundedResult(_tally.Result(!_isCut, _steps, _firstBad), most, !_isCut && !_isBounded);
        }

        private void Enter(int last, int left)
        {
            UInt128 state = model.StateHash;
            ulong enabled = model.Enabled;
            if (_seen.Add(state))
            {
                if (_tally.Add(model, enabled) && _firstBad == null)
                {
                    _firstBad = [.. _way];
                    _isCut |= options.StopsAtFirst;
                }

                if (enabled == 0)
                {
                    options.EndVisitor?.Invoke(model, [.. _way.Select(t => (byte)t)]);
                }
            }

            // Numbers are the preemptions left + 1.
            UInt128 key = state ^ ((UInt128)Mixing.Word((ulong)last) << 64 | Mixing.Word((ulong)last + 100));
            if (!_left.Raise(key, left + 1))
            {
                Back();
                return;
            }

            bool mustGoOn = left == 0 && last != Nobody && (enabled >> last & 1) != 0;
            _isBounded |= mustGoOn && BitOperations.PopCount(enabled) > 1;
            _frames.Push((mustGoOn ? 1UL << last : enabled, last, left));
        }

        private void Back()
        {
            if (_way.Count > 0)
            {
                model.Undo();
                _way.RemoveAt(_way.Count - 1);
            }
        }
    }
}

/// <summary>What can be reached with a bound of preemptions.</summary>
/// <param name="Found">What was found; it is complete if everything within the bound was seen. Steps are counted as often as they were made.</param>
/// <param name="Preemptions">The bound.</param>
/// <param name="IsEverything">True if the bound cut nothing: no bound would find more.</param>
public sealed record BoundedResult(StateResult Found, int Preemptions, bool IsEverything);
