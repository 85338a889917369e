using System.Globalization;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// G8: what a map is made of tells the collector the truth about its pointers: the hmap, the mapextra, the lists of
/// overflow buckets, both bucket arrays, the overflow buckets, and indirect keys and elems have exactly the pointer words
/// of their types, and noscan if there are none. Buckets of pointer-free maps are noscan, although their overflow words
/// are addresses.
/// </summary>
/// <remarks>
/// It may be called in the middle of an operation: it follows only what leads to live objects of the right kind, and
/// trusts neither B nor the lists' lengths. It does not ask whether all overflow buckets are listed (H3.17) nor whether
/// anything is missing. What was found right once for a size, a type and a map is not compared again.
/// </remarks>
public sealed class NoScanFlag
{
    internal const string Id = "G8";
    private const int Fixed = 4, OfType = 3;
    private readonly HashSet<(int Role, ushort Map, uint Size, byte NoScan)> _right = [];
    private readonly List<List<int>> _offsets = [];
    private readonly List<int> _periods = [];
    private Machine? _machine;
    private HeapViolation? _wrong;

    /// <summary>Checks what belongs to one map.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="type">The map type's number.</param>
    /// <param name="map">The hmap; may be nil, and may be on a stack.</param>
    /// <param name="found">Takes at most one violation.</param>
    public void Check(Machine m, int type, Addr map, IList<HeapViolation> found)
    {
        Prepare(m);
        _wrong = null;
        Compare(map, ObjectKind.Hmap, 0);
        CheckArray(type, HeapPointers.At(m, map + m.L.Buckets));
        CheckArray(type, HeapPointers.At(m, map + m.L.OldBuckets));
        Addr extra = HeapPointers.At(m, map + m.L.Extra);
        Compare(extra, ObjectKind.MapExtra, 1);
        CheckList(extra + StructLayouts.Overflow);
        CheckList(extra + m.L.OldOverflow);
        if (_wrong is { } wrong)
        {
            found.Add(wrong);
        }
    }

    /// <summary>The expected offsets of each role: of the runtime's structs, then of each type's bucket, key and elem.</summary>
    private void Prepare(Machine m)
    {
        if (_machine != m)
        {
            _machine = m;
            _right.Clear();
            _offsets.Clear();
            _periods.Clear();
            Expect([m.L.Buckets, m.L.OldBuckets, m.L.Extra], m.L.HmapSize);
            Expect([StructLayouts.Overflow, m.L.OldOverflow, m.L.NextOverflow], m.L.MapExtraSize);
            Expect([StructLayouts.SliceArray], m.L.SliceSize);
            Expect([0], m.PointerSize);
        }

        for (int t = (_offsets.Count - Fixed) / OfType; t < m.Types.Length; t++)
        {
            MapType type = m.Types[t];
            Expect(ExpectedPointers.OfBucket(type), type.BucketSize);
            Expect(ExpectedPointers.Of(type.Key, m.PointerSize), type.Key.Size);
            Expect(ExpectedPointers.Of(type.Elem, m.PointerSize), type.Elem.Size);
        }
    }

    private void Expect(List<int> offsets, int period)
    {
        _offsets.Add(offsets);
        _periods.Add(period);
    }

    private void CheckList(Addr at)
    {
        Addr header = HeapPointers.At(_machine!, at);
        if (Compare(header, ObjectKind.OverflowSlice, 2))
        {
            Compare(HeapPointers.At(_machine!, header + StructLayouts.SliceArray), ObjectKind.OverflowArray, 3);
        }
    }

    /// <summary>All buckets that the array's object has room for, spare ones too, and the chains that begin there.</summary>
    private void CheckArray(int type, Addr array)
    {
        MapType t = _machine!.Types[type];
        ulong count = _machine.Memory.IsStack(array) ? 1UL : 0;
        if (_machine.Heap.TryFindObject(array, out HeapObject o) && o.IsLive && o.Start == array)
        {
            Compare(o, Fixed + OfType * type);
            count = o.Info.Size / (ulong)t.BucketSize;
        }

        for (ulong i = 0; i < count && _wrong == null; i++)
        {
            CheckChain(type, t, array + (i * (ulong)t.BucketSize));
        }
    }

    private void CheckChain(int type, MapType t, Addr bucket)
    {
        // A chain that runs in a circle is not this oracle's business.
        int left = 1 << 16;
        do
        {
            CheckSlots(t.IndirectKey, ObjectKind.Key, bucket + Bmap.DataOffset, Fixed + OfType * type + 1);
            CheckSlots(t.IndirectElem, ObjectKind.Elem, bucket + t.ElemsOffset, Fixed + OfType * type + 2);
            bucket = HeapPointers.At(_machine!, bucket + t.OverflowOffset);
        }
        while (--left > 0 && Compare(bucket, ObjectKind.OverflowBucket, Fixed + OfType * type));
    }

    private void CheckSlots(bool isIndirect, ObjectKind kind, Addr slots, int role)
    {
        for (int slot = 0; isIndirect && slot < Bmap.Slots; slot++)
        {
            Compare(HeapPointers.At(_machine!, slots + slot * _machine!.PointerSize), kind, role);
        }
    }

    /// <returns>True if a live object of that kind starts there and nothing was wrong so far.</returns>
    private bool Compare(Addr start, ObjectKind kind, int role)
    {
        if (_wrong != null || !_machine!.Heap.TryFindObject(start, out HeapObject o) || !o.IsLive || o.Start != start || o.Kind != kind)
        {
            return false;
        }

        Compare(o, role);
        return _wrong == null;
    }

    private void Compare(in HeapObject o, int role)
    {
        (int, ushort, uint, byte) key = (role, o.Info.PointerMap, o.Info.Size, o.Info.NoScan);
        if (_wrong != null || _right.Contains(key))
        {
            return;
        }

        List<int> offsets = _offsets[role];
        PointerMap map = _machine!.Heap.PointerMaps[o.Info.PointerMap];
        if (o.Info.NoScan != (offsets.Count == 0 ? 1 : 0))
        {
            Wrong(o, $"noscan {o.Info.NoScan}", $"noscan {(offsets.Count == 0 ? 1 : 0)}");
            return;
        }

        for (int at = 0; at < o.Info.Size; at += _machine.PointerSize)
        {
            bool expected = offsets.BinarySearch(at % Math.Max(1, _periods[role])) >= 0;
            if (map.IsPointer(at) != expected)
            {
                string word = string.Create(CultureInfo.InvariantCulture, $"the word at {at} ");
                Wrong(o, $"{word}{(expected ? "is no pointer" : "is a pointer")} in the pointer map '{map.Name}'", word + (expected ? "is one" : "is none"));
                return;
            }
        }

        _right.Add(key);
    }

    private void Wrong(in HeapObject o, string found, string expected) => _wrong = HeapViolation.Of(_machine!, Id, o.Start, found, expected);
}
