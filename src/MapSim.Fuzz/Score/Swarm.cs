using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// What one program is about: a random half of the things that programs can do, with random weights. Programs that do a
/// little of everything rarely come far in anything: deletes keep maps from growing, clears keep chains from building.
/// </summary>
/// <typeparam name="T">The things.</typeparam>
internal sealed class Swarm<T>
{
    private readonly List<T> _items = [];

    /// <summary>Chooses.</summary>
    /// <param name="random">The source of everything random.</param>
    /// <param name="all">Everything there is.</param>
    public Swarm(RandomSource random, IReadOnlyList<T> all)
    {
        foreach (T item in all)
        {
            if (random.Chance(50))
            {
                _items.AddRange(Enumerable.Repeat(item, 1 << random.Below(4)));
            }
        }

        if (_items.Count == 0)
        {
            _items.AddRange(all);
        }
    }

    /// <summary>One of them.</summary>
    public T Pick(RandomSource random) => random.Pick(_items);
}
