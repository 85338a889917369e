using System.Globalization;
using System.Text;
using MapSim.Heap;

namespace MapSim.Programs;

/// <summary>What a run used of memory, as text: runtime.MemStats of the process and of each map, and how long buckets lived.</summary>
public static class MemoryReport
{
    /// <summary>The report of a run that is over.</summary>
    public static string Of(ProgramRunner runner)
    {
        SimHeap heap = runner.Session.Machine.Heap;
        var text = new StringBuilder();
        Add(text, "process", heap.Statistics());
        foreach (MapVariable map in runner.Maps.Where(m => !m.Address.IsNil))
        {
            Add(text, $"map {map.Name}", heap.Statistics(map.Address));
            text.Append(BucketLifecycle.Of(heap, map.Address).ToString().TrimEnd('\n')).Append('\n');
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, string name, MemStats s) => text.Append(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: Mallocs {s.Mallocs}, Frees {s.Frees}, HeapObjects {s.HeapObjects}, HeapAlloc {s.HeapAlloc}, HeapInuse {s.HeapInuse}, TotalAlloc {s.TotalAlloc}, NumGC {s.NumGC}\n"));
}
