using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// The model beside a run of any program: told what each operation on a map did, in the order in which the operations
/// ended, it says whether a Go map may do that. One object a run, for any number of maps of any types.
/// </summary>
/// <remarks>
/// It judges results, panics for keys that cannot be hashed and for nil maps, len, and range loops (faults.md, H1 and
/// H2). It does not judge structure, growth or memory, nor any other failure: after one that may have left a write half
/// done it says nothing about that map's content any more. Keys and elems are the bytes they have in memory, told while
/// what they point to is alive (else the model does not know that map any more). The maps' type numbers are those of the machine. Memory is read without a step, so what
/// waits in store buffers is not seen: that concerns only the WHERE of a range finding.
/// <para>
/// Bug keys: lookup-wrong/{missing|phantom|stale-elem}, len-wrong/count, panic-missing/{unhashable|nil-map},
/// panic-wrong/{unhashable|nil-map}, iter-{unknown-key|dead|stale|duplicate|miss}/WHERE, and clone-wrong/... for what
/// is wrong in a clone that nobody has written to.
/// </para>
/// </remarks>
/// <param name="machine">The machine.</param>
/// <param name="values">Reads keys and elems for a person.</param>
public sealed partial class ModelOracle(Machine machine, ValueReader values)
{
    private readonly Dictionary<Addr, JudgedMap> _maps = [];
    private readonly Dictionary<int, JudgedRange> _ranges = [];

    /// <summary>The key that was looked at last; whoever asks sets it to null before.</summary>
    internal KeyIdentity? LastKey { get; set; }

    /// <summary>A map was made. What was at that address before is forgotten; a nil map need not be told.</summary>
    public void Made(int type, Addr map, string name)
    {
        if (!map.IsNil)
        {
            Add(new JudgedMap(machine, name, machine.Types[type], map, NewModel(type)));
        }
    }

    /// <summary>A map that was made has this entry before anything is done to it.</summary>
    internal void Holds(int type, Addr map, KeyIdentity identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        JudgedMap m = Map(type, map);
        m.IsUnknown |= !identity.IsReadable;
        m.Model.Assign(identity, key, elem);
    }

    /// <summary>Nobody knows what is in a map that was made: nothing about its content is judged.</summary>
    internal void IsUnknown(int type, Addr map) => Map(type, map).IsUnknown = true;

    /// <summary>m[key] = elem has ended: the runtime's part and the store of the elem.</summary>
    public OracleFinding? Assigned(int type, Addr map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem, OperationEnd end)
    {
        JudgedMap m = Map(type, map);
        KeyIdentity identity = LastKey = KeyIdentity.Of(machine, m.Type.Key, key);
        if (JudgeEnd(m, identity, end, isAssign: true) is { } wrong)
        {
            return new OracleFinding(wrong.Key, $"{m.Name}[{Text(m.Type.Key, key)}] = {Text(m.Type.Elem, elem)} {wrong.What}");
        }

        m.IsUnknown |= !identity.IsReadable;
        if (end.IsOk && !m.IsUnknown)
        {
            m.Model.Assign(identity, key, elem);
            m.Wrote(assigns: 1);
        }

        return null;
    }

    /// <summary>m[key] = v has ended, where the evaluation of v divides by zero: nothing else may have happened, as that comes first.</summary>
    public OracleFinding? AssignPanicked(int type, Addr map, ReadOnlySpan<byte> key, OperationEnd end)
    {
        JudgedMap m = Map(type, map);
        bool isOther = end.Failure is Failure.AssignToNilMap or Failure.Unhashable;
        m.IsUnknown |= end.Failure != Failure.DivideByZero && !isOther && !map.IsNil;
        return !isOther ? null : new OracleFinding(
            "panic-wrong/" + Word(end.Failure),
            $"{m.Name}[{Text(m.Type.Key, key)}] = (a division by zero) panics ({machine.FailureText(end.Failure, end.Detail)}), but must panic so: {Failures.Message(Failure.DivideByZero)}");
    }

    /// <summary>v, ok := m[key] has ended.</summary>
    /// <param name="type">The map's type.</param>
    /// <param name="map">The map.</param>
    /// <param name="key">The key.</param>
    /// <param name="found">ok.</param>
    /// <param name="elem">The bytes of v; not looked at if the key was not found.</param>
    /// <param name="end">How it ended.</param>
    public OracleFinding? LookedUp(int type, Addr map, ReadOnlySpan<byte> key, bool found, ReadOnlySpan<byte> elem, OperationEnd end)
    {
        JudgedMap m = Map(type, map);
        KeyIdentity identity = LastKey = KeyIdentity.Of(machine, m.Type.Key, key);
        if (JudgeEnd(m, identity, end, isAssign: false) is { } wrong)
        {
            return new OracleFinding(wrong.Key, $"the lookup of {Text(m.Type.Key, key)} in {m.Name} {wrong.What}");
        }

        if (!end.IsOk || m.IsUnknown || !identity.IsReadable)
        {
            return null;
        }

        MapEntry? entry = m.Model.Find(identity);
        string? what = (entry, found) switch
        {
            (null, true) => "phantom",
            (not null, false) => "missing",
            (not null, true) when !elem.SequenceEqual(entry.Elem) => "stale-elem",
            _ => null,
        };
        return what == null ? null : new OracleFinding(KeyOf(m, "lookup-wrong/" + what), LookupText(m, identity, key, elem, entry, found));
    }

    /// <summary>delete(m, key) has ended.</summary>
    public OracleFinding? Deleted(int type, Addr map, ReadOnlySpan<byte> key, OperationEnd end)
    {
        JudgedMap m = Map(type, map);
        KeyIdentity identity = LastKey = KeyIdentity.Of(machine, m.Type.Key, key);
        if (JudgeEnd(m, identity, end, isAssign: false) is { } wrong)
        {
            return new OracleFinding(wrong.Key, $"delete({m.Name}, {Text(m.Type.Key, key)}) {wrong.What}");
        }

        m.IsUnknown |= !identity.IsReadable;
        if (end.IsOk && !m.IsUnknown)
        {
            m.Model.Delete(identity);
            m.Wrote(deletes: 1);
        }

        return null;
    }

    /// <summary>clear(m) has ended.</summary>
    public void Cleared(int type, Addr map, OperationEnd end)
    {
        JudgedMap m = Map(type, map);
        m.IsUnknown |= !end.IsOk;
        if (m.IsUnknown)
        {
            return;
        }

        IReadOnlyList<MapEntry> entries = m.Model.Clear();
        m.Wrote(clears: 1);
        foreach (JudgedRange range in _ranges.Values)
        {
            if (range.Map == m)
            {
                range.Cleared(entries);
            }
        }
    }

    /// <summary>len(m) gave a number.</summary>
    public OracleFinding? Length(int type, Addr map, ulong length)
    {
        JudgedMap m = Map(type, map);
        return m.IsUnknown || length == (ulong)m.Model.Count ? null
            : new OracleFinding(KeyOf(m, "len-wrong/count"), FormattableString.Invariant($"len({m.Name}) is {length}, but {m.Name} has {m.Model.Count} entries"));
    }

    /// <summary>
    /// clone = maps.Clone(source) has ended. What is in the clone is judged by later operations; a failure only if it is
    /// that of a defect of the real runtime.
    /// </summary>
    public OracleFinding? Cloned(int type, Addr source, Addr clone, string name, OperationEnd end)
    {
        JudgedMap m = Map(type, source);
        if (end.IsOk && !clone.IsNil)
        {
            Add(new JudgedMap(machine, name, m.Type, clone, m.Model.Clone()) { IsFreshClone = true, IsUnknown = m.IsUnknown });
        }

        bool readsBeyond = end.Failure == Failure.OutOfBounds && !machine.Version.CloneClampsHint
            && m.Header is { } header && Bmap.OverLoadFactor(header.Count, header.B, machine.Version, machine.PointerSize);
        return !readsBeyond ? null
            : new OracleFinding(KnownFindings.CloneOfOverloaded, $"the clone of {m.Name}, which has more entries than its size allows, reads beyond its buckets");
    }

    /// <summary>What is in a map; null if the model does not know that, or not any more.</summary>
    public IEnumerable<MapEntry>? EntriesOf(Addr map) => _maps.TryGetValue(map, out JudgedMap? known) && !known.IsUnknown ? known.Model.Entries : null;

    /// <summary>What is wrong with the end of an operation with a key; null if nothing is that the model knows of.</summary>
    private (string Key, string What)? JudgeEnd(JudgedMap m, KeyIdentity key, OperationEnd end, bool isAssign)
    {
        Failure expected = isAssign && m.Address.IsNil ? Failure.AssignToNilMap : key.Unhashable != null ? Failure.Unhashable : Failure.None;
        string words = Failures.Message(expected) + (expected == Failure.Unhashable ? key.Unhashable : "");
        if (end.IsOk)
        {
            m.IsUnknown |= expected != Failure.None;
            return expected == Failure.None ? null : ("panic-missing/" + Word(expected), $"ends well, but must panic: {words}");
        }

        if (end.Failure is not (Failure.AssignToNilMap or Failure.Unhashable))
        {
            m.IsUnknown = !m.Address.IsNil;
            return null;
        }

        string found = machine.FailureText(end.Failure, end.Detail)!;
        return found == words ? null
            : ("panic-wrong/" + Word(end.Failure), $"panics ({found}), but must {(expected == Failure.None ? "not panic" : $"panic so: {words}")}");
    }

    private static string Word(Failure panic) => panic == Failure.Unhashable ? "unhashable" : "nil-map";

    private string LookupText(JudgedMap m, KeyIdentity identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem, MapEntry? entry, bool found)
    {
        string text = $"the lookup of {Text(m.Type.Key, key)} in {m.Name} ";
        string seen = found ? $"finds {Text(m.Type.Elem, elem)}, but " : "finds nothing, but ";
        return text + seen + (entry != null ? $"{Text(m.Type.Elem, entry.Elem)} was assigned to it last"
            : !identity.IsReflexive ? "a NaN equals nothing"
            : m.Model.FateOf(identity, key, elem) switch
            {
                EntryFate.Deleted => "it was deleted",
                EntryFate.Cleared => $"{m.Name} was cleared",
                _ => "it was never assigned",
            });
    }

    /// <summary>A clone that nobody has written to has only the clone to blame.</summary>
    private static string KeyOf(JudgedMap m, string key) =>
        !m.IsFreshClone || !m.IsUntouched ? key
        : "clone-wrong/" + key.Replace("lookup-wrong/", "", StringComparison.Ordinal).Replace("-wrong/count", "", StringComparison.Ordinal);

    private JudgedMap Map(int type, Addr map) =>
        map.IsNil ? new JudgedMap(machine, "the nil map", machine.Types[type], default, NewModel(type))
        : _maps.TryGetValue(map, out JudgedMap? known) ? known
        : throw new ArgumentException($"expected a map that was made, found {map}", nameof(map));

    private void Add(JudgedMap map)
    {
        map.LookAtArray();
        _maps[map.Address] = map;
    }

    private MapModel NewModel(int type) => new(machine.Types[type].Key.NeedsKeyUpdate);

    private string Text(GoType type, ReadOnlySpan<byte> value) => values.Text(type, value);
}
