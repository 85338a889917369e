using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>
/// G3: no root and no object that the program can reach points to a freed object. It holds at every step; that it breaks
/// can be seen from the sweep that frees too much on.
/// </summary>
/// <remarks>
/// It does not see a stale pointer whose object's slot is in use again (the allocator waits a whole cycle for that), nor
/// one in a word that the collector does not look at.
/// </remarks>
public static class NothingReachableFreed
{
    internal const string Id = "G3";

    /// <summary>Checks a reading of everything reachable.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="graph">Just read.</param>
    /// <param name="found">Takes at most one violation.</param>
    public static void Check(Machine m, HeapGraph graph, IList<HeapViolation> found)
    {
        if (!graph.Freed.Pointer.IsNil)
        {
            found.Add(HeapViolation.Of(m, Id, graph.Freed.Pointer, $"a pointer to a freed object in {graph.PathOf(graph.Freed.Place)}", "live objects only"));
        }
    }
}
