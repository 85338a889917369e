using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Chooses the entry that the next input is made from: one that shows a rare feature and is cheap to run. First a domain is
/// drawn, so that one with many features does not drown one with few, then some features of it; the one that the fewest
/// executions had wins, and its entry is taken.
/// </summary>
/// <param name="random">The task's random numbers.</param>
/// <param name="engine">The corpus; only read.</param>
internal sealed class ParentChoice(RandomSource random, FuzzEngine engine)
{
    private const int Candidates = 6;

    /// <summary>How often a domain is drawn, by its number: milestones and iterators most, shapes of buckets least.</summary>
    private static readonly int[] Weights = [2, 6, 8, 6, 2, 4, 5, 9, 4, 3, 6, 9];

    private static readonly int AllWeights = Weights.Sum();

    /// <summary>An entry; the corpus is not empty.</summary>
    public QueueEntry Choose()
    {
        if (random.Chance(12))
        {
            return random.Pick(engine.Queue);
        }

        FeatureTable features = engine.Features;
        FeatureDomain domain = Domain();
        int count = features.CountOf(domain);
        if (count == 0)
        {
            return random.Pick(engine.Queue);
        }

        QueueEntry? best = null;
        double least = double.MaxValue;
        for (int i = 0; i < Candidates; i++)
        {
            int number = features.NumberOf(domain, random.Below(count));
            QueueEntry entry = engine.Queue[features.OwnerOf(number)];
            double cost = (1.0 + features.HitsOf(number)) * (20 + entry.Operations);
            if (cost < least)
            {
                (best, least) = (entry, cost);
            }
        }

        return best!;
    }

    private FeatureDomain Domain()
    {
        int at = random.Below(AllWeights);
        int domain = 0;
        while (at >= Weights[domain])
        {
            at -= Weights[domain++];
        }

        return (FeatureDomain)domain;
    }
}
