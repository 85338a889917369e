namespace MapSim.Concurrency;

/// <summary>What kind of thing a step does to what others can see.</summary>
public enum StepKind : byte
{
    /// <summary>Reads a range of shared memory.</summary>
    Load,

    /// <summary>Writes a range of shared memory.</summary>
    Store,

    /// <summary>Reads and writes in one step: an atomic operation, a compare-and-swap that fails included.</summary>
    Update,

    /// <summary>Takes a mutex; enabled while nobody holds it.</summary>
    Lock,

    /// <summary>Gives a mutex back.</summary>
    Unlock,

    /// <summary>Starts a thread: <see cref="StepInfo.Place"/> is its number.</summary>
    Spawn,

    /// <summary>Waits for the end of a thread: <see cref="StepInfo.Place"/> is its number.</summary>
    Join,

    /// <summary>Depends on every step of every thread.</summary>
    Everything,

    /// <summary>Touches nothing that another thread can see.</summary>
    Own,
}

/// <summary>What a step touches, as far as the order with the steps of other threads matters.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Place">First address of the range, the number of the mutex, or the number of the thread.</param>
/// <param name="Length">Length of the range, in the model's own units; 1 for what is no range.</param>
/// <param name="Label">A name for people: "store x", "mapassign.flags". Never part of a comparison.</param>
public readonly record struct StepInfo(StepKind Kind, ulong Place, uint Length, string? Label = null)
{
    /// <summary>True if the step may change shared memory.</summary>
    public bool IsWrite => Kind is StepKind.Store or StepKind.Update;

    /// <summary>True if the step reads or writes shared memory.</summary>
    public bool IsAccess => Kind <= StepKind.Update;

    /// <summary>True if the order of the two steps of different threads may matter: overlapping accesses of which one writes, or the same mutex.</summary>
    /// <remarks>Spawn with the first step and the last step with join are ordered by being enabled: no question for this relation.</remarks>
    /// <param name="other">A step of another thread.</param>
    public bool Conflicts(in StepInfo other)
    {
        if (Kind == StepKind.Everything || other.Kind == StepKind.Everything)
        {
            return true;
        }

        if (IsAccess)
        {
            return other.IsAccess && (IsWrite || other.IsWrite) && unchecked(Place - other.Place < other.Length || other.Place - Place < Length);
        }

        return Kind is StepKind.Lock or StepKind.Unlock && other.Kind is StepKind.Lock or StepKind.Unlock && Place == other.Place;
    }
}
