using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Inspect;

/// <summary>
/// A decoded map taken out of its process: each of its objects with the bytes that were found, links in place of addresses.
/// What keys point to comes along (strings, values in interfaces), if asked for what elems point to as well.
/// </summary>
/// <remarks>
/// Pointers in keys stay the numbers they are, since the hash of a pointer is that of its number. Pointers in elems lead to
/// objects of their own, of which only the name is known: &amp;at_c000012340.
/// </remarks>
internal sealed class MapCapture
{
    private readonly ProcessImage _image;
    private readonly DecodedMap _map;
    private readonly MapType _type;
    private readonly bool _followsElems;
    private readonly List<CarriedObject> _objects = [];
    private readonly List<Addr> _originals = [];
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<(Addr From, ulong Size, int Number)> _arrays = [];
    private readonly Dictionary<ulong, int> _pointees = [];

    private MapCapture(ProcessImage image, DecodedMap map, bool followsElems) => (_image, _map, _type, _followsElems) = (image, map, map.Type, followsElems);

    /// <summary>The objects.</summary>
    public CarriedMemory Memory => new(_objects);

    /// <summary>Where each object was.</summary>
    public IReadOnlyList<Addr> Originals => _originals;

    /// <summary>The descriptors of types in interfaces, by Go's spelling.</summary>
    public Dictionary<string, Addr> Descriptors { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries whose key (or indirect elem) is not in the files.</summary>
    public int MissingEntries { get; private set; }

    /// <summary>Why the first of them is not; null if it is of a type that is not understood.</summary>
    public string? WhyMissing { get; private set; }

    /// <summary>The first entry whose key (or indirect elem) is where the process had no memory, if any.</summary>
    public Misfit? BrokenEntry { get; private set; }

    /// <summary>Strings and values that elems point to and that are not in the files.</summary>
    public int MissingElems { get; private set; }

    /// <summary>Takes a map.</summary>
    /// <param name="image">The memory it was decoded from.</param>
    /// <param name="map">The map; its header was read, and of buckets that are not there nothing is taken.</param>
    /// <param name="followsElems">Takes what elems point to as well.</param>
    public static MapCapture Of(ProcessImage image, DecodedMap map, bool followsElems)
    {
        var capture = new MapCapture(image, map, followsElems);
        capture.Objects();
        return capture;
    }

    private void Objects()
    {
        CarriedObject header = Add(_map.Address, ObjectKind.Hmap, _map.Header.ToArray());
        var filled = new List<Action>();
        foreach (DecodedArray array in ((DecodedArray?[])[_map.Present, _map.Old]).OfType<DecodedArray>())
        {
            if (array.Buckets.Any(b => b.Depth == 0 && b.Bytes.Length == 0))
            {
                continue;
            }

            CarriedObject main = Add(array.Start, ObjectKind.BucketArray, new byte[array.Total * _type.BucketSize]);
            var own = new Dictionary<ulong, CarriedObject>();
            foreach (DecodedBucket b in array.Buckets.Where(b => b.Depth > 0 && b.Bytes.Length > 0 && IsOutside(array, b)))
            {
                own[b.Address.Value] = Add(b.Address, ObjectKind.OverflowBucket, new byte[_type.BucketSize]);
            }

            filled.Add(() => Fill(array, main, own));
        }

        Lists();
        foreach (int at in (ReadOnlySpan<int>)[_map.L.Buckets, _map.L.OldBuckets, _map.L.Extra])
        {
            Turn(header, at);
        }

        filled.ForEach(f => f());
    }

    private void Lists()
    {
        if (_map.ExtraBytes.Length == 0)
        {
            return;
        }

        CarriedObject extra = Add(_map.Extra, ObjectKind.MapExtra, _map.ExtraBytes.ToArray());
        foreach (DecodedList list in ((DecodedList?[])[_map.Overflow, _map.OldOverflow]).OfType<DecodedList>())
        {
            CarriedObject header = Add(list.Header, ObjectKind.OverflowSlice, Words(list.Array, new Addr(list.Length), new Addr(list.Capacity)));
            if (list.Items.Count > 0)
            {
                CarriedObject items = Add(list.Array, ObjectKind.OverflowArray, Words([.. list.Items]));
                for (int i = 0; i < list.Items.Count; i++)
                {
                    Turn(items, i * _map.L.Word);
                }
            }

            Turn(header, 0);
        }

        foreach (int at in (ReadOnlySpan<int>)[StructLayouts.Overflow, _map.L.OldOverflow, _map.L.NextOverflow])
        {
            Turn(extra, at);
        }
    }

    private void Fill(DecodedArray array, CarriedObject main, Dictionary<ulong, CarriedObject> own)
    {
        // Spares first: those that are linked come again, as buckets of their chains.
        Spares(array, main);
        bool isEvacuated = false;
        foreach (DecodedBucket b in array.Buckets.Where(b => b.Bytes.Length > 0))
        {
            isEvacuated = b.Depth == 0 ? array.IsOld && b.IsEvacuated : isEvacuated;
            int at = own.TryGetValue(b.Address.Value, out CarriedObject? bucket) ? 0 : (int)(b.Address - array.Start);
            Bucket(b, bucket ?? main, at, isEvacuated);
        }
    }

    /// <summary>Missing spares are taken to be as they should be: unused, the last with the array's address.</summary>
    private void Spares(DecodedArray array, CarriedObject main)
    {
        int size = _type.BucketSize, start = array.Main * size;
        array.Spares.Span.CopyTo(main.Content[start..]);
        if (array.SparesAreMissing)
        {
            Words(array.Start).CopyTo(main.Content[^_map.L.Word..]);
        }

        var linked = new HashSet<ulong>(array.Buckets.Where(b => b.Depth > 0 && b.Bytes.Length > 0).Select(b => b.Address.Value));
        for (int at = start; at < main.Content.Length; at += size)
        {
            if (!linked.Contains((array.Start + at).Value))
            {
                Turn(main, at + _type.OverflowOffset);
            }
        }
    }

    private void Bucket(DecodedBucket b, CarriedObject into, int at, bool isEvacuated)
    {
        b.Bytes.Span.CopyTo(into.Content[at..]);
        for (int slot = 0; slot < Bmap.Slots && !isEvacuated; slot++)
        {
            if (b.Top(slot) >= Bmap.MinTopHash)
            {
                bool ok = Value(new Place(b, slot, into, at + Bmap.DataOffset + slot * _type.KeySlot, IsKey: true), _type.Key, _type.IndirectKey ? ObjectKind.Key : null);
                ok &= (!_followsElems && !_type.IndirectElem)
                    || Value(new Place(b, slot, into, at + _type.ElemsOffset + slot * _type.ElemSlot, IsKey: false, _type.IndirectElem), _type.Elem, _type.IndirectElem ? ObjectKind.Elem : null);
                MissingEntries += ok ? 0 : 1;
            }
        }

        Turn(into, at + _type.OverflowOffset);
    }

    /// <summary>A value in a slot, or behind the pointer in it.</summary>
    private bool Value(Place p, GoType type, ObjectKind? indirect) => indirect is { } kind ? Behind(p, type, kind) : Inside(p, type);

    /// <summary>Takes a value that a word points to.</summary>
    private bool Behind(Place p, GoType type, ObjectKind kind)
    {
        Addr from = Pointer(p.Object, p.At);
        var bytes = new byte[type.Size];
        if (!_image.TryRead(from, bytes))
        {
            Link(p.Object, p.At, from);
            return Unreadable(p, $"a pointer to {from}", from, bytes.Length);
        }

        CarriedObject value = Add(from, kind, bytes, kind == ObjectKind.Boxed ? type.Text : "", isShared: false);
        p.Object.Link(new CarriedLink(p.At, _objects.Count - 1, 0), _map.L.Word);
        return (!p.IsKey && !_followsElems) || Inside(p with { Object = value, At = 0, IsIndirect = false }, type);
    }

    /// <summary>Takes what a value points to: the bytes of strings, the values in interfaces; of an elem also what other pointers lead to.</summary>
    private bool Inside(Place p, GoType type)
    {
        bool all = true;
        switch (type.Kind)
        {
            case GoKind.String:
                return String(p);
            case GoKind.Interface:
                return Interface(p);
            case GoKind.Array when type.HasPointers:
                for (int i = 0; i < type.Length; i++)
                {
                    all &= Inside(p with { At = p.At + i * type.Elem!.Size }, type.Elem!);
                }

                return all;
            case GoKind.Struct when type.HasPointers:
                foreach (GoField field in type.Fields)
                {
                    all &= Inside(p with { At = p.At + field.Offset }, field.Type);
                }

                return all;
            default:
                for (int i = 0; i < type.PointerOffsets.Count && !p.IsKey; i++)
                {
                    Pointee(p.Object, p.At + type.PointerOffsets[i]);
                }

                return true;
        }
    }

    private bool String(Place p)
    {
        Addr data = Pointer(p.Object, p.At);
        ulong length = Pointer(p.Object, p.At + _map.L.Word).Value;
        if (length == 0)
        {
            return true;
        }

        bool isLong = length > SavedValues.LongestString;
        byte[] bytes = isLong ? [] : new byte[(int)length];
        if (isLong || !_image.TryRead(data, bytes))
        {
            Link(p.Object, p.At, data);
            return Unreadable(p, FormattableString.Invariant($"a string of {length} bytes at {data}"), isLong ? default : data, isLong ? 1 : bytes.Length);
        }

        Add(data, ObjectKind.StringData, bytes, isShared: false);
        p.Object.Link(new CarriedLink(p.At, _objects.Count - 1, 0), _map.L.Word);
        return true;
    }

    private bool Interface(Place p)
    {
        Addr descriptor = Pointer(p.Object, p.At);
        if (descriptor.IsNil)
        {
            return true;
        }

        int data = p.At + _map.L.Word;
        if (TypeDescriptors.Read(_image, descriptor, _type.Arch) is not { } type)
        {
            Link(p.Object, p.At, descriptor);
            Link(p.Object, data, Pointer(p.Object, data));

            // A type that is not understood is no fault of the map.
            return _image.MayExist(descriptor) ? Missing(p) : Unreadable(p, $"an interface with the type word {descriptor}", descriptor, 1);
        }

        Descriptors[type.Text] = descriptor;
        p.Object.Link(new CarriedLink(p.At, CarriedLink.Descriptor, 0, type.Text), _map.L.Word);
        if (type.IsDirectInterface)
        {
            return Inside(p with { At = data }, type);
        }

        return type.Size == 0 || Behind(p with { At = data }, type, ObjectKind.Boxed);
    }

    private bool Unreadable(Place p, string found, Addr at, int size)
    {
        if (_image.MayExist(at))
        {
            WhyMissing ??= _image.WhyMissing(at, (ulong)size);
        }
        else if (p.IsKey || p.IsIndirect)
        {
            BrokenEntry ??= new Misfit(MisfitKind.Broken, "H3.19", FormattableString.Invariant($"bucket {p.Bucket.Chain}, slot {p.Slot}"), p.Bucket.Address, 0, found, "an entry whose key and elem are memory of the process");
        }

        return Missing(p);
    }

    /// <summary>An entry without its key or indirect elem is none; what an elem points to may be missing.</summary>
    private bool Missing(Place p)
    {
        bool isEntry = p.IsKey || p.IsIndirect;
        MissingElems += isEntry ? 0 : 1;
        return !isEntry;
    }

    /// <summary>What a pointer of an elem leads to: an object with a name, the same for the same address.</summary>
    private void Pointee(CarriedObject o, int at)
    {
        Addr to = Pointer(o, at);
        if (to.IsNil)
        {
            return;
        }

        if (!_pointees.TryGetValue(to.Value, out int number))
        {
            number = _objects.Count;
            _pointees.Add(to.Value, number);
            Add(to, ObjectKind.Pointee, new byte[ValueWriter.PointeeSize], FormattableString.Invariant($"&at_{to.Value:x}"), isShared: false);
        }

        o.Link(new CarriedLink(at, number, 0), _map.L.Word);
    }

    /// <param name="from">Where it was.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="name">Type or label.</param>
    /// <param name="isShared">Links from anywhere in the map lead to it.</param>
    private CarriedObject Add(Addr from, ObjectKind kind, byte[] bytes, string name = "", bool isShared = true)
    {
        var o = new CarriedObject(kind, bytes, name);
        if (isShared)
        {
            _numbers[from.Value] = _objects.Count;
        }

        if (kind == ObjectKind.BucketArray)
        {
            _arrays.Add((from, (ulong)bytes.Length, _objects.Count));
        }

        _objects.Add(o);
        _originals.Add(from);
        return o;
    }

    /// <summary>Makes a word that has an address of the map a link.</summary>
    private void Turn(CarriedObject o, int at)
    {
        Addr to = Pointer(o, at);
        if (!to.IsNil)
        {
            Link(o, at, to);
        }
    }

    private void Link(CarriedObject o, int at, Addr to)
    {
        if (to.IsNil)
        {
            return;
        }

        if (_numbers.TryGetValue(to.Value, out int number))
        {
            o.Link(new CarriedLink(at, number, 0), _map.L.Word);
            return;
        }

        foreach ((Addr from, ulong size, int array) in _arrays)
        {
            if (to - from < size)
            {
                o.Link(new CarriedLink(at, array, to - from), _map.L.Word);
                return;
            }
        }

        o.Link(new CarriedLink(at, CarriedLink.Outside, to.Value), _map.L.Word);
    }

    private Addr Pointer(CarriedObject o, int at) => DecodedMap.Pointer(o.Content[at..], _type.Arch);

    private byte[] Words(params ReadOnlySpan<Addr> words)
    {
        int w = _map.L.Word;
        var bytes = new byte[words.Length * w];
        for (int i = 0; i < words.Length; i++)
        {
            BitConverter.GetBytes(words[i].Value).AsSpan(0, w).CopyTo(bytes.AsSpan(i * w));
        }

        return bytes;
    }

    private bool IsOutside(DecodedArray array, DecodedBucket b) => b.Address - array.Start >= (ulong)array.Total * (ulong)_type.BucketSize;

    /// <summary>Where a value lies: in an object, and in which slot of the map.</summary>
    private readonly record struct Place(DecodedBucket Bucket, int Slot, CarriedObject Object, int At, bool IsKey, bool IsIndirect = false);
}
