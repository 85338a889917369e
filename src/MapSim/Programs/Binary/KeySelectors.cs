using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// What the selector of a key means: 0-63 a value of the pool, 64-79 the key of an op before, 80-95 a key of the map itself,
/// 96-111 one that collides with the last key, 112-127 a special. Where there is no such key, a value of the pool.
/// </summary>
/// <param name="run">The run that knows the state of the maps.</param>
/// <param name="values">The pools.</param>
/// <param name="arch">The architecture.</param>
internal sealed class KeySelectors(ResolverRun run, PooledValues values, Arch arch)
{
    private const int Back = 64, InMap = 80, NextEvacuated = 86, AtIterator = 91, Colliding = 96, Special = 112;
    private readonly List<(GoValue Key, string Type)> _history = new(64);

    /// <summary>Finds the key that a selector means, and remembers it.</summary>
    /// <param name="selector">0 to 127.</param>
    /// <param name="map">The map.</param>
    /// <param name="type">The type of its keys.</param>
    /// <param name="goroutine">The goroutine whose op it is.</param>
    public GoValue Key(int selector, int map, GoType type, int goroutine)
    {
        GoValue? key = selector switch
        {
            < Back => values.Pool(type, selector),
            < InMap => Before(selector - Back, type),
            < Colliding => OfMap(selector, map, type, goroutine),
            < Special => Collides(selector - Colliding, map, type),
            _ => values.Special(type, selector - Special),
        };
        return Remember(key ?? values.Pool(type, selector & 63), type);
    }

    /// <summary>Remembers a key for later selectors.</summary>
    public GoValue Remember(GoValue key, GoType type)
    {
        _history.Add((key, type.Text));
        return key;
    }

    /// <summary>The last key of a type; the pool's first value if there is none.</summary>
    public GoValue Last(GoType type) => Before(0, type) ?? values.Pool(type, 0);

    private GoValue? Before(int back, GoType type)
    {
        for (int i = _history.Count - 1; i >= 0; i--)
        {
            if (_history[i].Type == type.Text && back-- == 0)
            {
                return _history[i].Key;
            }
        }

        return null;
    }

    /// <summary>The n-th key of the fullest chain, of the bucket that is evacuated next, or of the bucket of the last iterator.</summary>
    private GoValue? OfMap(int selector, int map, GoType type, int goroutine)
    {
        if (run.Look(map) is not { } probe)
        {
            return null;
        }

        IReadOnlyList<Memory.Addr> keys = selector switch
        {
            < NextEvacuated => probe.FullestChain(),
            < AtIterator => probe.NextToEvacuate(),
            _ => probe.AtBucket(run.LastBucket(map, goroutine)),
        };
        keys = keys.Count > 0 ? keys : probe.FullestChain();
        return keys.Count > 0 ? run.Value(type, keys[(selector - InMap) % keys.Count]) : null;
    }

    private GoValue? Collides(int n, int map, GoType type)
    {
        if (Before(0, type) is not { } last || run.Look(map) is not { } probe)
        {
            return null;
        }

        string text = last.ToText();
        if (run.Bucket(map, last, text, probe) is not { } bucket)
        {
            return null;
        }

        TypePool pool = TypePool.Of(type);
        var found = new List<GoValue>();
        for (int i = 0; i < pool.CandidateCount; i++)
        {
            TypePool.Candidate candidate = pool.CandidateAt(i, arch);
            if (run.Bucket(map, candidate.Value, candidate.Text, probe) == bucket && candidate.Text != text)
            {
                found.Add(candidate.Value);
                if (found.Count > n)
                {
                    return candidate.Value;
                }
            }
        }

        return found.Count > 0 ? found[n % found.Count] : null;
    }
}
