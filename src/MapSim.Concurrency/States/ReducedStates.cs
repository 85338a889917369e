using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>
/// Visits enough states to see every final one: where the next step of a thread meets nothing that the other thread would do from
/// here on, only that thread moves; of two orders of steps that may be exchanged only one is followed; and of states that differ only in what nobody will read only one is left.
/// </summary>
/// <remarks>
/// With two threads left a persistent set of one step can be decided exactly, without any knowledge of the program. A thread that runs
/// alone runs on one path, so "no step that the others can make before it conflicts with it" is a question about one run
/// (<see cref="SoloRun"/>), made by stepping on and going back. What is known of that run stays known while the other makes steps that it does
/// not read. Two steps that touch the same place are no conflict if, where they meet, both orders lead to the same state. With three and more
/// threads left all of them move. On top of that there are sleep sets, kept with each state.
/// Persistent sets and sleep sets keep every final state (Godefroid, LNCS 1032). They do not keep the states on the way, nor how many interleavings lead to an
/// end, nor the fewest preemptions. If the states that are visited have no cycle and no thread runs alone for ever, then no execution of the
/// program is infinite (<see cref="ReducedResult.IsAcyclic"/>).
/// If the model can be looked into (<see cref="IMemoryModel"/>), a state is not explored, either, that agrees with an explored one on all that the explored
/// part of that one's future has read (<see cref="FutureReads"/>): step by step the same could be done from it, with the same choices of who must move, up to final states that
/// differ in nothing a judge looks at.
/// Two states of one hash are one: a model may leave out of it what cannot change how the program ends.
/// A model in which a thread's death stops everybody may be explored, too, if it does not matter how far the others had come: the step that dies
/// must be noted (<see cref="StepNotes.WriteEnded"/>), and what it leads to counts as final for everybody.
/// </remarks>
public static partial class ReducedStates
{
    private const int PollEvery = 1024;

    /// <summary>Where each state has one way on, a state like it is asked for after so many.</summary>
    private const int LongChain = 5;

    /// <summary>Explores a model from where it stands; it stands there again afterwards.</summary>
    /// <param name="model">What to explore.</param>
    /// <param name="options">The limits, progress, <see cref="StateOptions.EndVisitor"/> and what stops it.</param>
    public static ReducedResult Explore(IModel model, StateOptions? options = null) => Explore(model, options ?? new StateOptions(), int.MaxValue);

    /// <summary>The same, with only so many steps of the other thread's run looked at: wrong, for a test that must notice.</summary>
    internal static ReducedResult Explore(IModel model, StateOptions options, int farthest)
    {
        ArgumentNullException.ThrowIfNull(model);
        StateExplorer.RefuseCheckpoint(options);
        return new Search(model, options, farthest).Run();
    }

    private sealed partial class Search(IModel model, StateOptions options, int farthest)
    {
        private readonly StateTable _table = new(hasNumbers: true);
        private readonly GrowingArray<ulong> _asleep = new();
        private readonly GrowingArray<(int From, int To)> _edges = new();
        private readonly StateTally _tally = new();
        private readonly List<byte> _way = [];
        private readonly FutureReads? _future = FutureReads.Of(model);
        private Frame[] _frames = new Frame[256];
        private int _top = -1;
        private long _steps;
        private long _solo;
        private bool _isCut;
        private bool _isAcyclic = true;

        public ReducedResult Run()
        {
            _table.Add(model.StateHash, 0, out _);
            Enter(default, default, true, 0);
            while (_top >= 0)
            {
                ref Frame frame = ref _frames[_top];
                if (frame.Rest == 0 || _isCut)
                {
                    Leave();
                    continue;
                }

                Move(ref frame);
                if (++_steps % PollEvery == 0)
                {
                    _isCut |= options.Cancel.IsCancellationRequested;
                    options.Progress?.Invoke(new StateProgress(_table.Count, _steps + _solo, _top));
                }

                _isCut |= _steps + _solo >= options.MostSteps && _top >= 0;
            }

            return new ReducedResult(_tally.Result(!_isCut, _steps + _solo, null), _isAcyclic && StateOrder.Exists(_table.Count, _edges.Items));
        }

        private void Move(ref Frame frame)
        {
            int thread = frame.Last >= 0 && (frame.Rest >> frame.Last & 1) != 0 ? frame.Last : BitOperations.TrailingZeroCount(frame.Rest);
            frame.Rest &= ~(1UL << thread);
            SoloStep step = Make(thread);
            _tally.Step();
            _future?.Made(step);
            UInt128 hash = model.StateHash;
            ulong asleep = StillAsleep(frame, step);
            frame.Asleep |= 1UL << thread;
            bool isNew = !_table.TryFind(hash, out int state);
            if (isNew)
            {
                // Where one way leads from state to state not each need be asked for: a like one is found a little later.
                int like = frame.IsToAsk ? _future?.Like(step, asleep) ?? -1 : -1;
                if (like >= 0)
                {
                    _edges.Add((frame.State, like));
                }

                _isCut |= like < 0 && _table.Count >= options.MostStates;
                if (_isCut || like >= 0)
                {
                    model.Undo();
                    return;
                }

                state = _table.Count;
                _table.Add(hash, state, out _);
            }

            _edges.Add((frame.State, state));
            ulong again = 0;
            if (!isNew)
            {
                // What was put off there, because another way would see it, and is not any more.
                _future?.Met(step, state);
                again = _asleep[state] & ~asleep;
                _asleep[state] &= asleep;
                if (again == 0)
                {
                    model.Undo();
                    return;
                }
            }

            _way.Add((byte)thread);
            Frame next = frame;
            (next.Last, next.State, next.Asleep) = (thread, state, asleep);
            (next.RunA, next.RunB) = thread == frame.A ? (frame.RunA.Next(), frame.RunB.After(step)) : (frame.RunA.After(step), frame.RunB.Next());
            (next.HitA, next.HitB) = thread == frame.A ? (0, Math.Max(0, frame.HitB - 1)) : (Math.Max(0, frame.HitA - 1), 0);
            Enter(next, step, isNew, again);
        }

        /// <summary>The threads that need not move after a step, because who moved them before it has seen what follows.</summary>
        private static ulong StillAsleep(in Frame frame, in SoloStep step)
        {
            ulong asleep = 0;
            if (frame.A >= 0 && frame.Asleep != 0 && step.Kind != StepKind.Spawn)
            {
                asleep |= (frame.Asleep >> frame.A & 1) != 0 && frame.RunA.Ahead > 0 && !frame.RunA.Steps[frame.RunA.At].Conflicts(step) ? 1UL << frame.A : 0;
                asleep |= (frame.Asleep >> frame.B & 1) != 0 && frame.RunB.Ahead > 0 && !frame.RunB.Steps[frame.RunB.At].Conflicts(step) ? 1UL << frame.B : 0;
            }

            return asleep;
        }

        /// <summary>Who moves on from a state: in a new one who must, in one that is known who was put off.</summary>
        private void Enter(Frame frame, in SoloStep step, bool isNew, ulong again)
        {
            bool isAsked = !isNew || _top < 0 || frame.IsToAsk;
            _future?.Enter(step, frame.State, isNew, isAsked);
            ulong enabled = model.Enabled;
            ulong left = enabled | model.Unfinished;
            (int a, int b) = BitOperations.PopCount(left) == 2 ? (BitOperations.TrailingZeroCount(left), 63 - BitOperations.LeadingZeroCount(left)) : (-1, -1);
            if (_top < 0 || frame.A != a || frame.B != b)
            {
                (frame.A, frame.B, frame.RunA, frame.RunB, frame.HitA, frame.HitB) = (a, b, SoloRun.Unknown, SoloRun.Unknown, 0, 0);
                frame.Last = _top < 0 ? -1 : frame.Last;
            }

            frame.Rest = again & enabled;
            if (isNew)
            {
                _tally.Add(model, enabled);
                if (enabled == 0)
                {
                    _future?.End();
                    options.EndVisitor?.Invoke(model, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_way));
                }

                _asleep.Add(frame.Asleep);
                frame.Rest = (a >= 0 && BitOperations.PopCount(enabled) == 2 ? Choose(ref frame, enabled) : enabled) & ~frame.Asleep;
                if (!isAsked && _future != null && BitOperations.PopCount(frame.Rest) > 1 && _future.LikeHere(frame.Asleep) is >= 0 and var like)
                {
                    _edges.Add((frame.State, like));
                    frame.Rest = 0;
                }
            }

            frame.Chain = isAsked ? 0 : frame.Chain + 1;
            frame.IsToAsk = BitOperations.PopCount(frame.Rest) > 1 || frame.Chain >= LongChain;

            if (++_top == _frames.Length)
            {
                Array.Resize(ref _frames, 2 * _top);
            }

            _frames[_top] = frame;
        }

        private void Leave()
        {
            _future?.Leave(_asleep[_frames[_top].State], _isCut);
            if (--_top >= 0)
            {
                model.Undo();
                _way.RemoveAt(_way.Count - 1);
            }
        }

        private struct Frame
        {
            /// <summary>Threads that still have to move from here.</summary>
            public ulong Rest;

            /// <summary>States like those behind this one are asked for.</summary>
            public bool IsToAsk;

            /// <summary>How many states before this one were not asked for.</summary>
            public int Chain;

            /// <summary>The state's number.</summary>
            public int State;

            /// <summary>Threads whose next step, made before the step that led here, has shown all that would come of it.</summary>
            public ulong Asleep;

            /// <summary>Who moved last; -1 for nobody.</summary>
            public int Last;

            /// <summary>The two threads that are left; -1 if they are not two.</summary>
            public int A;
            public int B;

            /// <summary>What they would do alone.</summary>
            public SoloRun RunA;
            public SoloRun RunB;

            /// <summary>Which step of the other, from 1, the next step of a thread is known to meet: the same one as long as only the other moves. 0 if nobody has looked.</summary>
            public int HitA;
            public int HitB;
        }
    }
}
