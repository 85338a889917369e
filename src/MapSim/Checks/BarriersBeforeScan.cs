using System.Globalization;
using MapSim.Heap;
using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>
/// G7: barriers are on for every P as long as the collector marks and for none otherwise, and nothing is scanned before:
/// marking begins with everything swept and white, no root scanned, no work queued; outside of it no object is grey, and
/// black are only those in spans that wait for the sweep.
/// </summary>
/// <remarks>It does not ask whether a store had its barrier: what comes of one without is seen by G1 and G2.</remarks>
public static class BarriersBeforeScan
{
    internal const string Id = "G7";

    /// <summary>Checks the Ps' flags: cheap.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="found">Takes at most one violation.</param>
    public static void CheckFlags(Machine m, IList<HeapViolation> found)
    {
        GcRecords gc = m.Heap.Gc;
        for (int p = 0; p < gc.Procs; p++)
        {
            if (gc.IsBarrierOn(p) != gc.IsMarking)
            {
                string flag = string.Create(CultureInfo.InvariantCulture, $"barriers of P {p} {(gc.IsBarrierOn(p) ? "on" : "off")} in phase {gc.Phase}");
                found.Add(HeapViolation.Of(m, Id, default, flag, "barriers on for every P while marking, else for none"));
                return;
            }
        }

        if (!gc.IsMarking && gc.QueueLength + gc.Scanning > 0)
        {
            string work = string.Create(CultureInfo.InvariantCulture, $"{gc.QueueLength} objects queued and {gc.Scanning} scans while the collector does not mark");
            found.Add(HeapViolation.Of(m, Id, default, work, "none"));
        }
    }

    /// <summary>Checks the colours of all objects while the collector does not mark.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="found">Takes at most one violation.</param>
    public static void CheckColours(Machine m, IList<HeapViolation> found)
    {
        HeapCursor at = default;
        while (!m.Heap.Gc.IsMarking && m.Heap.NextLive(ref at, out HeapObject o, out bool isSwept))
        {
            if (o.Colour == Colour.Grey || (o.Colour == Colour.Black && isSwept))
            {
                string what = $"a {o.Colour} object in a span that is {(isSwept ? "swept" : "not swept")}, while the collector does not mark";
                found.Add(HeapViolation.Of(m, Id, o.Start, what, "white, or black before its span is swept"));
                return;
            }
        }
    }

    /// <summary>Checks the state right after marking started, before anybody moves.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="found">Takes at most one violation.</param>
    public static void CheckStart(Machine m, IList<HeapViolation> found)
    {
        GcRecords gc = m.Heap.Gc;
        if (gc.Unswept)
        {
            found.Add(HeapViolation.Of(m, Id, default, "marking that starts before the last sweep is over", "every span swept"));
            return;
        }

        HeapCursor at = default;
        while (m.Heap.NextLive(ref at, out HeapObject o, out _))
        {
            if (o.Colour != Colour.White)
            {
                found.Add(HeapViolation.Of(m, Id, o.Start, $"a {o.Colour} object when marking starts", "white"));
                return;
            }
        }

        int black = 0;
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            black += !m.Goroutines[g].IsSystem && m.Goroutines[g].IsStackBlack ? 1 : 0;
        }

        if (black + gc.GlobalsScanned + gc.QueueLength + gc.Scanning > 0)
        {
            string scanned = string.Create(CultureInfo.InvariantCulture, $"{black} scanned stacks, {gc.GlobalsScanned} scanned bytes of globals, {gc.QueueLength} queued objects, {gc.Scanning} scans when marking starts");
            found.Add(HeapViolation.Of(m, Id, default, scanned, "nothing scanned before the barriers are on"));
        }
    }
}
