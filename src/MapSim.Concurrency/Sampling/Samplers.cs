using MapSim.Concurrency.States;

namespace MapSim.Concurrency.Sampling;

/// <summary>The samplers by their names on a command line.</summary>
public static class Samplers
{
    /// <summary>The name of the one to take when nobody asks for another.</summary>
    public const string Usual = "surw";

    /// <summary>The depth of PCT when nobody asks for another.</summary>
    public const int UsualDepth = 3;

    /// <summary>The most changes of priority that PCT is asked for.</summary>
    public const int MostDepth = 1000;

    private static readonly (string Name, string About, Func<IModel, int, StateOptions?, ISampler> New)[] All =
    [
        ("surw", "each run makes all orders of the accesses to one shared object equally likely", (_, _, _) => new SelectiveWalk()),
        ("pos", "random priorities of steps, drawn again where steps conflict", (_, _, _) => new PartialOrderSampler()),
        ("pct", "random priorities of threads that change a few times", (_, depth, _) => new PriorityChangeSampler(depth)),
        ("urw", "all interleavings about equally likely", (_, _, _) => new UniformWalk()),
        ("rw", "any thread that can move, with equal chances", (_, _, _) => new RandomWalk()),
        ("sticky", "the same, but mostly the thread that moved last", (_, _, _) => new StickyWalk()),
        ("fair", "the same as rw, but nobody waits for more than 100 steps", (_, _, _) => new FairSampler(new RandomWalk())),
        ("exact", "all interleavings exactly equally likely; needs all states", (model, _, limits) => new ExactWalk(model, limits)),
        ("greybox", "changes the draws of runs that showed rare pairs of a write and its reader", (_, _, _) => new Greybox()),
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(s => s.Name)];

    /// <summary>What a sampler does, in one line.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static string About(string name) => Find(name).About;

    /// <summary>A new sampler.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="model">What will be sampled, where it will begin.</param>
    /// <param name="depth">The depth of PCT, 1 to <see cref="MostDepth"/>.</param>
    /// <param name="limits">What bounds and stops the look at all states that "exact" needs.</param>
    /// <exception cref="ExplorationException">There is no such sampler, or it cannot sample this model.</exception>
    public static ISampler New(string name, IModel model, int depth = UsualDepth, StateOptions? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, MostDepth);
        return Find(name).New(model, depth, limits);
    }

    private static (string Name, string About, Func<IModel, int, StateOptions?, ISampler> New) Find(string name) =>
        Array.Find(All, s => s.Name == name) is { Name: not null } found
            ? found
            : throw new ExplorationException($"sampler: expected one of {string.Join(", ", Names)}, found '{name}'");
}
