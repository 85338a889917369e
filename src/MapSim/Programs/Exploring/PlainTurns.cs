using MapSim.Checks;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>The entries that a program's only map has when its first goroutine is spawned, each with a bit.</summary>
/// <param name="run">The run.</param>
internal sealed class PlainTurns(ProgramRun run)
{
    private const int MostEntries = 64;
    private readonly Dictionary<string, ulong> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _keys = new(StringComparer.Ordinal);
    private bool _isRead;

    /// <summary>True if this is the moment: main spawns the first goroutine. Until then it is alone, so the moment is the same on every way.</summary>
    public bool Begins(Instruction i)
    {
        if (i.Operation?.Kind != OperationKind.Spawn)
        {
            return false;
        }

        for (int g = 1; g < run.Code.Goroutines.Count; g++)
        {
            if (run.HasStarted(g) || !run.Code.Goroutines[g].IsSpawned)
            {
                return false;
            }
        }

        if (!_isRead)
        {
            _isRead = true;
            Read();
        }

        return true;
    }

    /// <summary>The bit of the entry that a turn of a range yielded; 0 if it was not there so.</summary>
    public ulong KeyOf(int g, string entry) => run.Code.Goroutines[g].Ranges > 1 ? 0 : _entries.GetValueOrDefault(entry);

    /// <summary>The bits of the entries that a write may have changed.</summary>
    public ulong TouchedBy(int g, Instruction i) => i.Operation!.Kind == OperationKind.Clear ? ulong.MaxValue
        : _keys.GetValueOrDefault(run.Reader.Text(run.Session.Machine.Types[i.Type].Key, run.Locals(g).Key));

    private void Read()
    {
        Instruction[] all = [.. Enumerable.Range(0, run.Code.Goroutines.Count).SelectMany(run.CodeOf)];
        int type = all.FirstOrDefault(i => i.Map == 0 && i.Type >= 0)?.Type ?? -1;
        if (run.Code.Maps.Count != 1 || type < 0 || all.Any(i => i.OtherMap >= 0) || run.MapAt(0).IsNil)
        {
            return;
        }

        MapType t = run.Session.Machine.Types[type];
        var violations = new List<Violation>();
        MapChecks.Check(run.Scan, run.Session.Machine, type, run.MapAt(0), violations);
        ReadOnlySpan<ScannedEntry> entries = run.Scan.Entries.Entries;
        if (violations.Count > 0 || entries.Length > MostEntries || !t.Key.IsReflexive)
        {
            return;
        }

        foreach (ref readonly ScannedEntry entry in entries)
        {
            string key = run.Reader.Text(t.Key, entry.Key);
            string text = t.Elem.Size == 0 ? key : key + " " + run.Reader.Text(t.Elem, run.Scan.View.BucketAt(entry.Bucket).Elem(entry.Slot));
            ulong bit = 1UL << _keys.Count;
            if (!_keys.TryAdd(key, bit) || !_entries.TryAdd(text, bit))
            {
                // Two that read alike: nothing can be said of either.
                _entries.Clear();
                return;
            }
        }
    }
}
