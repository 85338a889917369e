using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Range loops: over one iteration an entry that lives from start to end is yielded exactly once, one that died before it
/// was reached never, one made meanwhile at most once, and what is yielded is the present key and elem.
/// </summary>
public sealed partial class ModelOracle
{
    /// <summary>A range loop starts: before mapiterinit.</summary>
    /// <param name="range">A number for it; one used before is given up.</param>
    /// <param name="name">What the program calls it.</param>
    /// <param name="type">The map's type.</param>
    /// <param name="map">The map, which may be nil.</param>
    /// <param name="iterator">The hiter.</param>
    public void RangeStarting(int range, string name, int type, Addr map, Addr iterator)
    {
        JudgedMap m = Map(type, map);
        _ranges[range] = new JudgedRange(name, m, new RangeCursor(machine, m.Type, map, iterator));
    }

    /// <summary>A range loop is about to take a step that is not its first.</summary>
    public void BeforeStep(int range) => Range(range).Cursor.BeforeStep();

    /// <summary>A step, the first or a later one, yielded a key and an elem.</summary>
    public OracleFinding? Yielded(int range, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        JudgedRange r = Range(range);
        r.Cursor.AfterStep();
        r.NextTurn();
        if (r.Map.IsUnknown || r.IsLost)
        {
            return null;
        }

        KeyIdentity identity = LastKey = KeyIdentity.Of(machine, r.Map.Type.Key, key);
        (string Fault, string Why)? wrong =
            !identity.IsReadable ? ("iter-unknown-key", ", a key that cannot be read: no program stored it")
            : identity.IsReflexive ? JudgeEntry(r, identity, key, elem)
            : JudgeNaN(r, identity, key, elem);
        return wrong is not { } found ? null
            : new OracleFinding(RangeKey(r, found.Fault, identity.IsReflexive, key, elem), $"{r.Name} yields {Entry(r.Map.Type, key, elem)}{found.Why}");
    }

    /// <summary>A step found the end. The loop is over.</summary>
    public OracleFinding? RangeEnded(int range)
    {
        JudgedRange r = Range(range);
        _ranges.Remove(range);
        return r.Map.IsUnknown || r.IsLost || r.Missed() is not { } missed ? null : new OracleFinding(
            RangeKey(r, "iter-miss", missed.Identity.IsReflexive, missed.Key, missed.Elem),
            $"{r.Name} ends without {Entry(r.Map.Type, missed.Key, missed.Elem)}, which was in {r.Map.Name} from the start of the loop to its end");
    }

    /// <summary>The loop was left early, or is over anyway: what is missing is not judged.</summary>
    public void RangeBroken(int range) => _ranges.Remove(range);

    /// <summary>
    /// A step, the first or a later one, failed: nothing more is judged of the loop, and its map is as it was. Null unless the
    /// failure is that of a defect of the real runtime: the nil dereference in a bucket that was cleared under the loop.
    /// </summary>
    public OracleFinding? StepFailed(int range, OperationEnd end)
    {
        JudgedRange r = Range(range);
        bool isFirst = !r.IsLost;
        r.IsLost = true;
        return !isFirst || end.Failure != Failure.NilDereference || !r.Cursor.LostBucket || !r.Map.Type.IndirectKey ? null : new OracleFinding(
            "iter-miss/old-bucket-cleared",
            FormattableString.Invariant($"{r.Name} panics after turn {r.Turn}, where it should go on: its bucket was cleared under it"));
    }

    private (string Fault, string Why)? JudgeEntry(JudgedRange r, KeyIdentity identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        JudgedMap m = r.Map;
        if (m.Model.Find(identity) is not { } entry)
        {
            return Dead(m, m.Model.FateOf(identity, key, elem));
        }

        if (!key.SequenceEqual(entry.Key))
        {
            return ("iter-stale", $", but the key stored in {m.Name} is another, equal one: {Text(m.Type.Key, entry.Key)}");
        }

        if (!elem.SequenceEqual(entry.Elem))
        {
            return ("iter-stale", $", but the elem in {m.Name} is {Text(m.Type.Elem, entry.Elem)} now");
        }

        int before = r.Note(entry);
        return before == 0 ? null
            : ("iter-duplicate", FormattableString.Invariant($" a second time: it was yielded in turn {before} already and not deleted since"));
    }

    private static (string Fault, string Why)? JudgeNaN(JudgedRange r, KeyIdentity identity, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem)
    {
        int alive = r.Map.Model.CountAlike(key, elem), yielded = r.NoteAlike(key, elem);
        return alive == 0 ? Dead(r.Map, r.Map.Model.FateOf(identity, key, elem))
            : yielded <= alive ? null
            : ("iter-duplicate", FormattableString.Invariant($" once too often: there are {alive} of them in {r.Map.Name}, and this is number {yielded}"));
    }

    private static (string Fault, string Why) Dead(JudgedMap m, EntryFate? fate) => fate switch
    {
        EntryFate.Deleted => ("iter-dead", $", which was deleted from {m.Name} before"),
        EntryFate.Cleared => ("iter-dead", $", but {m.Name} was cleared before"),
        _ => ("iter-unknown-key", $", which was never in {m.Name}"),
    };

    private static string RangeKey(JudgedRange r, string fault, bool isReflexive, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem) =>
        r.Map is { IsFreshClone: true, IsUntouched: true } ? "clone-wrong/" + fault["iter-".Length..]
        : $"{fault}/{r.Where(fault, isReflexive, key, elem)}";

    private string Entry(MapType type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> elem) =>
        Text(type.Key, key) + (type.Elem.Size == 0 ? "" : " " + Text(type.Elem, elem));

    private JudgedRange Range(int range) => _ranges.TryGetValue(range, out JudgedRange? known) ? known
        : throw new ArgumentException(FormattableString.Invariant($"expected a range loop that has started and not ended, found number {range}"), nameof(range));
}
