using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>One broken property of a map's state.</summary>
/// <param name="Id">The invariant's number in docs/INVARIANTS.md.</param>
/// <param name="Map">The hmap.</param>
/// <param name="Bucket">The bucket it was seen in; nil if it is about the header.</param>
/// <param name="Found">What is there.</param>
/// <param name="Expected">What should be there.</param>
public readonly record struct Violation(string Id, Addr Map, Addr Bucket, string Found, string Expected)
{
    /// <summary>"H3.2 (map 0xc000010000, bucket 0xc000012000): found ..., expected ...".</summary>
    public override string ToString() =>
        $"{Id} (map {Map}{(Bucket.IsNil ? "" : $", bucket {Bucket}")}): found {Found}, expected {Expected}";
}
