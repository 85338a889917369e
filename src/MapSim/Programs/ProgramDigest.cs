using System.Text;
using MapSim.Layout;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// The digest of a run: what its operations returned, how it ended and what its maps consist of at the end, byte for
/// byte, with names in place of addresses. Equal on every machine, however steps are cut.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="objects">Names of strings, boxes and labels.</param>
public sealed class ProgramDigest(MapSession session, ObjectNames objects)
{
    private readonly Dictionary<Addr, string> _indirect = [];
    private Fingerprint _state;

    /// <summary>The digest of everything added so far.</summary>
    public Fingerprint Value => _state;

    /// <summary>Adds a text.</summary>
    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Fingerprint next = Fingerprint.OfBytes(_state.Low, bytes);
        _state = unchecked(new Fingerprint(Fingerprint.Mix(next.Low + _state.High), Fingerprint.Mix(next.High ^ _state.Low)));
    }

    /// <summary>Adds a map: header, lists, and every bucket that is not all zero.</summary>
    public void AddMap(string name, MapView map, BucketNames names)
    {
        names.Visit(map);
        Add(FormattableString.Invariant(
            $"{name} {map.Type.Text} {map.Count} {map.Flags} {map.B} {map.Noverflow} {map.Hash0} {names.Of(map.Buckets)} {names.Of(map.OldBuckets)} {map.Nevacuate}"));
        if (!map.Extra.IsNil && session.Machine.Memory.IsLive(map.Extra, session.Machine.L.MapExtraSize))
        {
            Add($"extra {List(map, names, map.ExtraOverflow)} {List(map, names, map.ExtraOldOverflow)} {names.Of(map.NextOverflow)}");
        }

        foreach (Addr start in (ReadOnlySpan<Addr>)[map.Buckets, map.OldBuckets])
        {
            if (names.ArrayAt(start) is { } array)
            {
                AddArray(map, names, array);
            }
        }
    }

    private void AddArray(MapView map, BucketNames names, ArrayRegion array)
    {
        ulong size = (ulong)map.Type.BucketSize;
        for (ulong i = 0; i < array.Total; i++)
        {
            Addr bucket = array.Start + (i * size);
            AddBucket(map, names, bucket);
            foreach (Addr overflow in i < array.Main ? names.Chain(bucket) : [])
            {
                if (overflow - array.Start >= array.Total * size)
                {
                    AddBucket(map, names, overflow);
                }
            }
        }
    }

    private void AddBucket(MapView map, BucketNames names, Addr at)
    {
        BucketView view = map.BucketAt(at);
        if (view.Bytes.IndexOfAnyExcept((byte)0) < 0)
        {
            return;
        }

        Add(names.Of(at));
        byte[] bytes = view.Bytes.ToArray();
        MapType type = map.Type;
        for (int i = 0; i < Bmap.Slots; i++)
        {
            Slot(type.Key, type.IndirectKey, bytes, (int)(view.KeySlot(i) - at), "K");
            Slot(type.Elem, type.IndirectElem, bytes, (int)(view.ElemSlot(i) - at), "E");
        }

        Write(bytes.AsSpan(type.OverflowOffset), names.Of(view.Overflow));
        Add(bytes);
    }

    /// <summary>Puts names in place of the pointers of a slot; an indirect value's content is added when it is first met.</summary>
    private void Slot(GoType type, bool indirect, byte[] bytes, int offset, string kind)
    {
        if (indirect)
        {
            Span<byte> word = bytes.AsSpan(offset, session.Machine.PointerSize);
            Write(word, Indirect(type, Pointer(word), kind));
        }
        else
        {
            Normalise(type, bytes.AsSpan(offset, type.Size));
        }
    }

    private string Indirect(GoType type, Addr at, string kind)
    {
        if (at.IsNil || !session.Machine.Memory.IsLive(at, type.Size))
        {
            return at.ToString();
        }

        if (!_indirect.TryGetValue(at, out string? name))
        {
            name = FormattableString.Invariant($"{kind}{_indirect.Count}");
            _indirect.Add(at, name);
            byte[] content = session.Machine.Memory.Raw(at, type.Size).ToArray();
            Normalise(type, content);
            Add(name);
            Add(content);
        }

        return name;
    }

    private void Normalise(GoType type, Span<byte> value)
    {
        foreach (int offset in type.PointerOffsets)
        {
            Span<byte> word = value.Slice(offset, session.Machine.PointerSize);
            Addr target = Pointer(word);
            if (!target.IsNil)
            {
                Write(word, session.Machine.RuntimeTypeAt(target)?.Text ?? objects.Of(target) ?? target.ToString());
            }
        }
    }

    private static string List(MapView map, BucketNames names, Addr header)
    {
        if (header.IsNil)
        {
            return "nil";
        }

        SliceView slice = map.Slice(header);
        var text = new StringBuilder(FormattableString.Invariant($"{slice.Length}/{slice.Capacity}"));
        for (ulong i = 0; i < slice.Length && i < 1 << 20; i++)
        {
            text.Append(' ').Append(names.Of(slice[i]));
        }

        return text.ToString();
    }

    private static Addr Pointer(ReadOnlySpan<byte> word) => new(word.Length == 8 ? BitConverter.ToUInt64(word) : BitConverter.ToUInt32(word));

    private static void Write(Span<byte> word, string name)
    {
        ulong hash = name == "nil" ? 0 : Fingerprint.OfBytes(1, Encoding.UTF8.GetBytes(name)).Low;
        BitConverter.GetBytes(hash).AsSpan(0, word.Length).CopyTo(word);
    }
}
