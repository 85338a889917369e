using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MapSim.Layout;

namespace MapSim.Heap;

/// <summary>
/// Which words of an object are pointers: the pointer bitmap that the compiler makes for a type (gcdata). It repeats,
/// so that one map serves arrays of any length.
/// </summary>
/// <remarks>
/// <code>
/// bucket of map[string]*T, 208 bytes:  tophash 0 | keys 8 16 ... (data pointer, length) | elems 136 144 ... | overflow 200
/// pointer words:                       8, 24, 40 ... 120, 136, 144 ... 192, 200
/// </code>
/// The overflow word of a bucket without other pointers is none (it is a uintptr in Go's type): <see cref="PointerMaps.None"/>.
/// </remarks>
public sealed class PointerMap
{
    private readonly int _word;

    // For each word of a period: the first pointer word at or behind it; behind the last one, that of the next period.
    private readonly int[] _next;

    internal PointerMap(int id, string name, int period, IReadOnlyList<int> offsets, int word)
    {
        Id = id;
        Name = name;
        Period = period;
        Offsets = offsets;
        HasPointers = offsets.Count > 0;
        _word = word;
        _next = new int[Math.Max(1, period / word)];
        int following = offsets.Count == 0 ? int.MaxValue : period + offsets[0];
        for (int w = _next.Length - 1, i = offsets.Count - 1; w >= 0; w--)
        {
            if (i >= 0 && offsets[i] == w * word)
            {
                following = offsets[i--];
            }

            _next[w] = following;
        }
    }

    /// <summary>Its number in its table; 0 is the map without pointers.</summary>
    public int Id { get; }

    /// <summary>What it describes, for messages.</summary>
    public string Name { get; }

    /// <summary>Bytes after which it repeats.</summary>
    public int Period { get; }

    /// <summary>Offsets of the pointer words of one period, ascending.</summary>
    public IReadOnlyList<int> Offsets { get; }

    /// <summary>True for memory that the collector looks into.</summary>
    public bool HasPointers { get; }

    /// <summary>The offset of the first pointer word at or behind an offset (a multiple of the word); <paramref name="size"/> or more if there is none.</summary>
    public int Next(int offset, int size)
    {
        if (offset >= size || !HasPointers)
        {
            return size;
        }

        int start = offset - offset % Period;
        int next = _next[(offset - start) / _word];
        return next > size - start ? size : start + next;
    }

    /// <summary>True if a pointer begins at this offset.</summary>
    public bool IsPointer(int offset) => offset % _word == 0 && Next(offset, int.MaxValue) == offset;
}

/// <summary>The pointer maps a machine knows, by number: objects name theirs by it.</summary>
public sealed class PointerMaps
{
    // The last map that was made of a type, by the type's object: machines come and go, and most number it the same.
    private static readonly ConditionalWeakTable<object, PointerMap> LastOfType = [];
    private static readonly ConcurrentDictionary<(Arch Arch, int HiterSize), PointerMap[]> First = new();
    private readonly List<PointerMap> _maps = [];
    private Dictionary<int, PointerMap>? _withoutLink;
    private readonly Arch _arch;

    internal PointerMaps(Arch arch, int hiterSize)
    {
        _arch = arch;
        PointerMap[] first = First.GetOrAdd((arch, hiterSize), static key => OfRuntime(key.Arch, key.HiterSize));
        _maps.AddRange(first);
        (None, Words, Hmap, MapExtra, Slice, Hiter) = (first[0], first[1], first[2], first[3], first[4], first[5]);
    }

    /// <summary>Memory without pointers (noscan).</summary>
    public PointerMap None { get; }

    /// <summary>Every word is a pointer.</summary>
    public PointerMap Words { get; }

    /// <summary>An hmap.</summary>
    public PointerMap Hmap { get; }

    /// <summary>A mapextra.</summary>
    public PointerMap MapExtra { get; }

    /// <summary>A slice header.</summary>
    public PointerMap Slice { get; }

    /// <summary>An iterator.</summary>
    public PointerMap Hiter { get; }

    /// <summary>The map with a number.</summary>
    public PointerMap this[int id] => _maps[id];

    /// <summary>Values of a type, one after the other.</summary>
    public PointerMap Of(GoType type) => !type.HasPointers ? None : Known(type) ?? Add(type, type.Text, type.Size, type.PointerOffsets);

    /// <summary>Buckets of a map type, one after the other; <see cref="PointerMaps.None"/> if keys and elems hold no pointers.</summary>
    public PointerMap OfBucket(MapType t)
    {
        if (!t.BucketHasPointers)
        {
            return None;
        }

        if (Known(t) is { } known)
        {
            return known;
        }

        List<int> offsets = [];
        AddSlots(offsets, Bmap.DataOffset, t.KeySlot, t.IndirectKey ? [0] : t.Key.PointerOffsets);
        AddSlots(offsets, t.ElemsOffset, t.ElemSlot, t.IndirectElem ? [0] : t.Elem.PointerOffsets);
        offsets.Add(t.OverflowOffset);
        return Add(t, $"bucket of {t.Text}", t.BucketSize, offsets);
    }

    /// <summary>The map of a bucket without its last pointer, the link to the overflow bucket: what the fault wb-bulk-short sees.</summary>
    internal PointerMap WithoutLink(PointerMap bucket)
    {
        _withoutLink ??= [];
        if (!_withoutLink.TryGetValue(bucket.Id, out PointerMap? shorter))
        {
            shorter = new PointerMap(bucket.Id, bucket.Name, bucket.Period, [.. bucket.Offsets.SkipLast(1)], _arch.PointerSize);
            _withoutLink.Add(bucket.Id, shorter);
        }

        return shorter;
    }

    private static void AddSlots(List<int> offsets, int start, int stride, IReadOnlyList<int> pointers)
    {
        for (int slot = 0; slot < Bmap.Slots; slot++)
        {
            offsets.AddRange(pointers.Select(p => start + slot * stride + p));
        }
    }

    /// <summary>The runtime's own, which each machine knows from its start; in this order, for they have numbers.</summary>
    private static PointerMap[] OfRuntime(Arch arch, int hiterSize)
    {
        StructLayouts l = StructLayouts.Of(arch);
        return
        [
            new PointerMap(0, "no pointers", arch.PointerSize, [], arch.PointerSize),
            new PointerMap(1, "pointers", arch.PointerSize, [0], arch.PointerSize),
            new PointerMap(2, "hmap", l.HmapSize, [l.Buckets, l.OldBuckets, l.Extra], arch.PointerSize),
            new PointerMap(3, "mapextra", l.MapExtraSize, [StructLayouts.Overflow, l.OldOverflow, l.NextOverflow], arch.PointerSize),
            new PointerMap(4, "slice", l.SliceSize, [StructLayouts.SliceArray], arch.PointerSize),
            new PointerMap(5, "hiter", hiterSize, [StructLayouts.ItKey, l.ItElem, l.ItType, l.ItH, l.ItBuckets, l.ItBptr, l.ItOverflow, l.ItOldOverflow], arch.PointerSize),
        ];
    }

    /// <summary>The map of a type, as another machine made it; null if none did, or one of another number.</summary>
    private PointerMap? Known(object type)
    {
        if (!LastOfType.TryGetValue(type, out PointerMap? last))
        {
            return null;
        }

        if (Find(last.Period, last.Offsets) is { } same)
        {
            return same;
        }

        if (last.Id != _maps.Count)
        {
            return null;
        }

        _maps.Add(last);
        return last;
    }

    private PointerMap? Find(int period, IReadOnlyList<int> offsets)
    {
        PointerMap? found = null;
        for (int i = 0; i < _maps.Count && found == null; i++)
        {
            IReadOnlyList<int> known = _maps[i].Offsets;
            bool same = _maps[i].Period == period && (ReferenceEquals(known, offsets) || (known.Count == offsets.Count && known.SequenceEqual(offsets)));
            found = same ? _maps[i] : null;
        }

        return found;
    }

    private PointerMap Add(object type, string name, int period, IReadOnlyList<int> offsets)
    {
        PointerMap? known = Find(period, offsets);
        if (known == null)
        {
            known = new PointerMap(_maps.Count, name, period, offsets, _arch.PointerSize);
            _maps.Add(known);
        }

        if (known.Name == name)
        {
            LastOfType.AddOrUpdate(type, known);
        }

        return known;
    }
}
