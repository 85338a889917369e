using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>A way to a bad state with the fewest preemptions there are, and among those the fewest steps.</summary>
/// <remarks>
/// A preemption is a switch away from a thread that could have gone on. A breadth-first search over (state, thread that moved
/// last), one round a preemption; within a round by steps. If the graph is complete, the numbers are proven.
/// </remarks>
/// <param name="Preemptions">How many.</param>
/// <param name="Threads">The threads that move, in order.</param>
/// <param name="State">The bad state they lead to.</param>
/// <param name="IsProven">True if the graph is complete, so that no better way exists.</param>
public sealed record FewestPreemptions(int Preemptions, IReadOnlyList<int> Threads, int State, bool IsProven)
{
    /// <summary>The best way to a failure or a deadlock; null if the graph has none.</summary>
    /// <param name="graph">The states.</param>
    public static FewestPreemptions? Find(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Find(graph, graph.IsBad);
    }

    /// <summary>The best way to a state of a kind; null if the graph has none.</summary>
    /// <param name="graph">The states.</param>
    /// <param name="isWanted">True for a state of that kind.</param>
    public static FewestPreemptions? Find(StateGraph graph, Func<int, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(isWanted);
        return isWanted(0) ? new FewestPreemptions(0, [], 0, graph.IsComplete) : new Search(graph, isWanted).Run();
    }

    private sealed class Search(StateGraph graph, Func<int, bool> isWanted)
    {
        private const int Start = -1;

        // A node is state * threads + last thread. What is stored is the node it was reached from, + 1; 0 is "not yet".
        private readonly int[] _before = new int[checked(graph.Count * graph.Threads)];
        private Queue<Reached> _round = new();
        private Queue<Reached> _later = new();

        public FewestPreemptions? Run()
        {
            for (ulong left = graph.Enabled(0); left != 0; left &= left - 1)
            {
                int thread = BitOperations.TrailingZeroCount(left);
                if (graph.Next(0, thread) is var next and >= 0)
                {
                    _round.Enqueue(new Reached(next * graph.Threads + thread, Start, 1));
                }
            }

            for (int preemptions = 0; _round.Count > 0; preemptions++)
            {
                int found = Round();
                if (found >= 0)
                {
                    return new FewestPreemptions(preemptions, Way(found), found / graph.Threads, graph.IsComplete);
                }

                (_round, _later) = (_later, _round);
            }

            return null;
        }

        /// <summary>One round: the nodes that the last round left for it, and what they reach without a preemption, by steps.</summary>
        private int Round()
        {
            var near = new Queue<Reached>();
            while (_round.Count > 0 || near.Count > 0)
            {
                bool takesNear = _round.Count == 0 || (near.Count > 0 && near.Peek().Steps <= _round.Peek().Steps);
                Reached reached = takesNear ? near.Dequeue() : _round.Dequeue();
                if (_before[reached.Node] != 0)
                {
                    continue;
                }

                _before[reached.Node] = reached.From == Start ? Start : reached.From + 1;
                if (isWanted(reached.Node / graph.Threads))
                {
                    return reached.Node;
                }

                Expand(reached, near);
            }

            return -1;
        }

        private void Expand(Reached at, Queue<Reached> near)
        {
            (int state, int last) = Math.DivRem(at.Node, graph.Threads);
            ulong enabled = graph.Enabled(state);
            bool couldGoOn = (enabled >> last & 1) != 0;
            foreach (int next in graph.NextOf(state))
            {
                int thread = BitOperations.TrailingZeroCount(enabled);
                enabled &= enabled - 1;
                int target = (next - 1) * graph.Threads + thread;
                if (next != 0 && _before[target] == 0)
                {
                    (thread == last || !couldGoOn ? near : _later).Enqueue(new Reached(target, at.Node, at.Steps + 1));
                }
            }
        }

        private List<int> Way(int node)
        {
            var threads = new List<int>();
            for (int at = node; ; at = _before[at] - 1)
            {
                threads.Add(at % graph.Threads);
                if (_before[at] == Start)
                {
                    threads.Reverse();
                    return threads;
                }
            }
        }

        private readonly record struct Reached(int Node, int From, int Steps);
    }
}
