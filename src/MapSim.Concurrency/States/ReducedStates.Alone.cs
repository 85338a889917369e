namespace MapSim.Concurrency.States;

/// <content>Whether a thread's next step meets nothing that the other would do alone, found by letting the other run and going back.</content>
public static partial class ReducedStates
{
    /// <summary>A run of one thread that is longer counts as one without an end.</summary>
    private const int MostAlone = 20_000;

    private sealed partial class Search
    {
        private readonly BesideList _besides = new();
        private SoloStep[] _buffer = new SoloStep[256];

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
            if (isAlone)
            {
                _future?.Decided(own, others);
            }

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

            _besides.Begin(run);
            int made = 0;
            for (; made < ahead; made++)
            {
                model.Step(thread);
            }

            bool canMove;
            while ((canMove = (model.Enabled >> thread & 1) != 0) && made < most)
            {
                _buffer[made] = Make(thread);
                _besides.Made(made, _buffer[made], model);
                made++;
            }

            GoBack(made);
            _solo += made;
            run.Steps.AsSpan(run.At, ahead).CopyTo(_buffer);
            _isAcyclic &= made <= MostAlone;
            return new SoloRun(_buffer.AsSpan(0, made).ToArray(), 0, made, !canMove, _besides.ToArray());
        }

        private SoloStep Make(int thread)
        {
            StepInfo step = model.Make(thread);
            return new SoloStep(step.Place, step.Length, step.Kind, model.Notes);
        }

        /// <summary>Collects what the steps of a run read besides what they touch.</summary>
        private sealed class BesideList : IPlaces
        {
            private readonly List<ReadBeside> _reads = [];
            private int _step;

            /// <summary>Begins with what is known of a run.</summary>
            public void Begin(in SoloRun run)
            {
                _reads.Clear();
                foreach (ReadBeside read in run.Besides)
                {
                    if (read.Step >= run.At && read.Step < run.Known)
                    {
                        _reads.Add(read with { Step = read.Step - run.At });
                    }
                }
            }

            /// <summary>A step of the run was made.</summary>
            public void Made(int at, in SoloStep step, IModel model)
            {
                if ((step.Notes & StepNotes.Reads) != 0 && model is IMemoryModel memory)
                {
                    _step = at;
                    memory.ReadBesides(this);
                }
            }

            public void Add(ulong place, uint length) => _reads.Add(new ReadBeside(_step, place, length));

            public ReadBeside[] ToArray() => [.. _reads];
        }
    }
}
