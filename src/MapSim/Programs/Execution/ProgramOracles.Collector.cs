using MapSim.Checks;
using MapSim.Heap;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>What concerns a collector: what it marks (G1 to G3, G6 to G9), what maps keep from it (G5), what it must free (G10).</content>
internal sealed partial class ProgramOracles
{
    private readonly ChainCoverage _coverage = new();
    private readonly GarbageWatch? _garbage;

    private void LookAtCollector(int g, Instruction? i, long? counter)
    {
        if (_collector == null || First != null)
        {
            return;
        }

        _collector.Effort = 1 + (int)(Machine.Heap.Gc.HeapLive / 4096);
        _collector.Look();
        if (_collector.Violations.Count > 0)
        {
            HeapViolation violation = _collector.Violations[0];
            Report($"gc/{violation.Id}/{ProgramRun.KeyWord(i?.Operation?.Kind ?? OperationKind.Gc)}", violation.ToString(), g, i, counter);
        }
    }

    /// <summary>
    /// G5 of what the map itself can walk. A chain that is no chain of overflow buckets at all is left to H3.1, which says it
    /// better.
    /// </summary>
    private void CheckChains(int type, Addr map, string operation, int g, Instruction? i, long? counter)
    {
        if (_collector == null)
        {
            return;
        }

        _coverage.Check(Machine, [new KnownMap(type, map)], [], _violations);
        if (_violations.Count > 0 && Machine.Heap.TryFindObject(_violations[0].Bucket, out HeapObject o) && o.Kind == ObjectKind.OverflowBucket)
        {
            string what = !o.IsLive ? "freed" : Machine.Types[type].BucketHasPointers ? "not-seen" : "not-listed";
            ReportViolations("chain", what, operation, g, i, counter);
        }

        _violations.Clear();
    }

    /// <summary>Not while stores wait in buffers: what they will hold cannot be read from memory yet.</summary>
    private void BeginsCollection(int g, Instruction i)
    {
        if (i.Operation?.Kind == OperationKind.Gc && First == null && IsSettled)
        {
            _garbage?.Began(g);
        }
    }

    private void EndedCollection(int g, Instruction i, OperationEnd end)
    {
        if (i.Operation?.Kind == OperationKind.Gc && end.IsOk && _garbage?.Ended(g) is { } leak)
        {
            Report(leak.Key, leak.Text, g, i);
        }
    }
}
