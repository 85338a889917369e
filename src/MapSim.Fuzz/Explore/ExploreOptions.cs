using MapSim.Concurrency;
using MapSim.Concurrency.Sampling;
using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>How far an exploration of a program goes.</summary>
/// <param name="MostStates">Most distinct states of the engines states (a state takes about 60 bytes) and reduced.</param>
/// <param name="MostTraces">Most traces of the engines traces, optimal and graph.</param>
/// <param name="MostDepth">The longest execution in steps, for those engines and for samples.</param>
public sealed record ExploreOptions(int MostStates = 20_000_000, long MostTraces = 10_000_000, int MostDepth = 20_000)
{
    /// <summary>Most states of the engine reduced for a cell of the tables of cells; 0 to do without it where there are other engines.</summary>
    public int MostReduced { get; init; } = 1_000_000;

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes { get; init; }

    /// <summary>Who picks the steps of the engine random: a name of <see cref="Samplers"/>.</summary>
    public string Sampler { get; init; } = Samplers.Usual;

    /// <summary>The depth of the sampler pct.</summary>
    public int PctDepth { get; init; } = Samplers.UsualDepth;

    /// <summary>The seed of the engine random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Schedules of the engine random.</summary>
    public long Runs { get; init; } = 10_000;

    /// <summary>Where an exploration that is interrupted leaves what it has, and goes on from; null for nowhere.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Told states (or traces) and steps so far, now and then; null if nobody listens.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Ends it early; what was seen until then is the result.</summary>
    public CancellationToken Cancel { get; init; }
}
