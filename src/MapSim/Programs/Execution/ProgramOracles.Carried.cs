using MapSim.Checks;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>Maps that begin with memory of their own: what is in them is read from that memory, if it is sound.</content>
/// <remarks>
/// Invariants that are broken from the start are no finding of this program: they are not told, so that what its operations
/// do is. The model and the history then know nothing of such a map.
/// </remarks>
internal sealed partial class ProgramOracles
{
    private bool _mayBeBroken;

    private void MadeOfMemory(int type, Addr map, MapDeclaration declaration)
    {
        _model.Made(type, map, declaration.Name);
        var history = new MapHistory(declaration.Name);
        _histories[map] = history;
        MapChecks.Check(_scan, Machine, type, map, _violations);
        if (_violations.Count > 0)
        {
            _mayBeBroken = true;
            _maps[map] = new MapState(type) { Broken = [.. _violations.Select(v => v.Id)] };
            _violations.Clear();
            _model.IsUnknown(type, map);
            history.IsUnknown = true;
            return;
        }

        MapType t = Machine.Types[type];
        (int begin, int end) = (++_moment, ++_moment);
        foreach (ref readonly ScannedEntry entry in _scan.Entries.Entries)
        {
            Addr elem = _scan.View.BucketAt(entry.Bucket).Elem(entry.Slot);
            ReadOnlySpan<byte> key = Machine.Memory.Raw(entry.Key, t.Key.Size);
            KeyIdentity identity = KeyIdentity.Of(Machine, t.Key, key);
            _model.Holds(type, map, identity, key, Machine.Memory.Raw(elem, t.Elem.Size));
            if (KeepsHistory)
            {
                Addr at = entry.Key;
                var written = new KeyEvent(KeyEventKind.Write, Text(elem, t.Elem), begin, end);
                history.Add(identity, () => _run.Reader.Text(t.Key, Machine.Memory.Raw(at, t.Key.Size)), written, isAlone: true);
            }
        }
    }

    /// <summary>True if a map was broken when the program began, perhaps by a write that never ended.</summary>
    public bool HasBrokenFromTheStart => _maps.Values.Any(m => m.Broken.Count > 0);

    /// <summary>Nobody can say what an operation on such a map has to leave behind.</summary>
    private bool IsBrokenFromTheStart(Addr map) => _mayBeBroken && !map.IsNil && _maps.TryGetValue(map, out MapState? state) && state.Broken.Count > 0;

    /// <summary>What is broken in a map is so in its clone.</summary>
    private void InheritBroken(Addr map, Addr clone)
    {
        if (!clone.IsNil && IsBrokenFromTheStart(map))
        {
            _maps[clone] = new MapState(_maps[clone].Type) { Broken = _maps[map].Broken };
        }
    }

    /// <summary>Asks the structural invariants, but for those that were broken before the program began.</summary>
    private void CheckStructure(int type, Addr map)
    {
        _run.Structure.Check(Machine, type, map, _violations);
        if (_maps[map].Broken is { Count: > 0 } broken)
        {
            _violations.RemoveAll(v => broken.Contains(v.Id));
        }
    }
}
