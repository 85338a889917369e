using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Traces;

/// <summary>The first difference found in an operation.</summary>
internal sealed record Difference(string Where, string Expected, string Found, string Dump);

/// <summary>
/// Compares the state of a map after an operation with a trace line: header and overflow lists here, buckets in the
/// walk of <see cref="BucketWalk"/>, and the operation's iterator.
/// </summary>
internal sealed class TraceComparer
{
    private readonly MapSession _session;
    private readonly MapType _type;
    private readonly StructLayouts _l;
    private readonly TokenTable _tokens;
    private readonly VerifyCounts _counts;
    private readonly TraceRegions _regions;
    private readonly BucketWalk _walk;
    private readonly byte[] _value;
    private readonly Dictionary<int, ulong> _written = [];
    private readonly Dictionary<int, (Addr Buckets, byte B)> _arrays = [];

    public TraceComparer(MapSession session, TokenTable tokens, VerifyCounts counts)
    {
        _session = session;
        _type = session.TypeOf(0);
        _l = session.Machine.L;
        _value = new byte[Math.Max(_type.Key.Size, _type.Elem.Size)];
        _tokens = tokens;
        _counts = counts;
        _regions = new TraceRegions(session.Machine, _type);
        _walk = new BucketWalk(this, session, tokens, _regions, counts);
        session.Machine.Heap.BeforeFree = _walk.BeforeFree;
    }

    /// <summary>The first difference; null while there is none.</summary>
    public Difference? Difference { get; set; }

    /// <summary>Notes a difference; only the first is kept.</summary>
    public void Differ(string where, string expected, string found, string dump = "") =>
        Difference ??= new Difference(where, expected, found, dump);

    /// <summary>Compares header, lists and all buckets that can be reached.</summary>
    public void CompareMap(TraceLine line, int id, Addr map, List<TracedIterator> live)
    {
        var view = new MapView(_session.Machine.Memory, _type, map);
        _regions.New.Clear();
        Difference? before = Difference;
        _walk.Run(line, id, view, live);
        if (before != null)
        {
            return;
        }

        Difference? inBuckets = Difference;
        Difference = null;
        CompareNew(line);
        CompareHeader(line, view);
        Difference ??= inBuckets;
        CountGrow(id, view);
    }

    /// <summary>Compares a value in memory with recorded bytes.</summary>
    public void CompareValue(TraceLine line, string field, Slice hex, GoType type, Addr at)
    {
        if (Difference != null)
        {
            return;
        }

        if (!hex.IsPresent || hex.Length != 2 * type.Size)
        {
            throw new FormatException($"expected \"{field}\" with the {type.Size} bytes of a {type.Text}");
        }

        Span<byte> expected = _value.AsSpan(0, type.Size);
        if (Convert.FromHexString(hex.Of(line.Bytes), expected, out _, out _) != OperationStatus.Done)
        {
            throw new FormatException($"expected \"{field}\" in hex");
        }

        _tokens.Translate(type.PointerOffsets, expected);
        ReadOnlySpan<byte> found = _session.Machine.Memory.Raw(at, type.Size);
        if (!found.SequenceEqual(expected))
        {
            Differ($"{field} byte {found.CommonPrefixLength(expected)}", Convert.ToHexString(expected), Convert.ToHexString(found));
        }
    }

    /// <summary>Compares the iterator of the operation; no other may have changed.</summary>
    public void CompareIterators(TraceLine line, TracedIterator? iterator)
    {
        if (Difference != null)
        {
            return;
        }

        foreach (IteratorState other in line.Iterators)
        {
            if (other.Id != iterator?.Id)
            {
                Differ($"iterator {other.Id}", "changed", "unchanged");
                return;
            }
        }

        if (iterator == null)
        {
            return;
        }

        IteratorState expected = line.Iterators.Count > 0 ? line.Iterators[0] : iterator.LastState;
        iterator.LastState = expected;
        CompareIterator(expected, iterator.Address);
    }

    private void CompareIterator(IteratorState e, Addr it)
    {
        ReadOnlySpan<byte> bytes = _session.Machine.Memory.Raw(it, _l.HiterSize);
        Pointer("key", e.Key, bytes, StructLayouts.ItKey);
        Pointer("elem", e.Elem, bytes, _l.ItElem);
        Number("h", e.HasH ? 1UL : 0, Word(bytes, _l.ItH) != 0 ? 1UL : 0);
        Pointer("buckets", e.Buckets, bytes, _l.ItBuckets);
        Pointer("bptr", e.Bptr, bytes, _l.ItBptr);
        Number("overflow (list number + 1, 0 nil)", (ulong)(e.Overflow + 1), (ulong)(_regions.SliceNumber(new Addr(Word(bytes, _l.ItOverflow))) + 1));
        Number("oldoverflow (list number + 1, 0 nil)", (ulong)(e.OldOverflow + 1), (ulong)(_regions.SliceNumber(new Addr(Word(bytes, _l.ItOldOverflow))) + 1));
        Number("startBucket", e.StartBucket, Word(bytes, _l.ItStartBucket));
        Number("offset", e.Offset, bytes[_l.ItOffset]);
        Number("wrapped", e.Wrapped ? 1UL : 0, bytes[_l.ItWrapped]);
        Number("B", e.B, bytes[_l.ItB]);
        Number("i", e.I, bytes[_l.ItI]);
        Number("bucket", e.Bucket, Word(bytes, _l.ItBucket));
        Number("checkBucket", e.CheckBucket & _type.Arch.MaxUintptr, Word(bytes, _l.ItCheckBucket));

        void Pointer(string field, PlaceName name, ReadOnlySpan<byte> from, int offset)
        {
            var found = new Addr(Word(from, offset));
            if (!TryAddress(name, out Addr expected) || expected != found)
            {
                Differ($"iterator {e.Id}.{field}", name.ToString(), Describe(found));
            }
        }

        void Number(string field, ulong expected, ulong found)
        {
            if (expected != found)
            {
                Differ($"iterator {e.Id}.{field}", Text(expected), Text(found));
            }
        }
    }

    private void CompareNew(TraceLine line)
    {
        for (int i = 0; i < Math.Max(line.New.Count, _regions.New.Count); i++)
        {
            string expected = i < line.New.Count ? Region(line.New[i]) : "nothing";
            string found = i < _regions.New.Count ? Region(_regions.New[i]) : "nothing";
            if (expected != found)
            {
                Differ("new memory", expected, found);
                return;
            }
        }

        static string Region(NewRegion r) => r.Name.Class == 'A'
            ? string.Create(CultureInfo.InvariantCulture, $"array A{r.Name.Number} with {r.Main} + {r.Total - r.Main} buckets")
            : string.Create(CultureInfo.InvariantCulture, $"bucket O{r.Name.Number}");
    }

    private void CompareHeader(TraceLine line, MapView view)
    {
        Compare("h.count", line.Count, view.Count);
        Compare("h.flags", line.Flags, view.Flags);
        Compare("h.B", line.B, view.B);
        Compare("h.noverflow", line.Noverflow, view.Noverflow);
        Compare("h.hash0", line.Hash0, view.Hash0);
        ComparePlace("h.buckets", line.Buckets, view.Buckets);
        ComparePlace("h.oldbuckets", line.OldBuckets, view.OldBuckets);
        Compare("h.nevacuate", line.Nevacuate, view.Nevacuate);
        Compare("h.extra (1 if not nil)", line.HasExtra ? 1UL : 0, view.Extra.IsNil ? 0UL : 1);
        if (line.HasExtra && !view.Extra.IsNil)
        {
            CompareSlice("extra.overflow", line.Overflow, view, view.ExtraOverflow);
            CompareSlice("extra.oldoverflow", line.OldOverflow, view, view.ExtraOldOverflow);
            ComparePlace("extra.nextOverflow", line.NextOverflow, view.NextOverflow);
        }
    }

    private void CompareSlice(string field, SliceState expected, MapView view, Addr header)
    {
        if (expected.IsNil || header.IsNil)
        {
            Compare(field + " (1 if not nil)", expected.IsNil ? 0UL : 1, header.IsNil ? 0UL : 1);
            return;
        }

        SliceView slice = view.Slice(header);
        int number = _regions.SliceNumber(header);
        Compare(field + " (list)", (ulong)expected.Id, (ulong)number);
        Compare(field + ".len", expected.Length, slice.Length);
        Compare(field + ".cap", expected.Capacity, slice.Capacity);
        ulong written = _written.GetValueOrDefault(number);
        for (int i = 0; i < expected.Added.Count && Difference == null; i++)
        {
            ComparePlace($"{field}[{written + (ulong)i}]", expected.Added[i], slice[written + (ulong)i]);
        }

        Compare(field + " (elements added)", (ulong)expected.Added.Count, slice.Length - written);
        _written[number] = slice.Length;
    }

    private void CountGrow(int id, MapView view)
    {
        (Addr Buckets, byte B) now = (view.Buckets, view.B);
        if (_arrays.TryGetValue(id, out (Addr Buckets, byte B) before) && !before.Buckets.IsNil && now.Buckets != before.Buckets)
        {
            _counts.Grows += now.B > before.B ? 1 : 0;
            _counts.SameSizeGrows += now.B == before.B ? 1 : 0;
        }

        _arrays[id] = now;
    }

    private bool TryAddress(PlaceName name, out Addr address) => name.Class is (byte)'K' or (byte)'E'
        ? _tokens.TryAddress(_tokens.Token(name.Class, name.Number), out address)
        : _regions.TryAddress(name, out address);

    private string Describe(Addr address) => _tokens.TokenOf(address) != 0 ? _tokens.Describe(address) : _regions.Describe(address);

    private void Compare(string where, ulong expected, ulong found)
    {
        if (expected != found)
        {
            Differ(where, Text(expected), Text(found));
        }
    }

    private void ComparePlace(string where, PlaceName expected, Addr found)
    {
        if (!_regions.TryAddress(expected, out Addr address) || address != found)
        {
            Differ(where, expected.ToString(), _regions.Describe(found));
        }
    }

    private ulong Word(ReadOnlySpan<byte> bytes, int offset) => _l.Word == 8
        ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..])
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static string Text(ulong value) => string.Create(CultureInfo.InvariantCulture, $"{value} (0x{value:x})");
}
