namespace MapSim.Concurrency.States;

/// <summary>A step of a run in which only one thread moves, as far as others care.</summary>
/// <param name="Place">First address of the range, or the mutex, or the thread.</param>
/// <param name="Length">Length of the range.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Notes">What it does apart from touching memory.</param>
internal readonly record struct SoloStep(ulong Place, uint Length, StepKind Kind, StepNotes Notes)
{
    private const StepNotes Events = StepNotes.ReadBegan | StepNotes.ReadEnded | StepNotes.WriteBegan | StepNotes.WriteEnded;

    /// <summary>True if this step may be another one, or lead elsewhere, after a step of another thread.</summary>
    public bool HangsOn(in SoloStep other) =>
        (Notes & other.Notes & StepNotes.Draws) != 0 || (Kind != StepKind.Store && (this with { Notes = 0 }).Conflicts(other with { Notes = 0 }));

    /// <summary>True if exchanging this step with the step of another thread may make a difference.</summary>
    public bool Conflicts(in SoloStep other)
    {
        if (Kind == StepKind.Everything || other.Kind == StepKind.Everything || Collide(Notes, other.Notes))
        {
            return true;
        }

        if (Kind <= StepKind.Update)
        {
            return other.Kind <= StepKind.Update && (Kind != StepKind.Load || other.Kind != StepKind.Load) && unchecked(Place - other.Place < other.Length || other.Place - Place < Length);
        }

        return Kind is StepKind.Lock or StepKind.Unlock && other.Kind is StepKind.Lock or StepKind.Unlock && Place == other.Place;
    }

    /// <summary>True if what two steps told does not commute.</summary>
    private static bool Collide(StepNotes one, StepNotes two) =>
        one != 0 && two != 0
        && (((one & StepNotes.WriteEnded) != 0 && (two & Events) != 0) || ((two & StepNotes.WriteEnded) != 0 && (one & Events) != 0)
            || ((one & StepNotes.WriteBegan) != 0 && (two & StepNotes.ReadEnded) != 0) || ((two & StepNotes.WriteBegan) != 0 && (one & StepNotes.ReadEnded) != 0)
            || (one & two & StepNotes.Draws) != 0);
}

/// <summary>What a step of a run reads besides what it touches.</summary>
/// <param name="Step">The step's index.</param>
/// <param name="Place">The first place.</param>
/// <param name="Length">Number of places.</param>
internal readonly record struct ReadBeside(int Step, ulong Place, uint Length);

/// <summary>
/// What a thread will do if nobody else moves, as far as that is known: the steps from where it stands. Another thread's steps leave
/// it alone up to the first step that reads what they wrote.
/// </summary>
/// <remarks>A value: the array is shared with the states before, and nobody changes what is in it.</remarks>
/// <param name="Steps">The steps; those before <paramref name="At"/> are made.</param>
/// <param name="At">The next step.</param>
/// <param name="Known">End of what is known.</param>
/// <param name="IsWhole">True if nothing follows: the thread has ended, or waits for another.</param>
/// <param name="Besides">What steps read besides what they touch, in the order of the steps.</param>
internal readonly record struct SoloRun(SoloStep[] Steps, int At, int Known, bool IsWhole, ReadBeside[] Besides)
{
    /// <summary>Nothing is known.</summary>
    public static SoloRun Unknown => new([], 0, 0, false, []);

    /// <summary>How many steps ahead are known.</summary>
    public int Ahead => Known - At;

    /// <summary>The thread has made its next step.</summary>
    public SoloRun Next() => Ahead == 0 ? Unknown : this with { At = At + 1 };

    /// <summary>Another thread has made a step.</summary>
    /// <param name="step">The step.</param>
    public SoloRun After(in SoloStep step)
    {
        // The order in which the two tell the checks something changes what is told, not where they go.
        for (int i = At; i < Known && (step.Kind != StepKind.Load || (step.Notes & StepNotes.Draws) != 0); i++)
        {
            if (Steps[i].HangsOn(step))
            {
                return this with { Known = i, IsWhole = false };
            }
        }

        // Whether the end of a read has to look at what a write has done hangs on whether that has ended.
        for (int i = At; i < Known && (step.Notes & StepNotes.WriteEnded) != 0; i++)
        {
            if ((Steps[i].Notes & (StepNotes.ReadEnded | StepNotes.WriteEnded)) == StepNotes.ReadEnded)
            {
                return this with { Known = i, IsWhole = false };
            }
        }

        // Who waits may wait no longer when the other gives a mutex back.
        return this with { IsWhole = IsWhole && step.Kind <= StepKind.Update };
    }

    /// <summary>The first of the steps ahead that conflicts with a step of another thread; <see cref="Ahead"/> if none does.</summary>
    /// <param name="step">The step.</param>
    /// <param name="from">The first to look at: 0 is the next step.</param>
    public int Meets(in SoloStep step, int from)
    {
        for (int i = At + from; i < Known; i++)
        {
            // What a thread that it starts does is not known.
            if (Steps[i].Kind == StepKind.Spawn || Steps[i].Conflicts(step))
            {
                return i - At;
            }
        }

        return Ahead;
    }
}
