using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// An inspected map as aligned text: the header field by field, how far a grow is, the lists of overflow buckets, bucket by
/// bucket tophashes and entries, what is missing, and what the invariants say.
/// </summary>
/// <remarks>
/// <code>
/// map[string]int at 0xc000070270, Go 1.19, amd64: 3 entries, 1 bucket
///   +0   count       3
///   ...
///   buckets at 0xc000078680: 1 bucket of 208 bytes
///     0      71 93 c1 00 00 00 00 00
///            0 71  "alpha"  1
/// </code>
/// </remarks>
public sealed class InspectionText
{
    private readonly StringBuilder _text = new();
    private readonly MapInspection _inspection;
    private readonly DecodedMap _map;
    private readonly SavedValues _values;
    private readonly int _most;
    private readonly HashSet<int> _waiting;

    private InspectionText(ProcessImage image, MapInspection inspection, int most)
    {
        (_inspection, _map, _most) = (inspection, inspection.Map, most);
        _values = new SavedValues(image, _map.Type.Arch);
        _waiting = [.. _map.Old?.Buckets.Where(b => b is { Depth: 0, Bytes.Length: > 0, IsEvacuated: false }).Select(b => b.Chain) ?? []];
    }

    /// <summary>The text.</summary>
    /// <param name="image">The memory, for strings.</param>
    /// <param name="inspection">What was found.</param>
    /// <param name="most">Print so many buckets of each array that are not empty.</param>
    public static string Of(ProcessImage image, MapInspection inspection, int most)
    {
        var text = new InspectionText(image, inspection, most);
        if (inspection.Map.HasHeader)
        {
            text.Header();
            text.Extra();
            text.Array(inspection.Map.Present, "buckets", inspection.Map.Buckets);
            text.Array(inspection.Map.Old, "oldbuckets", inspection.Map.OldBuckets);
        }
        else
        {
            text.Line(0, $"{inspection.Map.Type.Text} at {inspection.Map.Address}, Go {inspection.Map.Version}, {inspection.Map.Type.Arch}: no hmap");
        }

        text.Verdict();
        return text._text.ToString();
    }

    private void Header()
    {
        StructLayouts l = _map.L;
        string size = _map.B < 32 ? Plural(1UL << _map.B, "bucket") : $"2^{_map.B} buckets";
        Line(0, $"{_map.Type.Text} at {_map.Address}, Go {_map.Version}, {_map.Type.Arch}: {Plural(_map.Count, "entry", "entries")}, {size}");
        Field(StructLayouts.Count, "count", $"{_map.Count}");
        Field(l.Flags, "flags", $"0x{_map.Flags:x2}  {MapDump.FlagNames(_map.Flags)}");
        Field(l.B, "B", $"{_map.B}");
        Field(l.Noverflow, "noverflow", $"{_map.Noverflow}");
        Field(l.Hash0, "hash0", $"0x{_map.Hash0:x8}");
        Field(l.Buckets, "buckets", $"{_map.Buckets}");
        Field(l.OldBuckets, "oldbuckets", $"{_map.OldBuckets}");
        Field(l.Nevacuate, "nevacuate", $"{_map.Nevacuate}");
        Field(l.Extra, "extra", $"{_map.Extra}");
        if (_map.Old is { } old)
        {
            int unknown = old.Buckets.Count(b => b.Depth == 0 && b.Bytes.Length == 0);
            string missing = unknown > 0 ? string.Create(CultureInfo.InvariantCulture, $", {unknown} not in the files") : "";
            Line(1, $"growing to {(_map.IsSameSize ? "the same size" : "twice the size")}: {old.Evacuated} of {Plural((ulong)old.Main, "old bucket")} evacuated{missing} (nevacuate {_map.Nevacuate})");
        }
    }

    private void Extra()
    {
        if (_map.ExtraBytes.Length == 0)
        {
            return;
        }

        Line(1, $"extra at {_map.Extra}");
        List(StructLayouts.Overflow, "overflow", _map.Overflow);
        List(_map.L.OldOverflow, "oldoverflow", _map.OldOverflow);
        ulong spare = _map.Present is { } p ? (_map.NextOverflow - p.Start) / (ulong)_map.Type.BucketSize : 0;
        Field(_map.L.NextOverflow, "nextOverflow", _map.NextOverflow.IsNil || _map.Present is not { } a || spare >= (ulong)a.Total
            ? (FormattableString)$"{_map.NextOverflow}" : $"{_map.NextOverflow}  spare bucket {spare - (ulong)a.Main} of {a.Total - a.Main}", 2);
    }

    private void List(int offset, string name, DecodedList? list)
    {
        string items = list == null ? "" : string.Join(' ', list.Items.Take(_most)) + (list.Items.Count > _most ? " ..." : "");
        Field(offset, name, list == null ? (FormattableString)$"nil" : $"{list.Header}  len {list.Length} cap {list.Capacity}  {items}", 2);
    }

    private void Array(DecodedArray? array, string name, Addr start)
    {
        if (array == null)
        {
            Line(1, start.IsNil ? (FormattableString)$"{name} nil" : $"{name} at {start}: not read");
            return;
        }

        string spares = array.Total == array.Main ? ""
            : string.Create(CultureInfo.InvariantCulture, $" and {array.Total - array.Main} spare{(array.SparesAreMissing ? " (not in the files)" : "")}");
        Line(1, $"{name} at {array.Start}: {Plural((ulong)array.Main, "bucket")}{spares} of {_map.Type.BucketSize} bytes");
        int shown = 0, left = 0;
        var run = new EmptyRun();
        bool isEvacuated = false;
        for (int i = 0; i < array.Buckets.Count; i++)
        {
            DecodedBucket b = array.Buckets[i];
            isEvacuated = b.Depth == 0 ? array.IsOld && b.IsEvacuated : isEvacuated;
            string state = b.Depth == 0 ? State(array, b) : "";
            bool isPlain = b.Depth == 0 && (i + 1 == array.Buckets.Count || array.Buckets[i + 1].Depth == 0) && state != "evacuated"
                && (b.Bytes.Length == 0 || b.Bytes.Span.IndexOfAnyExcept((byte)0) < 0);
            if (isPlain && run.Takes(b, b.Bytes.Length == 0 ? "not in the files" : state.Length > 0 ? "empty, " + state : "empty"))
            {
                continue;
            }

            Empty(ref run);
            if (isPlain)
            {
                run = new EmptyRun(b.Chain, b.Chain, b.Bytes.Length == 0 ? "not in the files" : state.Length > 0 ? "empty, " + state : "empty");
            }
            else if (shown++ < _most)
            {
                Bucket(b, state, isEvacuated);
            }
            else
            {
                left++;
            }
        }

        Empty(ref run);
        if (left > 0)
        {
            Line(2, $"... and {Plural((ulong)left, "bucket")} more (--all prints them)");
        }
    }

    /// <summary>Where a bucket stands in a grow.</summary>
    private string State(DecodedArray array, DecodedBucket b)
    {
        if (array.IsOld)
        {
            return b.Bytes.Length == 0 ? "" : b.IsEvacuated ? "evacuated" : "not evacuated";
        }

        int source = _map.Old is { } old ? b.Chain & (old.Main - 1) : -1;
        return source >= 0 && _waiting.Contains(source)
            ? string.Create(CultureInfo.InvariantCulture, $"waits for old bucket {source}") : "";
    }

    private void Bucket(DecodedBucket b, string state, bool isEvacuated)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"{(b.Depth == 0 ? b.Chain.ToString(CultureInfo.InvariantCulture) : "  +" + b.Depth),-6}");
        if (b.Bytes.Length == 0)
        {
            Line(2, $"{title} at {b.Address}: not in the files");
            return;
        }

        var tops = new StringBuilder();
        for (int i = 0; i < Bmap.Slots; i++)
        {
            tops.Append(CultureInfo.InvariantCulture, $" {b.Top(i):x2}");
        }

        Addr link = b.Overflow(_map.Type);
        Line(2, $"{title}{tops}  at {b.Address}{(state.Length > 0 ? "  " + state : "")}{(link.IsNil ? "" : $"  overflow {link}")}");
        if (isEvacuated)
        {
            return;
        }

        var rows = new List<(int Slot, string Key, string Elem)>();
        for (int i = 0; i < Bmap.Slots; i++)
        {
            if (b.Top(i) >= Bmap.MinTopHash)
            {
                rows.Add((i, _values.OfSlot(_map.Type.Key, _map.Type.IndirectKey, b.KeySlot(_map.Type, i)), _values.OfSlot(_map.Type.Elem, _map.Type.IndirectElem, b.ElemSlot(_map.Type, i))));
            }
        }

        int width = rows.Count == 0 ? 0 : Math.Min(40, rows.Max(r => r.Key.Length));
        foreach ((int slot, string key, string elem) in rows)
        {
            Line(2, $"       {slot} {b.Top(slot):x2}  {key.PadRight(width)}  {elem}");
        }
    }

    private void Empty(ref EmptyRun run)
    {
        if (run.State != null)
        {
            Line(2, run.First == run.Last ? (FormattableString)$"{run.First,-6} {run.State}" : $"{$"{run.First} to {run.Last}",-6} {run.State}");
            run = default;
        }
    }

    private void Verdict()
    {
        foreach (Misfit missing in _map.Misfits.Where(m => m.Kind == MisfitKind.Missing))
        {
            Line(1, $"{missing}");
        }

        foreach (string broken in _inspection.Broken)
        {
            Line(1, $"broken: {broken}");
        }

        if (_inspection.Broken.Count > 0 && _map.HasHeader && (_map.Flags & HmapFlags.HashWriting) != 0)
        {
            Line(1, $"the flag hashWriting is set: a goroutine was in the middle of a write; the invariants hold between operations");
        }

        foreach (IGrouping<string, string> why in _inspection.Unchecked.GroupBy(u => u.Why, u => u.Id))
        {
            string ids = why.Count() > 4 ? Plural((ulong)why.Count(), "invariant") : string.Join(", ", why);
            Line(1, $"not checked: {ids}: {why.Key}");
        }

        if (_inspection.Checked > 0 && _inspection.Broken.Count == 0)
        {
            Line(1, $"{_inspection.Checked} invariants checked, all hold");
        }
    }

    private void Field(int offset, string name, FormattableString value, int indent = 1) =>
        Line(indent, $"{$"+{offset}",-4} {name,-12} {value.ToString(CultureInfo.InvariantCulture)}");

    private void Line(int indent, FormattableString text) =>
        _text.Append(' ', 2 * indent).Append(text.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');

    private static string Plural(ulong n, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{n} {(n == 1 ? one : many ?? one + "s")}");

    /// <summary>Main buckets one after the other of which there is nothing more to say.</summary>
    private record struct EmptyRun(int First, int Last, string? State)
    {
        public bool Takes(DecodedBucket b, string state)
        {
            bool takes = State == state && b.Chain == Last + 1;
            Last = takes ? b.Chain : Last;
            return takes;
        }
    }
}
