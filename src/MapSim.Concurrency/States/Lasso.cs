namespace MapSim.Concurrency.States;

/// <summary>A run that never ends: a way from the start into a cycle, and who moves in it.</summary>
/// <param name="Kind">What kind of cycle.</param>
/// <param name="Moving">The threads that move in the cycle: bit t for thread t.</param>
/// <param name="State">A state of the cycle: the one that was met first.</param>
/// <param name="States">Number of states of the cycle; for a livelock, of the set of states in which it can go on.</param>
/// <param name="Threads">A way from the start to <paramref name="State"/>, as threads, with the fewest steps.</param>
public sealed record Lasso(LassoKind Kind, ulong Moving, int State, int States, IReadOnlyList<int> Threads);

/// <summary>What is wrong with a run that never ends.</summary>
public enum LassoKind
{
    /// <summary>One thread alone comes back to where it was: it waits for another one by trying again and again.</summary>
    Spin,

    /// <summary>Every thread that can move anywhere in the cycle does move in it, and still none gets on: no fair scheduler ends it.</summary>
    Livelock,
}
