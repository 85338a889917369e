using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>
/// G9: every pointer that a root or a reachable object holds, and that leads into the heap at all, lies inside the bytes
/// of an object, live or freed: not past its end, not in memory that was never handed out, and not computed outside of the
/// object it came from. The real collector throws at such pointers ("found bad pointer in Go heap").
/// </summary>
/// <remarks>It does not know which object a pointer was meant for: one past the end may be inside the next object.</remarks>
public static class PointersStayInside
{
    internal const string Id = "G9";

    /// <summary>Checks a reading of everything reachable.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="graph">Just read.</param>
    /// <param name="found">Takes at most one violation.</param>
    public static void Check(Machine m, HeapGraph graph, IList<HeapViolation> found)
    {
        if (!graph.Stray.Pointer.IsNil)
        {
            found.Add(new HeapViolation(
                Id, graph.Stray.Pointer, $"a pointer to {graph.Stray.Pointer} in {graph.PathOf(graph.Stray.Place)}", "a pointer into an object", "no object is there"));
        }
    }
}
