using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What the real runtime is known to do wrong, by bug key: nothing to report, and no evidence against a fault.</summary>
public static class KnownEnds
{
    /// <summary>
    /// What docs/DISCOVERIES.md explains and <see cref="KnownFindings"/> has no key for: an iteration that walks freed
    /// memory, or a big key that is no more.
    /// </summary>
    private static readonly string[] Dangling =
        ["use-after-free/overflow-bucket/iterate", "use-after-free/bucket-array/iterate", "undefined/nil-dereference/iterate", "panic/nil-dereference/iterate"];

    /// <summary>The name of the known defect that a key stands for in a release; null if it stands for none.</summary>
    public static string? Of(string key, GoVersion version) =>
        KnownFindings.Of(key, version) is { } known ? KnownDefects.Name(known.Defect)
        : Dangling.Contains(key) ? "iter-dangling"
        : null;
}
