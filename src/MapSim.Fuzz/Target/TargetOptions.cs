using MapSim.Faults;
using MapSim.Layout;

namespace MapSim.Fuzz;

/// <summary>What inputs are run on.</summary>
public sealed record TargetOptions
{
    /// <summary>The releases that inputs may choose; one that names another is run on the first of these.</summary>
    public IReadOnlyList<GoVersion> Releases { get; init; } = GoVersion.All;

    /// <summary>
    /// Whether collector, further goroutines and store buffers are taken out of every input: so engines are compared, for which
    /// an input must not cost fifty times as much as another.
    /// </summary>
    public bool IsShallow { get; init; }

    /// <summary>Repairs of the model, for all runs.</summary>
    public ModelChanges Repairs { get; init; }

    /// <summary>Faults that are hunted: an input counts only if it fails with them and not without.</summary>
    public ModelChanges Faults { get; init; }
}
