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
        string settings = $"engine states, shared places {(options.FindsShared ? "found" : "not looked for")}";
        using SavedExploration? saved = options.Checkpoint?.Open(settings);
        var pass = new Pass(model, options, shared, 0, settings);
        StateResult result = pass.Run(saved);
        // What was bad is bad, but a pass that took a shared place for an own one has not seen everything.
        while (shared is { HasNew: true } && result.IsComplete)
        {
            shared.StartPass();
            pass = new Pass(model, options, shared, result.Steps, settings);
            result = pass.Run(null);
        }

        if (result.IsComplete || (options.StopsAtFirst && result.FirstBad != null))
        {
            options.Checkpoint?.Finish();
        }

        return result;
    }

    /// <summary>For an engine that keeps no checkpoint: nobody is to believe that there is one.</summary>
    internal static void RefuseCheckpoint(StateOptions options)
    {
        if (options.Checkpoint != null)
        {
            throw new ArgumentException("expected one worker and no bound of preemptions to keep a checkpoint, found others", nameof(options));
        }
    }

    private sealed class Pass(IModel model, StateOptions options, SharedPlaces? shared, long steps, string settings)
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

        public StateResult Run(SavedExploration? saved)
        {
            if (saved == null)
            {
                _table.Add(model.StateHash);
                Enter();
            }
            else
            {
                Load(saved);
            }

            while (_top >= 0 && !_isCut)
            {
                ref Frame frame = ref _frames[_top];
                if (frame.Rest == 0)
                {
                    Leave();
                    continue;
                }

                Move(ref frame);
                if (++_steps % PollEvery == 0)
                {
                    Poll();
                }

                _isCut |= _steps >= options.MostSteps && _top >= 0;
            }

            if (_isCut)
            {
                Save();
            }

            while (_way.Count > 0)
            {
                Back();
            }

            return _tally.Result(!_isCut, _steps, _firstBad);
        }

        private void Move(ref Frame frame)
        {
            int thread = BitOperations.TrailingZeroCount(frame.Rest);
            shared?.Use(thread, model.Next(thread));
            model.Step(thread);
            _way.Add(thread);
            if (_table.Count >= options.MostStates && !_table.TryFind(model.StateHash, out _))
            {
                // The step is not counted: who goes on here with a higher limit makes it again.
                _isCut = true;
                Back();
                return;
            }

            frame.Rest &= frame.Rest - 1;
            _tally.Step();
            if (_table.Add(model.StateHash))
            {
                Enter();
                return;
            }

            if (_onWay?.Contains(model.StateHash) == true)
            {
                (frame.Rest, frame.Others) = (frame.Rest | frame.Others, 0);
            }

            Back();
        }

        private void Save() => options.Checkpoint?.Save(settings, to =>
        {
            to.Write(_steps);
            shared?.Write(to);
            _tally.Write(to);
            to.WriteWay(_firstBad);
            _table.Write(to);
            to.WriteWay(_way);
            for (int i = 0; i <= _top; i++)
            {
                to.Write(_frames[i].Rest);
                to.Write(_frames[i].Others);
            }

            to.Write(model.StateHash);
        });

        private void Load(SavedExploration saved)
        {
            BinaryReader from = saved.From;
            _steps = from.ReadInt64();
            shared?.Read(from);
            _tally.Read(from);
            _firstBad = from.ReadWay();
            _table.Read(from);
            int[] way = from.ReadWay()!;
            _top = way.Length;
            _frames = new Frame[Math.Max(_frames.Length, 2 * way.Length)];
            for (int i = 0; i <= _top; i++)
            {
                _frames[i] = new Frame { Rest = from.ReadUInt64(), Others = from.ReadUInt64() };
                _onWay?.Add(model.StateHash);
                if (i < _top)
                {
                    saved.Expect((model.Enabled >> way[i] & 1) != 0);
                    model.Step(way[i]);
                    _way.Add(way[i]);
                }
            }

            saved.Expect(model.StateHash == from.ReadUInt128());
            _isCut = _steps >= options.MostSteps;
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
            if (options.Checkpoint is { IsDue: true })
            {
                Save();
            }
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
