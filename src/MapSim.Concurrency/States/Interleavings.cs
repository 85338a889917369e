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
        ulong stream = Mixing.Word(seed);
        BigInteger number = Draw(i => Mixing.Word(unchecked(stream + (ulong)i)));
        int state = 0;
        while (!IsEnd(state))
        {
            threads.Add(Move(ref state, ref number));
        }

        return threads;
    }

    /// <summary>The number of an interleaving, from 0 to below <see cref="All"/>, each with the same chance.</summary>
    /// <param name="word">The i-th 64 random bits.</param>
    internal BigInteger Draw(Func<int, ulong> word)
    {
        // 64 bits more than the limit has make the chances equal up to 2^-64.
        BigInteger random = 0;
        int words = (int)(All.GetBitLength() / 64) + 2;
        for (int i = 0; i < words; i++)
        {
            random = (random << 64) + word(i);
        }

        return random * All >> (64 * words);
    }

    /// <summary>The thread that moves in a state.</summary>
    /// <param name="state">The state, which is no end; then the one after it.</param>
    /// <param name="number">The number of the interleaving among those that begin here; then among those that begin there.</param>
    internal int Move(ref int state, ref BigInteger number)
    {
        ulong left = _graph.Enabled(state);
        foreach (int next in _graph.NextOf(state))
        {
            if (number < _all[next - 1])
            {
                state = next - 1;
                break;
            }

            number -= _all[next - 1];
            left &= left - 1;
        }

        return BitOperations.TrailingZeroCount(left);
    }

    private bool IsEnd(int state) => _graph.Enabled(state) == 0 || (_stopsAtFailure && _graph.IsBad(state));
}
