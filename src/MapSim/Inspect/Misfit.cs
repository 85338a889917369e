using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>What is the matter with a piece of saved memory.</summary>
public enum MisfitKind
{
    /// <summary>The files do not have it: nobody can say.</summary>
    Missing,

    /// <summary>It is there, and cannot be what it should be; or the process had no such memory.</summary>
    Broken,
}

/// <summary>A place where saved memory is not what a map would have.</summary>
/// <param name="Kind">Missing or broken.</param>
/// <param name="Id">The invariant it breaks (docs/INVARIANTS.md); empty for missing memory.</param>
/// <param name="Place">Which part of the map.</param>
/// <param name="At">Where.</param>
/// <param name="Size">For missing memory: how many bytes are wanted there; else 0.</param>
/// <param name="Found">What is there.</param>
/// <param name="Expected">What should be there.</param>
public readonly record struct Misfit(MisfitKind Kind, string Id, string Place, Addr At, ulong Size, string Found, string Expected)
{
    /// <summary>"H3.1 (bucket 3 at 0xc000012000): found ..., expected ..." or "missing: ...".</summary>
    public override string ToString() => Kind == MisfitKind.Missing
        ? $"missing: {Place}, {ProcessImage.Bytes(Size)} at {At}: {Found}"
        : $"{Id} ({Place}{(At.IsNil ? "" : $" at {At}")}): found {Found}, expected {Expected}";
}
