using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>How many interleavings a program has, how many of them go wrong, and one of them drawn with equal chances: exact, by a sum over the states.</summary>
public sealed class Interleavings
{
    private readonly StateGraph _graph;
    private readonly BigInteger[] _all;
    private readonly bool _stopsAtFailure;

    private Interleavings(StateGraph graph, bool stopsAtFailure)
    {
        _graph = graph;
        _stopsAtFailure = stopsAtFailure;
        _all = new BigInteger[graph.Count];
        var bad = new BigInteger[graph.Count];
        foreach (int state in graph.Order)
        {
            bool isBad = graph.IsBad(state);
            if (IsEnd(state))
            {
                (_all[state], bad[state]) = (1, isBad ? 1 : 0);
                continue;
            }

            foreach (int next in graph.NextOf(state))
            {
                _all[state] += _all[next - 1];
                bad[state] += bad[next - 1];
            }

            // A run that has failed stays a failed one, whatever comes after.
            bad[state] = isBad ? _all[state] : bad[state];
        }

        Bad = bad[0];
    }

    /// <summary>Number of interleavings from the start.</summary>
    public BigInteger All => _all[0];

    /// <summary>Number of those that fail or end in a deadlock.</summary>
    public BigInteger Bad { get; }

    /// <summary>Counts; null if the graph is incomplete or has a cycle, and so no number of interleavings.</summary>
    /// <param name="graph">The states.</param>
    /// <param name="stopsAtFailure">True if an interleaving ends at its first failure, false if the other threads go on.</param>
    public static Interleavings? Of(StateGraph graph, bool stopsAtFailure = false)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.IsComplete && !graph.HasCycle ? new Interleavings(graph, stopsAtFailure) : null;
    }

    /// <summary>An interleaving as threads; every one has the same chance.</summary>
    /// <param name="seed">The same seed gives the same interleaving.</param>
    public IReadOnlyList<int> Sample(ulong seed)
    {
        var threads = new List<int>();
        BigInteger at = Draw(All, seed);
        int state = 0;
        while (!IsEnd(state))
        {
            ulong left = _graph.Enabled(state);
            foreach (int next in _graph.NextOf(state))
            {
                if (at < _all[next - 1])
                {
                    threads.Add(BitOperations.TrailingZeroCount(left));
                    state = next - 1;
                    break;
                }

                at -= _all[next - 1];
                left &= left - 1;
            }
        }

        return threads;
    }

    private bool IsEnd(int state) => _graph.Enabled(state) == 0 || (_stopsAtFailure && _graph.IsBad(state));

    /// <summary>A number below a limit. 64 bits more than the limit has make the chances equal up to 2^-64.</summary>
    private static BigInteger Draw(BigInteger limit, ulong seed)
    {
        BigInteger random = 0;
        int words = (int)(limit.GetBitLength() / 64) + 2;
        ulong stream = Mixing.Word(seed);
        for (int i = 0; i < words; i++)
        {
            random = (random << 64) + Mixing.Word(unchecked(stream + (ulong)i));
        }

        return random * limit >> (64 * words);
    }
}
