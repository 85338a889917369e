using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>One pointer of a chain that leads through the heap, in words.</summary>
/// <param name="From">What holds it: a root, or a field of the object that the link before leads to.</param>
/// <param name="Value">The pointer.</param>
/// <param name="To">What it leads to.</param>
/// <param name="Seen">False for a pointer that the collector does not see: the overflow word of a bucket without pointers.</param>
public readonly record struct PointerLink(string From, Addr Value, string To, bool Seen)
{
    /// <summary>"hmap.buckets -> bucket array 0xc000012000".</summary>
    public override string ToString() => $"{From} -> {To} {Value}{(Seen ? "" : " (not seen by the collector)")}";
}
