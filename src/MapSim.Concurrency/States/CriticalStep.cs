using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>The step of a run after which it is decided: whatever comes then, it comes to the same.</summary>
/// <param name="Step">Its number, from 1; 0 if it was decided before the first.</param>
/// <param name="Thread">Who makes it; -1 for step 0.</param>
/// <param name="Instead">The threads of which a step in its place would have kept it open, a bit each; 0 for step 0.</param>
public sealed record CriticalStep(int Step, int Thread, ulong Instead)
{
    /// <summary>Finds it.</summary>
    /// <param name="graph">The states.</param>
    /// <param name="fates">What can come of them.</param>
    /// <param name="threads">Who moves in the run, in order.</param>
    /// <param name="isOpen">True for a set of ends (<see cref="Fates.From"/>) that leaves it open.</param>
    /// <returns>Null if it stays open to the end.</returns>
    /// <exception cref="ArgumentException">A thread cannot make its step.</exception>
    public static CriticalStep? Find(StateGraph graph, Fates fates, IReadOnlyList<int> threads, Func<ulong, bool> isOpen)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(fates);
        ArgumentNullException.ThrowIfNull(threads);
        ArgumentNullException.ThrowIfNull(isOpen);
        if (!isOpen(fates.From(0)))
        {
            return new CriticalStep(0, -1, 0);
        }

        int state = 0;
        for (int i = 0; i < threads.Count; i++)
        {
            if ((graph.Enabled(state) >> threads[i] & 1) == 0)
            {
                throw new ArgumentException($"expected a thread that can move at step {i + 1}, found {threads[i]}", nameof(threads));
            }

            int next = graph.Next(state, threads[i]);
            if (!isOpen(fates.From(next)))
            {
                return new CriticalStep(i + 1, threads[i], Open(graph, fates, state, isOpen));
            }

            state = next;
        }

        return null;
    }

    private static ulong Open(StateGraph graph, Fates fates, int state, Func<ulong, bool> isOpen)
    {
        ulong open = 0;
        for (ulong left = graph.Enabled(state); left != 0; left &= left - 1)
        {
            int thread = BitOperations.TrailingZeroCount(left);
            open |= isOpen(fates.From(graph.Next(state, thread))) ? 1UL << thread : 0;
        }

        return open;
    }
}
