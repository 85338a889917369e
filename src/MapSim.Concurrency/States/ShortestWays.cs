using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>A way with the fewest steps from the start of a graph to each of its states (breadth first).</summary>
internal sealed class ShortestWays
{
    private readonly int[] _before;
    private readonly byte[] _thread;

    public ShortestWays(StateGraph graph)
    {
        _before = new int[graph.Count];
        _thread = new byte[graph.Count];
        Array.Fill(_before, -1);
        var queue = new Queue<int>([0]);
        while (queue.TryDequeue(out int state))
        {
            ulong enabled = graph.Enabled(state);
            foreach (int next in graph.NextOf(state))
            {
                int thread = BitOperations.TrailingZeroCount(enabled);
                enabled &= enabled - 1;
                if (next > 1 && _before[next - 1] < 0)
                {
                    (_before[next - 1], _thread[next - 1]) = (state, (byte)thread);
                    queue.Enqueue(next - 1);
                }
            }
        }
    }

    /// <summary>The threads that move, in order.</summary>
    public IReadOnlyList<int> To(int state)
    {
        var threads = new List<int>();
        for (int at = state; at != 0; at = _before[at])
        {
            threads.Add(_thread[at]);
        }

        threads.Reverse();
        return threads;
    }
}
