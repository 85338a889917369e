using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>Visits every reachable state of a model once, depth first, and takes steps back instead of starting over.</summary>
/// <remarks>
/// It answers whether a bad state is reachable and proves that none is; it ends on programs that can run forever, as long as
/// their states are finitely many. It counts states, not executions.
/// With <see cref="StateOptions.FindsShared"/>: in a state where the next step of an enabled thread touches no shared place,
/// only that thread moves. It starts with no place shared and repeats until no place becomes shared on the way. Where such a
/// step closes a cycle with the way that led here, the state is expanded fully, so that no thread is put off forever.
/// </remarks>
public static class StateExplorer
{
    private const int PollEvery = 4096;

    /// <summary>Explores a model from where it stands; it stands there again afterwards.</summary>
    /// <param name="model">What to explore.</param>
    /// <param name="options">How far to go.</param>
    public static StateResult Explore(IModel model, StateOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var shared = options.FindsShared ? new SharedPlaces() : null;
        long steps = 0;
        while (true)
        {
            shared?.StartPass();
            var pass = new Pass(model, options, shared, steps);
            StateResult result = pass.Run();
            steps = result.Steps;
            // What was bad is bad, but a pass that took a shared place for an own one has not seen everything.
            if (shared is not { HasNew: true } || !result.IsComplete)
            {
                return result;
            }
        }
    }

    private sealed class Pass(IModel model, StateOptions options, SharedPlaces? shared, long steps)
    {
        private readonly StateTable _table = new();
        private readonly StateTally _tally = new();
        private readonly HashSet<UInt128>? _onWay = shared == null ? null : [];
        private readonly List<int> _way = [];
        private Frame[] _frames = new Frame[256];
        private int _top = -1;
        private long _steps = steps;
        private int[]? _firstBad;
        private bool _isCut;

        public StateResult Run()
        {
            _table.Add(model.StateHash);
            Enter();
            while (_top >= 0)
            {
                ref Frame frame = ref _frames[_top];
                if (_isCut || frame.Rest == 0)
                {
                    Leave();
                    continue;
                }

                int thread = BitOperations.TrailingZeroCount(frame.Rest);
                frame.Rest &= frame.Rest - 1;
                shared?.Use(thread, model.Next(thread));
                model.Step(thread);
                _tally.Step();
                _way.Add(thread);
                if (_table.Count >= options.MostStates && !_table.TryFind(model.StateHash, out _))
                {
                    _isCut = true;
                    Back();
                }
                else if (_table.Add(model.StateHash))
                {
                    Enter();
                }
                else
                {
                    if (_onWay?.Contains(model.StateHash) == true)
                    {
                        (frame.Rest, frame.Others) = (frame.Rest | frame.Others, 0);
                    }

                    Back();
                }

                if (++_steps % PollEvery == 0)
                {
                    Poll();
                }

                _isCut |= _steps >= options.MostSteps && _top >= 0;
            }

            return _tally.Result(!_isCut, _steps, _firstBad);
        }

        private void Enter()
        {
            if (++_top == _frames.Length)
            {
                Array.Resize(ref _frames, 2 * _top);
            }

            ulong enabled = model.Enabled;
            _frames[_top] = Expand(enabled);
            _onWay?.Add(model.StateHash);
            if (_tally.Add(model, enabled) && _firstBad == null)
            {
                _firstBad = [.. _way];
                _isCut |= options.StopsAtFirst;
            }
        }

        private Frame Expand(ulong enabled)
        {
            // A thread that waits for a mutex uses it, also if it never gets it.
            for (ulong left = shared == null ? 0 : model.Unfinished & ~enabled; left != 0; left &= left - 1)
            {
                int thread = BitOperations.TrailingZeroCount(left);
                shared!.Use(thread, model.Next(thread));
            }

            for (ulong left = shared == null ? 0 : enabled; left != 0; left &= left - 1)
            {
                if (shared!.IsOwn(model.Next(BitOperations.TrailingZeroCount(left))))
                {
                    ulong one = left & ~(left - 1);
                    return new Frame { Rest = one, Others = enabled & ~one };
                }
            }

            return new Frame { Rest = enabled };
        }

        private void Leave()
        {
            _onWay?.Remove(model.StateHash);
            if (--_top >= 0)
            {
                Back();
            }
        }

        private void Back()
        {
            model.Undo();
            _way.RemoveAt(_way.Count - 1);
        }

        private void Poll()
        {
            _isCut |= options.Cancel.IsCancellationRequested;
            options.Progress?.Invoke(new StateProgress(_table.Count, _steps, _top));
        }

        private struct Frame
        {
            /// <summary>Threads that still have to move from here.</summary>
            public ulong Rest;

            /// <summary>Enabled threads that were left out.</summary>
            public ulong Others;
        }
    }
}
