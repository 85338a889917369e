namespace MapSim.Concurrency;

/// <summary>What can be explored: a program of several threads that moves one visible step at a time and can go back.</summary>
/// <remarks>
/// An engine asks which threads can move, what the next step of each would touch, makes steps and takes them back, last one
/// first. It knows nothing else of the program: a litmus test and a Go map are the same to it. A model is deterministic: the
/// same steps from the start lead to the same state. It is used by one engine thread at a time; others take a copy.
/// </remarks>
public interface IModel
{
    /// <summary>Number of threads, 1 to 64, those that are not spawned yet included.</summary>
    int Threads { get; }

    /// <summary>The threads that can make their next step now: bit t for thread t.</summary>
    ulong Enabled { get; }

    /// <summary>The threads that have started and still have a step to make, whether they can make it now or wait for a lock or a join.</summary>
    /// <remarks>When nothing is enabled and this is not empty, the program is deadlocked.</remarks>
    ulong Unfinished { get; }

    /// <summary>The threads that a failure has stopped: bit t for thread t. They are neither enabled nor unfinished.</summary>
    ulong Failed => 0;

    /// <summary>What the next step of an unfinished thread touches. Does not change the model.</summary>
    /// <remarks>Steps of other threads may enable or block it, but never change it: where a thread goes next is decided by what it has read.</remarks>
    /// <param name="thread">A thread of <see cref="Unfinished"/>, or one that was not spawned yet: then its first step.</param>
    StepInfo Next(int thread);

    /// <summary>Makes the next step of a thread, with all the local work after it.</summary>
    /// <param name="thread">A thread of <see cref="Enabled"/>.</param>
    void Step(int thread);

    /// <summary>
    /// Makes the next step of a thread and says what it touched: the same as <see cref="Next"/> before <see cref="Step"/>, sooner if the model can tell afterwards.
    /// Of a step that draws a number, and therefore depends on everything for <see cref="Next"/>, it may say what it touches, if <see cref="Notes"/> says that it draws.
    /// </summary>
    /// <param name="thread">A thread of <see cref="Enabled"/>.</param>
    StepInfo Make(int thread)
    {
        StepInfo step = Next(thread);
        Step(thread);
        return step;
    }

    /// <summary>What the step just made did apart from touching memory. Asked right after <see cref="Make"/> or <see cref="Step"/> only.</summary>
    StepNotes Notes => StepNotes.None;

    /// <summary>Takes back the last step that was made and not yet taken back.</summary>
    void Undo();

    /// <summary>Number of steps made and not taken back: the depth.</summary>
    int Depth { get; }

    /// <summary>A hash of everything the future depends on: memory, locks, where each thread is and what it still remembers, and what the checks remember.</summary>
    UInt128 StateHash { get; }

    /// <summary>What is wrong: in a state with enabled threads what went wrong on the way (a failed assert), in a final state what is wrong at the end, too. Null if nothing is.</summary>
    /// <remarks>A short key, the same for the same defect. A deadlock is the engine's business and not told here.</remarks>
    string? Failure { get; }

    /// <summary>An independent copy that stands where this one stands and can go on, and back to here but not further.</summary>
    IModel Fork();
}
