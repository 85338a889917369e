using System.Globalization;
using System.Text;
using MapSim.Memory;

namespace MapSim.Layout;

/// <summary>
/// A map as aligned text for people: the header field by field, how far a grow is, the lists of overflow buckets, and
/// bucket by bucket the tophash row, the entries and the chain.
/// </summary>
/// <remarks>
/// <code>
/// map[string]int64 at 0xc000000000: 1 entry, 1 bucket
///   +0   count       1
///   ...
///   A0 at 0xc000002000: 1 bucket of 208 bytes
///     A0:0    5a 00 00 00 00 00 00 00
///             0 5a  "a"  1
/// </code>
/// Entries whose bucket was evacuated are shown where they went, not where they were.
/// </remarks>
public sealed class MapDump
{
    private readonly StringBuilder _text = new();
    private readonly MapView _map;
    private readonly BucketNames _names;
    private readonly Func<GoType, Addr, string> _value;
    private readonly StructLayouts _l;

    private MapDump(MapView map, BucketNames names, Func<GoType, Addr, string> value)
    {
        (_map, _names, _value) = (map, names, value);
        _l = StructLayouts.Of(map.Type.Arch);
    }

    /// <summary>The text.</summary>
    /// <param name="map">The map; its hmap must be readable.</param>
    /// <param name="names">The names of its buckets: it has visited the map.</param>
    /// <param name="value">The text of a value at an address.</param>
    public static string Of(MapView map, BucketNames names, Func<GoType, Addr, string> value)
    {
        var dump = new MapDump(map, names, value);
        dump.Header();
        dump.Growth();
        dump.Extra();
        dump.Array(map.Buckets, "buckets");
        dump.Array(map.OldBuckets, "oldbuckets");
        return dump._text.ToString();
    }

    /// <summary>The names of the flags that are set; "-" if none is.</summary>
    public static string FlagNames(byte flags)
    {
        string[] names = ["iterator", "oldIterator", "hashWriting", "sameSizeGrow"];
        string set = string.Join("|", names.Where((_, i) => (flags & 1 << i) != 0));
        return set.Length > 0 ? set : "-";
    }

    private void Header()
    {
        Line(0, $"{_map.Type.Text} at {_map.Address}: {Plural(_map.Count, "entry", "entries")}, {Plural(_map.BucketCount, "bucket")}");
        Field(StructLayouts.Count, "count", $"{_map.Count}");
        Field(_l.Flags, "flags", $"0x{_map.Flags:x2}  {FlagNames(_map.Flags)}");
        Field(_l.B, "B", $"{_map.B}");
        Field(_l.Noverflow, "noverflow", $"{_map.Noverflow}");
        Field(_l.Hash0, "hash0", $"0x{_map.Hash0:x8}");
        Field(_l.Buckets, "buckets", Link(_map.Buckets));
        Field(_l.OldBuckets, "oldbuckets", Link(_map.OldBuckets));
        Field(_l.Nevacuate, "nevacuate", $"{_map.Nevacuate}");
        Field(_l.Extra, "extra", $"{_map.Extra}");
    }

    private void Growth()
    {
        if (_map.IsGrowing && _names.ArrayAt(_map.OldBuckets) is { } old)
        {
            ulong done = 0;
            for (ulong i = 0; i < old.Main; i++)
            {
                done += _map.Bucket(old.Start, i).IsEvacuated ? 1UL : 0;
            }

            Line(1, $"growing {(_map.IsSameSizeGrow ? "to the same size" : "to twice the size")}: {done} of {Plural(old.Main, "old bucket")} evacuated");
        }
    }

    private void Extra()
    {
        if (_map.Extra.IsNil || !_map.Memory.IsLive(_map.Extra, _l.MapExtraSize))
        {
            return;
        }

        Line(1, $"extra at {_map.Extra}");
        List(StructLayouts.Overflow, "overflow", _map.ExtraOverflow);
        List(_l.OldOverflow, "oldoverflow", _map.ExtraOldOverflow);
        Field(_l.NextOverflow, "nextOverflow", _names.Of(_map.NextOverflow), 2);
    }

    private void List(int offset, string name, Addr header)
    {
        string text = "nil";
        if (!header.IsNil)
        {
            SliceView slice = _map.Slice(header);
            ulong shown = slice.Length < 1 << 20 && _map.Memory.IsLive(header, _l.SliceSize)
                && (slice.Length == 0 || _map.Memory.IsLive(slice.Array, (int)slice.Length * _map.Type.Arch.PointerSize)) ? slice.Length : 0;
            var names = new List<string>();
            for (ulong i = 0; i < shown; i++)
            {
                names.Add(_names.Of(slice[i]));
            }

            text = string.Create(CultureInfo.InvariantCulture, $"{header}  len {slice.Length} cap {slice.Capacity}  {string.Join(' ', names)}").TrimEnd();
        }

        Field(offset, name, text, 2);
    }

    private void Array(Addr start, string name)
    {
        if (start.IsNil || _names.ArrayAt(start) is not { } array)
        {
            return;
        }

        string spares = array.Total > array.Main ? string.Create(CultureInfo.InvariantCulture, $" and {array.Total - array.Main} spare") : "";
        Line(1, $"{array.Name} at {start} ({name}): {Plural(array.Main, "bucket")}{spares} of {_map.Type.BucketSize} bytes");
        ulong empty = 0;
        for (ulong i = 0; i < array.Main; i++)
        {
            BucketView bucket = _map.Bucket(start, i);
            if (bucket.Bytes.IndexOfAnyExcept((byte)0) < 0)
            {
                empty++;
                continue;
            }

            EmptyBuckets(array, i - empty, empty);
            empty = 0;
            Bucket(bucket, 2);
            foreach (Addr overflow in _names.Chain(bucket.Address))
            {
                Bucket(_map.BucketAt(overflow), 3);
            }
        }

        EmptyBuckets(array, array.Main - empty, empty);
        Spares(array);
    }

    private void EmptyBuckets(ArrayRegion array, ulong from, ulong count)
    {
        if (count > 0)
        {
            Line(2, count == 1 ? (FormattableString)$"{array.Name}:{from}  empty" : $"{array.Name}:{from} to {array.Name}:{from + count - 1}  empty");
        }
    }

    private void Spares(ArrayRegion array)
    {
        ulong size = (ulong)_map.Type.BucketSize;
        for (ulong i = array.Main; i < array.Total; i++)
        {
            Addr at = array.Start + (i * size);
            bool sentinel = i == array.Total - 1 && _map.BucketAt(at).Overflow == array.Start;
            bool free = array.Start == _map.Buckets && !_map.NextOverflow.IsNil && at >= _map.NextOverflow;
            if (free || sentinel)
            {
                Line(2, $"{array.Name}:{i}  spare{(free ? ", free" : "")}{(sentinel ? ", the last one" : "")}");
            }
        }
    }

    private void Bucket(BucketView bucket, int indent)
    {
        var tops = new StringBuilder();
        for (int i = 0; i < Bmap.Slots; i++)
        {
            tops.Append(CultureInfo.InvariantCulture, $" {bucket.Top(i):x2}");
        }

        string evacuated = bucket.IsEvacuated ? "  evacuated" : "";
        string link = bucket.Overflow.IsNil ? "" : $"  overflow {_names.Of(bucket.Overflow)}";
        Line(indent, $"{_names.Of(bucket.Address),-6}{tops}{evacuated}{link}");
        var rows = new List<(int Slot, string Key, string Elem)>();
        for (int i = 0; i < Bmap.Slots; i++)
        {
            if (bucket.Top(i) >= Bmap.MinTopHash)
            {
                rows.Add((i, _value(_map.Type.Key, bucket.Key(i)), _value(_map.Type.Elem, bucket.Elem(i))));
            }
        }

        int width = rows.Count == 0 ? 0 : Math.Min(40, rows.Max(r => r.Key.Length));
        foreach ((int slot, string key, string elem) in rows)
        {
            Line(indent, $"       {slot} {bucket.Top(slot):x2}  {key.PadRight(width)}  {elem}");
        }
    }

    private void Field(int offset, string name, FormattableString value, int indent = 1) =>
        Field(offset, name, value.ToString(CultureInfo.InvariantCulture), indent);

    private void Field(int offset, string name, string value, int indent = 1) => Line(indent, $"{$"+{offset}",-4} {name,-12} {value}");

    private string Link(Addr address) => address.IsNil ? "nil" : $"{address}  {_names.ArrayAt(address)?.Name ?? "?"}";

    private void Line(int indent, FormattableString text) =>
        _text.Append(' ', 2 * indent).Append(text.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');

    private static string Plural(ulong n, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{n} {(n == 1 ? one : many ?? one + "s")}");
}
