using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>Finds the runs of a graph that never end, worth telling: one spin for each thread that has any, and every livelock.</summary>
public static class Lassos
{
    /// <summary>The lassos, spins first by thread, then livelocks by state.</summary>
    /// <param name="graph">The states; in an incomplete graph only what it has is found.</param>
    public static IReadOnlyList<Lasso> Find(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.HasCycle)
        {
            return [];
        }

        var found = new List<Lasso>();
        var ways = new ShortestWays(graph);
        for (int thread = 0; thread < graph.Threads; thread++)
        {
            (int state, int length) = Spin(graph, thread);
            if (state >= 0)
            {
                found.Add(new Lasso(LassoKind.Spin, 1UL << thread, state, length, ways.To(state)));
            }
        }

        var livelocks = new List<Lasso>();
        foreach ((int[] states, ulong moving) in Livelocks(graph))
        {
            // A fair run of one thread is one in which no other can move: a spin at the end of the program.
            livelocks.Add(new Lasso(LassoKind.Livelock, moving, states.Min(), states.Length, ways.To(states.Min())));
        }

        found.AddRange(livelocks.OrderBy(l => l.State));
        return found;
    }

    /// <summary>The first state that a thread alone comes back to, and after how many steps. Its steps alone lead from every state to one other.</summary>
    private static (int State, int Length) Spin(StateGraph graph, int thread)
    {
        var walk = new int[graph.Count];
        (int State, int Length) best = (-1, 0);
        for (int from = 0; from < graph.Count; from++)
        {
            int at = from;
            while (at >= 0 && walk[at] == 0)
            {
                walk[at] = from + 1;
                at = Alone(graph, at, thread);
            }

            if (at < 0 || walk[at] != from + 1)
            {
                continue;
            }

            int length = 0;
            int first = at;
            int s = at;
            do
            {
                first = Math.Min(first, s);
                s = Alone(graph, s, thread);
                length++;
            }
            while (s != at);
            best = best.State < 0 || first < best.State ? (first, length) : best;
        }

        return best;
    }

    private static int Alone(StateGraph graph, int state, int thread) =>
        (graph.Enabled(state) >> thread & 1) != 0 ? graph.Next(state, thread) : -1;

    /// <summary>
    /// Sets of states that runs can stay in for ever while every thread that can move anywhere in the set does move. Where a
    /// thread can move but only out of the set, its states are taken out and what is left is looked at again.
    /// </summary>
    private static IEnumerable<(int[] States, ulong Moving)> Livelocks(StateGraph graph)
    {
        var components = new Components(graph);
        var component = new int[graph.Count];
        var work = new Stack<int[]>();
        int number = 1;
        Array.Fill(component, number);
        work.Push([.. Enumerable.Range(0, graph.Count)]);
        while (work.Count > 0)
        {
            foreach (int[] states in components.Of(work.Pop(), component))
            {
                number++;
                foreach (int s in states)
                {
                    component[s] = number;
                }

                (ulong moving, ulong enabled) = Moves(graph, states, component, number);
                if (moving == 0)
                {
                    continue;
                }

                if ((enabled & ~moving) == 0)
                {
                    yield return (states, moving);
                    continue;
                }

                int[] left = [.. states.Where(s => (graph.Enabled(s) & ~moving) == 0)];
                number++;
                foreach (int s in left)
                {
                    component[s] = number;
                }

                if (left.Length > 0)
                {
                    work.Push(left);
                }
            }
        }
    }

    private static (ulong Moving, ulong Enabled) Moves(StateGraph graph, int[] states, int[] component, int number)
    {
        ulong moving = 0;
        ulong all = 0;
        foreach (int s in states)
        {
            ulong enabled = graph.Enabled(s);
            all |= enabled;
            foreach (int next in graph.NextOf(s))
            {
                ulong bit = enabled & ~(enabled - 1);
                enabled &= enabled - 1;
                moving |= next > 0 && component[next - 1] == number ? bit : 0;
            }
        }

        return (moving, all);
    }
}
