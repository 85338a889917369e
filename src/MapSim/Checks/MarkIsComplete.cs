using System.Globalization;
using MapSim.Heap;
using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>
/// G2, in the step in which marking ends: nothing that the program can reach is white, nothing is grey any more, and the
/// queue and all barrier buffers are empty. Meaningless at any other step.
/// </summary>
/// <remarks>It does not ask whether anything is black without reason: what dies while the collector marks may live one cycle longer.</remarks>
public static class MarkIsComplete
{
    internal const string Id = "G2";

    /// <summary>Checks the state right after marking ended, before anybody moves.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="graph">Everything reachable, just read.</param>
    /// <param name="found">Takes at most one violation.</param>
    public static void Check(Machine m, HeapGraph graph, IList<HeapViolation> found)
    {
        for (int i = 0; i < graph.Count; i++)
        {
            if (graph.Objects[i].Colour != Colour.Black)
            {
                string colour = graph.Objects[i].Colour == Colour.White ? "white" : "grey";
                found.Add(HeapViolation.Of(m, Id, graph.Objects[i].Start, $"a {colour} object, reachable by {graph.PathOf(graph.FoundAt(i))}", "black: marked and scanned"));
                return;
            }
        }

        GcRecords gc = m.Heap.Gc;
        int buffered = 0;
        for (int p = 0; p < gc.Procs; p++)
        {
            buffered += gc.BufferedWords(p);
        }

        if (gc.QueueLength + gc.Scanning + buffered > 0)
        {
            string left = string.Create(CultureInfo.InvariantCulture, $"{gc.QueueLength} objects in the queue, {gc.Scanning} scans not finished, {buffered} words in barrier buffers");
            found.Add(HeapViolation.Of(m, Id, default, left, "nothing left to do at the end of marking"));
            return;
        }

        HeapCursor at = default;
        while (m.Heap.NextLive(ref at, out HeapObject o, out _))
        {
            if (o.Colour == Colour.Grey)
            {
                found.Add(HeapViolation.Of(m, Id, o.Start, "a grey object at the end of marking", "black or white"));
                return;
            }
        }
    }
}
