using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>
/// Visits enough states to see every final one: where the next step of a thread meets nothing that the other thread would do from
/// here on, only that thread moves, and of two orders of steps that may be exchanged only one is followed.
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
/// Two states of one hash are one: a model may leave out of it what cannot change how the program ends.
/// A model in which a thread's death stops everybody may be explored, too, if it does not matter how far the others had come: the step that dies
/// must be noted (<see cref="StepNotes.WriteEnded"/>), and what it leads to counts as final for everybody.
/// </remarks>
public static class ReducedStates
{
    /// <summary>A run of one thread that is longer counts as one without an end.</summary>
    private const int MostAlone = 20_000;

    private const int PollEvery = 1024;

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

    private sealed class Search(IModel model, StateOptions options, int farthest)
    {
        private readonly StateTable _table = new(hasNumbers: true);
        private readonly GrowingArray<ulong> _asleep = new();
        private readonly GrowingArray<(int From, int To)> _edges = new();
        private readonly StateTally _tally = new();
        private readonly List<byte> _way = [];
        private Frame[] _frames = new Frame[256];
        private SoloStep[] _buffer = new SoloStep[256];
        private int _top = -1;
        private long _steps;
        private long _solo;
        private bool _isCut;
        private bool _isAcyclic = true;

        public ReducedResult Run()
        {
            _table.Add(model.StateHash, 0, out _);
            Enter(default, true, 0);
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

            return new ReducedResult(_tally.Result(!_isCut, _steps + _solo, null), _isAcyclic && HasNoCycle());
        }

        /// <summary>Takes away the states that nothing leads to, and those that then nothing leads to, until none is left.</summary>
        private bool HasNoCycle()
        {
            int states = _table.Count;
            var leading = new int[states];
            var first = new int[states + 1];
            foreach ((int from, int to) in _edges.Items)
            {
                leading[to]++;
                first[from + 1]++;
            }

            for (int i = 0; i < states; i++)
            {
                first[i + 1] += first[i];
            }

            var targets = new int[_edges.Count];
            int[] at = first[..states];
            foreach ((int from, int to) in _edges.Items)
            {
                targets[at[from]++] = to;
            }

            var free = new Stack<int>();
            free.Push(0);
            int taken = leading[0] == 0 ? 0 : states + 1;
            while (free.TryPop(out int state))
            {
                taken++;
                for (int i = first[state]; i < first[state + 1]; i++)
                {
                    if (--leading[targets[i]] == 0)
                    {
                        free.Push(targets[i]);
                    }
                }
            }

            return taken == states;
        }

        private void Move(ref Frame frame)
        {
            int thread = frame.Last >= 0 && (frame.Rest >> frame.Last & 1) != 0 ? frame.Last : BitOperations.TrailingZeroCount(frame.Rest);
            frame.Rest &= ~(1UL << thread);
            SoloStep step = Make(thread);
            _tally.Step();
            UInt128 hash = model.StateHash;
            int state = _table.Count;
            bool isFull = state >= options.MostStates;
            bool isNew = isFull ? !_table.TryFind(hash, out state) : _table.Add(hash, state, out state);
            if (isNew && isFull)
            {
                _isCut = true;
                model.Undo();
                return;
            }

            _edges.Add((frame.State, state));
            ulong asleep = StillAsleep(frame, step);
            frame.Asleep |= 1UL << thread;
            ulong again = 0;
            if (!isNew)
            {
                // What was put off there, because another way would see it, and is not any more.
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
            Enter(next, isNew, again);
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
        private void Enter(Frame frame, bool isNew, ulong again)
        {
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
                    options.EndVisitor?.Invoke(model, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_way));
                }

                _asleep.Add(frame.Asleep);
                frame.Rest = (a >= 0 && BitOperations.PopCount(enabled) == 2 ? Choose(ref frame, enabled) : enabled) & ~frame.Asleep;
            }

            if (++_top == _frames.Length)
            {
                Array.Resize(ref _frames, 2 * _top);
            }

            _frames[_top] = frame;
        }

        /// <summary>One of two threads if its next step meets nothing of the other; who moved last first, so that a schedule has few switches.</summary>
        private ulong Choose(ref Frame frame, ulong enabled)
        {
            bool beginsWithB = frame.Last == frame.B;
            for (int i = 0; i < 2; i++)
            {
                if (beginsWithB == (i == 0) ? IsAlone(frame.B, ref frame.RunB, frame.A, ref frame.RunA, ref frame.HitB) : IsAlone(frame.A, ref frame.RunA, frame.B, ref frame.RunB, ref frame.HitA))
                {
                    return 1UL << (beginsWithB == (i == 0) ? frame.B : frame.A);
                }
            }

            return enabled;
        }

        /// <summary>True if nothing that the other can do before it conflicts with the next step of a thread.</summary>
        private bool IsAlone(int thread, ref SoloRun own, int other, ref SoloRun others, ref int hit)
        {
            if (hit > 0)
            {
                return false;
            }

            if (own.Ahead == 0)
            {
                own = Extend(thread, own, 1);
            }

            int gone = 0;
            bool isAlone = MeetsNothing(thread, own.Steps[own.At], other, ref others, ref gone, ref hit);
            GoBack(gone);
            return isAlone;
        }

        /// <summary>Looks for it, letting the other go on as far as needed: "gone" is how many steps.</summary>
        private bool MeetsNothing(int thread, in SoloStep step, int other, ref SoloRun others, ref int gone, ref int hit)
        {
            for (int from = 0; ;)
            {
                int met = others.Meets(step, from);
                if (met < others.Ahead)
                {
                    if (others.Steps[others.At + met].Kind is not (StepKind.Load or StepKind.Store or StepKind.Update))
                    {
                        hit = met + 1;
                        return false;
                    }

                    _solo += met - gone;
                    for (; gone < met; gone++)
                    {
                        model.Step(other);
                    }

                    if (!Commute(thread, other))
                    {
                        hit = met + 1;
                        return false;
                    }

                    from = met + 1;
                    continue;
                }

                if (others.IsWhole || others.Ahead >= farthest)
                {
                    return true;
                }

                if (!_isAcyclic)
                {
                    return false;
                }

                GoBack(gone);
                gone = 0;
                from = others.Ahead;
                others = Extend(other, others, Math.Max(16, others.Ahead));
            }
        }

        private void GoBack(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                model.Undo();
            }
        }

        /// <summary>
        /// True if the next steps of two threads lead to the same state in both orders: what is read may be written and yet give the same, a flag that
        /// the reader does not ask for, or a value that was there before.
        /// </summary>
        private bool Commute(int thread, int other)
        {
            _solo += 4;
            UInt128 first = Both(thread, other);
            return first != 0 && first == Both(other, thread);
        }

        /// <summary>The state after a step of one and a step of the other; 0 if the first stops the second.</summary>
        private UInt128 Both(int first, int second)
        {
            model.Step(first);
            UInt128 state = 0;
            if ((model.Enabled >> second & 1) != 0)
            {
                model.Step(second);
                state = model.StateHash;
                model.Undo();
            }

            model.Undo();
            return state;
        }

        /// <summary>Lets a thread run alone, over what is known of its run and so many steps beyond, and goes back.</summary>
        private SoloRun Extend(int thread, in SoloRun run, int steps)
        {
            int ahead = run.Ahead;
            int most = ahead + steps;
            if (_buffer.Length < most)
            {
                Array.Resize(ref _buffer, 2 * most);
            }

            int made = 0;
            for (; made < ahead; made++)
            {
                model.Step(thread);
            }

            bool canMove;
            while ((canMove = (model.Enabled >> thread & 1) != 0) && made < most)
            {
                _buffer[made++] = Make(thread);
            }

            GoBack(made);
            _solo += made;
            run.Steps.AsSpan(run.At, ahead).CopyTo(_buffer);
            _isAcyclic &= made <= MostAlone;
            return new SoloRun(_buffer.AsSpan(0, made).ToArray(), 0, made, !canMove);
        }

        private SoloStep Make(int thread)
        {
            StepInfo step = model.Make(thread);
            return new SoloStep(step.Place, step.Length, step.Kind, model.Notes);
        }

        private void Leave()
        {
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
