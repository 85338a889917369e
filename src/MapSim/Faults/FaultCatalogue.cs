using MapSim.Layout;

namespace MapSim.Faults;

/// <summary>
/// The catalogue: every fault that the model can be given, what it changes, where it comes from and what must come of it.
/// The yardstick for whoever hunts bugs here: a fault is killed by a program (and schedule) that fails with it and passes
/// without it, everything else equal.
/// </summary>
/// <remarks>docs/FAULTS.md is printed from it, and says where a verdict of the first catalogue was corrected, with the evidence.</remarks>
public static partial class FaultCatalogue
{
    private static readonly IReadOnlyList<GoVersion> From121 = [GoVersion.Go121, GoVersion.Go122, GoVersion.Go123];
    private static readonly IReadOnlyList<GoVersion> From122 = [GoVersion.Go122, GoVersion.Go123];
    private static readonly IReadOnlyList<GoVersion> Not121 = [GoVersion.Go119, GoVersion.Go122, GoVersion.Go123];

    /// <summary>Every fault, in the order of the catalogue.</summary>
    public static IReadOnlyList<FaultInfo> All { get; } =
    [
        .. In(FaultGroup.Assign, Assign), .. In(FaultGroup.Delete, Delete), .. In(FaultGroup.Clear, Clear), .. In(FaultGroup.Growth, Growth),
        .. In(FaultGroup.Iteration, Iteration), .. In(FaultGroup.Overflow, Overflow), .. In(FaultGroup.Barrier, Barrier), .. In(FaultGroup.Gc, Gc),
        .. In(FaultGroup.Detection, Detection), .. In(FaultGroup.Rest, Rest),
    ];

    /// <summary>The ids, in that order.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. All.Select(f => f.Id)];

    /// <summary>What is known about a fault.</summary>
    public static FaultInfo Of(Fault fault) => All[(int)fault];

    /// <summary>The fault with an id; null if there is none.</summary>
    public static FaultInfo? Find(string id) => All.FirstOrDefault(f => f.Id == id);

    private static IEnumerable<FaultInfo> In(FaultGroup group, IEnumerable<FaultInfo> faults) => faults.Select(f => f with { Group = group });

    private static FaultInfo F(Fault fault, string id, string origin, string change, string goesWrong, string oracles, FaultMode mode, int difficulty) =>
        new(fault, id, origin, change, goesWrong, oracles.Split(' '), mode, difficulty);
}
