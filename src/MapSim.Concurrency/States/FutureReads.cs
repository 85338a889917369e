namespace MapSim.Concurrency.States;

/// <summary>
/// For each state on the way of a depth-first search: the places of memory whose value in that state the explored part of its future has read, that is
/// read before it was written. When the future is explored, other states that agree on these places need not be explored any more.
/// </summary>
/// <remarks>
/// What a state's future reads is what its steps read, and what the futures of the states behind them read but for what the step between has written. What
/// decided that only one thread moves from a state counts, too. A state that can come back to itself has no end to what it reads until the
/// search has left it for good: the states in between stay unknown, and so does what leads to a step that depends on everything.
/// </remarks>
internal sealed class FutureReads
{
    /// <summary>Instead of a set: the state is on the way.</summary>
    private const int OnTheWay = -2;

    /// <summary>Instead of a set: nobody knows what its future reads.</summary>
    private const int Unknown = -1;

    private readonly IMemoryModel _model;
    private readonly WordNumbers _words;
    private readonly AlikeStates _alike;
    private readonly PlaceSet _scratch;

    /// <summary>The set of each state, by its number.</summary>
    private readonly GrowingArray<int> _sets = new();
    private readonly List<PlaceSet> _reads = [];
    private Level[] _levels = new Level[256];
    private int _top = -1;
    private UInt128 _control;

    private FutureReads(IMemoryModel model)
    {
        _model = model;
        _words = new WordNumbers(model.PlacesPerWord);
        _alike = new AlikeStates(model, _words);
        _scratch = new PlaceSet(_words);
    }

    /// <summary>Of a model, if it can be looked into; else null.</summary>
    public static FutureReads? Of(IModel model) => model is IMemoryModel memory ? new FutureReads(memory) : null;

    /// <summary>A step was made from the last state on the way; the model stands behind it.</summary>
    public void Made(in SoloStep step)
    {
        if (step.Kind is StepKind.Load or StepKind.Update)
        {
            _reads[_top].Add(step.Place, step.Length);
        }

        if ((step.Notes & StepNotes.Reads) != 0)
        {
            _model.ReadBesides(_reads[_top]);
        }

        _levels[_top].IsUnknown |= step.Kind == StepKind.Everything;
    }

    /// <summary>That step led to a new state: is its future known?</summary>
    /// <param name="step">The step.</param>
    /// <param name="asleep">Threads whose next step need not be made from there.</param>
    /// <returns>The number of a state with the same future; -1 if there is none.</returns>
    public int Like(in SoloStep step, ulong asleep)
    {
        _control = _model.ControlHash;
        int like = _alike.Find(_control, asleep, out int set);
        if (like >= 0)
        {
            Follow(step, _alike.Places(set));
        }

        return like;
    }

    /// <summary>The last state on the way, of which nobody asked: is its future known?</summary>
    /// <param name="asleep">Threads whose next step need not be made.</param>
    /// <returns>The number of a state with the same future; -1 if there is none.</returns>
    public int LikeHere(ulong asleep)
    {
        ref Level level = ref _levels[_top];
        (level.Control, level.IsAsked) = (_model.ControlHash, true);
        int like = _alike.Find(level.Control, asleep, out int set);
        if (like >= 0)
        {
            _reads[_top].UnionWith(_alike.Places(set));
        }

        return like;
    }

    /// <summary>That step led to a state that has been met before.</summary>
    public void Met(in SoloStep step, int state)
    {
        ref Level level = ref _levels[_top];
        int set = _sets[state];
        if (set >= 0)
        {
            Follow(step, _alike.Places(set));
        }
        else if (set == Unknown)
        {
            level.IsUnknown = true;
        }
        else
        {
            int at = _top;
            while (_levels[at].State != state)
            {
                at--;
            }

            level.Back = Math.Min(level.Back, at);
        }
    }

    /// <summary>The search goes on from the state in which the model stands.</summary>
    /// <param name="step">The step that led to it.</param>
    /// <param name="state">Its number.</param>
    /// <param name="isNew">True if nobody has met it, and then its number is the next one; false if threads move from it that were left out before.</param>
    /// <param name="isAsked">True if others may be asked for a state like it.</param>
    public void Enter(in SoloStep step, int state, bool isNew, bool isAsked)
    {
        if (++_top == _levels.Length)
        {
            Array.Resize(ref _levels, 2 * _top);
        }

        if (_top == _reads.Count)
        {
            _reads.Add(new PlaceSet(_words));
        }

        _reads[_top].Clear();
        if (isNew)
        {
            _sets.Add(OnTheWay);
        }

        _levels[_top] = new Level { State = state, IsAsked = isAsked, Control = !isAsked ? default : isNew && _top > 0 ? _control : _model.ControlHash, Step = step, Back = int.MaxValue, Before = _sets[state] };
        _sets[state] = OnTheWay;
    }

    /// <summary>The last state on the way is final.</summary>
    public void End() => _model.JudgedPlaces(_reads[_top]);

    /// <summary>Only one thread needs to move from the last state on the way, because of what the other would do alone. It may be one that need not be moved, either.</summary>
    /// <param name="own">The thread's run: its next step decided it.</param>
    /// <param name="others">The other's run, to its end.</param>
    public void Decided(in SoloRun own, in SoloRun others)
    {
        _scratch.Clear();
        ReadBy(own with { Known = own.At + 1 });
        _scratch.Clear();
        ReadBy(others);
    }

    /// <summary>What a run reads that it has not written before.</summary>
    private void ReadBy(in SoloRun run)
    {
        PlaceSet reads = _reads[_top], written = _scratch;
        int next = 0;
        for (int i = run.At; i < run.Known; i++)
        {
            for (; next < run.Besides.Length && run.Besides[next].Step <= i; next++)
            {
                if (run.Besides[next].Step == i)
                {
                    reads.AddBut(run.Besides[next].Place, run.Besides[next].Length, written);
                }
            }

            ref readonly SoloStep step = ref run.Steps[i];
            if (step.Kind == StepKind.Store)
            {
                written.Add(step.Place, step.Length);
            }
            else if (step.Kind is StepKind.Load or StepKind.Update)
            {
                reads.AddBut(step.Place, step.Length, written);
            }

            _levels[_top].IsUnknown |= step.Kind == StepKind.Everything;
        }
    }

    /// <summary>The future of the last state on the way is explored; the model stands in it.</summary>
    /// <param name="asleep">Threads whose next step was left out.</param>
    /// <param name="isCut">The search was cut, so that it is not.</param>
    public void Leave(ulong asleep, bool isCut)
    {
        ref Level level = ref _levels[_top];
        PlaceSet reads = _reads[_top];
        if (level.Before >= 0)
        {
            reads.UnionWith(_alike.Places(level.Before));
        }

        level.IsUnknown |= isCut || level.Before == Unknown;
        bool isKnown = !level.IsUnknown && level.Back >= _top;
        _sets[level.State] = isKnown ? _alike.NumberOf(reads) : Unknown;
        if (isKnown && level.IsAsked)
        {
            _alike.Add(level.Control, _sets[level.State], level.State, asleep);
        }

        if (--_top >= 0)
        {
            ref Level before = ref _levels[_top];
            before.IsUnknown |= level.IsUnknown;
            before.Back = Math.Min(before.Back, level.Back > _top ? int.MaxValue : level.Back);
            Follow(level.Step, reads.Bits);
        }
    }

    /// <summary>What is read behind a step is read from the last state on the way, but for what the step has written.</summary>
    private void Follow(in SoloStep step, ReadOnlySpan<ulong> reads)
    {
        if (step.Kind == StepKind.Store)
        {
            _scratch.Clear();
            _scratch.UnionWith(reads);
            _scratch.Remove(step.Place, step.Length);
            reads = _scratch.Bits;
        }

        _reads[_top].UnionWith(reads);
    }

    /// <summary>A state on the way.</summary>
    private struct Level
    {
        /// <summary>Its number.</summary>
        public int State;

        /// <summary>Its control.</summary>
        public UInt128 Control;

        /// <summary>The step that led to it.</summary>
        public SoloStep Step;

        /// <summary>The first state on the way that something behind this one comes back to.</summary>
        public int Back;

        /// <summary>Others are compared with it.</summary>
        public bool IsAsked;

        /// <summary>Not all that its future reads can be said.</summary>
        public bool IsUnknown;

        /// <summary>Its set when the search had left it before; <see cref="OnTheWay"/> if it never has.</summary>
        public int Before;
    }
}
