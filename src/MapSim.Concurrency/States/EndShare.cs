using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>How often a program ends in one way.</summary>
/// <param name="Key">What is wrong at the end; null if nothing is.</param>
/// <param name="Ends">Distinct final states that end so.</param>
/// <param name="Interleavings">Interleavings that end so, as a floating-point number: there may be 10^40.</param>
/// <param name="Chance">The chance that a run ends so if every enabled thread is equally likely to make the next step.</param>
public sealed record EndShare(string? Key, long Ends, double Interleavings, double Chance)
{
    /// <summary>All the ways in which a program ends, clean first, then by key.</summary>
    /// <param name="graph">Its states.</param>
    /// <returns>Null if the graph is incomplete or has a cycle: then nobody can count.</returns>
    public static IReadOnlyList<EndShare>? Of(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.IsComplete || graph.HasCycle)
        {
            return null;
        }

        var ways = new double[graph.Count];
        var chance = new double[graph.Count];
        (ways[0], chance[0]) = (1, 1);
        var shares = new SortedDictionary<string, EndShare>(StringComparer.Ordinal);
        ReadOnlySpan<int> order = graph.Order;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            int state = order[i];
            if (graph.Enabled(state) == 0)
            {
                string? key = graph.Failure(state);
                EndShare share = shares.GetValueOrDefault(key ?? "") ?? new EndShare(key, 0, 0, 0);
                shares[key ?? ""] = share with { Ends = share.Ends + 1, Interleavings = share.Interleavings + ways[state], Chance = share.Chance + chance[state] };
                continue;
            }

            double part = chance[state] / BitOperations.PopCount(graph.Enabled(state));
            foreach (int next in graph.NextOf(state))
            {
                ways[next - 1] += ways[state];
                chance[next - 1] += part;
            }
        }

        return [.. shares.Values];
    }
}
