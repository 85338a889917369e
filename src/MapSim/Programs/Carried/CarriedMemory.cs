using System.Buffers.Binary;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// A map as it lay in some memory, object by object, with links in place of addresses: what "map m TYPE memory WORD" begins
/// with, so that a program goes on from a state of a real process (docs/INSPECT.md).
/// </summary>
public sealed class CarriedMemory
{
    private string? _word;

    /// <summary>Creates it.</summary>
    /// <param name="objects">The objects, the hmap first; a link leads to one of them by its number.</param>
    public CarriedMemory(IReadOnlyList<CarriedObject> objects)
        : this(objects, null)
    {
    }

    internal CarriedMemory(IReadOnlyList<CarriedObject> objects, string? word) => (Objects, _word) = (objects, word);

    /// <summary>The objects, the hmap first.</summary>
    public IReadOnlyList<CarriedObject> Objects { get; }

    /// <summary>All of it as one word of text; as it was read, if it was.</summary>
    public string Word => _word ??= CarriedText.Encode(this);

    /// <summary>Lays the objects into the heap of a session: no step, no draw.</summary>
    /// <param name="session">The session.</param>
    /// <param name="type">The number of the map's type.</param>
    /// <param name="label">The object that a label names, for pointees.</param>
    public LaidMemory Lay(MapSession session, int type, Func<string, Addr>? label = null)
    {
        Machine m = session.Machine;
        var places = new Addr[Objects.Count];
        for (int i = 0; i < places.Length; i++)
        {
            CarriedObject o = Objects[i];
            places[i] = o.Kind == ObjectKind.Pointee && label != null ? label(o.Name)
                : m.Heap.Allocate(0, (ulong)o.Bytes.Length, Pointers(m, type, o), o.Kind, default);
        }

        var outside = new Dictionary<Addr, Addr>();
        for (int i = 0; i < places.Length; i++)
        {
            CarriedObject o = Objects[i];
            if (o.Links.Count == 0)
            {
                m.Memory.Poke(places[i], o.Bytes.Span);
                continue;
            }

            byte[] bytes = o.Bytes.ToArray();
            foreach (CarriedLink link in o.Links)
            {
                Addr to = link.Target switch
                {
                    CarriedLink.Outside => Stranger(m, new Addr(link.Offset), outside),
                    CarriedLink.Descriptor => m.RuntimeType(GoTypeParser.Parse(link.Type!, m.Arch)),
                    int target => places[target] + link.Offset,
                };
                Write(bytes.AsSpan(link.At), to, m.PointerSize);
            }

            m.Memory.Poke(places[i], bytes);
        }

        return new LaidMemory(places[0], places, outside);
    }

    private static PointerMap Pointers(Machine m, int type, CarriedObject o)
    {
        PointerMaps maps = m.Heap.PointerMaps;
        return o.Kind switch
        {
            ObjectKind.Hmap => maps.Hmap,
            ObjectKind.MapExtra => maps.MapExtra,
            ObjectKind.OverflowSlice => maps.Slice,
            ObjectKind.OverflowArray => maps.Words,
            ObjectKind.BucketArray or ObjectKind.OverflowBucket => m.PointersOf(type).Bucket,
            ObjectKind.Key => maps.Of(m.Types[type].Key),
            ObjectKind.Elem => maps.Of(m.Types[type].Elem),
            ObjectKind.Boxed => maps.Of(GoTypeParser.Parse(o.Name, m.Arch)),
            _ => maps.None,
        };
    }

    /// <summary>In place of an address that was not carried along one at which nothing ever is.</summary>
    private static Addr Stranger(Machine m, Addr at, Dictionary<Addr, Addr> outside)
    {
        Addr stranger = m.PointerSize == 8 ? SimMemory.OutOfBounds(at) : new Addr(0xD000_0000 | (at.Value & 0x0FFF_FFFF));
        outside[stranger] = at;
        return stranger;
    }

    private static void Write(Span<byte> to, Addr value, int word)
    {
        if (word == 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, value.Value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, unchecked((uint)value.Value));
        }
    }
}

/// <summary>Where the objects of a carried map lie in a machine.</summary>
/// <param name="Map">The hmap.</param>
/// <param name="Objects">The address of each object.</param>
/// <param name="Outside">What stands for addresses that were not carried along, and what they were.</param>
public sealed record LaidMemory(Addr Map, IReadOnlyList<Addr> Objects, IReadOnlyDictionary<Addr, Addr> Outside);
