using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>How a step takes part in the synchronisation of a program's goroutines.</summary>
public enum SyncKind : byte
{
    /// <summary>Not at all: its access is all there is.</summary>
    None,

    /// <summary>Takes a mutex: <see cref="NextStep.Place"/> is the address of its word.</summary>
    Lock,

    /// <summary>Gives a mutex back.</summary>
    Unlock,

    /// <summary>Starts the goroutine of number <see cref="NextStep.Place"/>.</summary>
    Spawn,

    /// <summary>Waits for the end of the goroutine of number <see cref="NextStep.Place"/>.</summary>
    Join,

    /// <summary>The goroutine's last step, which only a join waits for.</summary>
    Own,

    /// <summary>Anything else that may have to wait: RWMutex, WaitGroup, Once, channels.</summary>
    Other,
}

/// <summary>What the next step of a goroutine would do.</summary>
/// <param name="Access">What it would touch.</param>
/// <param name="Sync">How it takes part in synchronisation.</param>
/// <param name="Place">The mutex or the goroutine.</param>
/// <param name="Draws">It would draw a random number, so the others' next numbers depend on it.</param>
public readonly record struct NextStep(Access Access, SyncKind Sync, ulong Place, bool Draws);
