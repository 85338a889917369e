using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>The chance that a run goes wrong when every enabled thread is equally likely to make the next step: what a random scheduler finds per run.</summary>
/// <param name="Value">From 0 to 1.</param>
/// <param name="Numerator">Over <see cref="Denominator"/> the exact value, in lowest terms; 0 over 0 if the graph was too big for that.</param>
/// <param name="Denominator">See there.</param>
public readonly record struct Chance(double Value, BigInteger Numerator, BigInteger Denominator)
{
    /// <summary>The most states for which the exact fraction is worked out.</summary>
    public const int MostExact = 20_000;

    /// <summary>The chance of a failure or a deadlock; null if the graph is incomplete or has a cycle.</summary>
    public static Chance? Of(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.IsComplete || graph.HasCycle)
        {
            return null;
        }

        var chance = new double[graph.Count];
        foreach (int state in graph.Order)
        {
            ReadOnlySpan<int> nexts = graph.NextOf(state);
            double sum = graph.IsBad(state) ? Math.Max(1, nexts.Length) : 0;
            foreach (int next in graph.IsBad(state) ? [] : nexts)
            {
                sum += chance[next - 1];
            }

            chance[state] = sum / Math.Max(1, nexts.Length);
        }

        (BigInteger numerator, BigInteger denominator) = graph.Count <= MostExact ? Exact(graph) : (0, 0);
        return new Chance(chance[0], numerator, denominator);
    }

    private static (BigInteger, BigInteger) Exact(StateGraph graph)
    {
        var chance = new (BigInteger Over, BigInteger Under)[graph.Count];
        foreach (int state in graph.Order)
        {
            ReadOnlySpan<int> nexts = graph.NextOf(state);
            (BigInteger over, BigInteger under) = graph.IsBad(state) ? (BigInteger.One, BigInteger.One) : (BigInteger.Zero, BigInteger.One);
            if (!graph.IsBad(state) && nexts.Length > 0)
            {
                foreach (int next in nexts)
                {
                    (BigInteger o, BigInteger u) = chance[next - 1];
                    (over, under) = (over * u + o * under, under * u);
                    BigInteger common = BigInteger.GreatestCommonDivisor(over, under);
                    (over, under) = (over / common, under / common);
                }

                BigInteger last = BigInteger.GreatestCommonDivisor(over, nexts.Length);
                (over, under) = (over / last, under * (nexts.Length / last));
            }

            chance[state] = (over, under);
        }

        return chance[0];
    }
}
