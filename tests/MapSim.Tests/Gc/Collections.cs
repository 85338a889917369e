using System.Buffers.Binary;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Gcs;

/// <summary>Sessions with a collector, and what the collector should find, computed without it.</summary>
internal static class Collections
{
    /// <summary>Map types of every shape that the collector tells apart.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "map[uint64]uint64", "map[string]string", "map[uint64]*T", "map[*T]uint8", "map[interface{}]int", "map[[136]byte][136]byte", "map[[20]string]*T",
    ];

    /// <summary>A session whose collections start only when they are asked for, unless the options say else.</summary>
    public static MapSession Session(
        string type, GcOptions? options = null, GcSchedule? schedule = null, GoVersion? version = null, Arch? arch = null, DegenerateHashKind? hash = null,
        int storeBuffers = 0)
    {
        MapSession s = Sessions.Of(type, version, arch, hash, storeBuffers: storeBuffers);
        s.UseCollector(options ?? new GcOptions(Percent: 0), schedule);
        return s;
    }

    /// <summary>Every object that a root leads to: a walk over all words of all objects, with nothing of the collector in it.</summary>
    public static HashSet<Addr> Reachable(Machine m)
    {
        var found = new HashSet<Addr>();
        var left = new Stack<Addr>();
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            if (!m.Goroutines[g].IsSystem)
            {
                Visit(m.StackRoots(g).Select(r => r.Value));
            }
        }

        Region globals = m.Memory.Globals;
        Visit(Enumerable.Range(0, globals.Bytes.HighWater / 8).Select(i => new Addr(BinaryPrimitives.ReadUInt64LittleEndian(globals.Bytes.Span(8 * i, 8)))));
        while (left.TryPop(out Addr start))
        {
            m.Heap.TryFindObject(start, out HeapObject o);
            byte[] bytes = m.Memory.Raw(start, ((int)o.Info.Size + 7) & ~7).ToArray();
            PointerMap map = m.Heap.PointerMaps[o.Info.PointerMap];
            Visit(Enumerable.Range(0, (int)o.Info.Size).Where(map.IsPointer).Select(at => WordAt(m, bytes.AsSpan(at))).ToArray());
        }

        return found;

        void Visit(IEnumerable<Addr> pointers)
        {
            foreach (Addr p in pointers)
            {
                if (m.Heap.TryFindObject(p, out HeapObject o) && o.IsLive && found.Add(o.Start))
                {
                    left.Push(o.Start);
                }
            }
        }
    }

    /// <summary>A word of memory as a pointer.</summary>
    public static Addr WordAt(Machine m, ReadOnlySpan<byte> bytes) =>
        new(m.PointerSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    /// <summary>The colour of the object that contains an address.</summary>
    public static Colour ColourOf(Machine m, Addr a) => m.Heap.TryFindObject(a, out HeapObject o) ? o.Colour : throw new ArgumentException($"no object at {a}");

    /// <summary>True if the object that contains an address is allocated.</summary>
    public static bool IsLive(Machine m, Addr a) => m.Heap.TryFindObject(a, out HeapObject o) && o.IsLive;

    /// <summary>Runs a goroutine until it stands at a label, as "Frame.Label".</summary>
    public static void StepTo(Machine m, int g, string where)
    {
        for (int i = 0; !m.Goroutines[g].IsBusy || m.CallStack(g)[0] != where; i++)
        {
            if (i == 100_000 || !m.Goroutines[g].IsBusy)
            {
                throw new InvalidOperationException($"goroutine {g} does not come to {where}");
            }

            m.Step(g);
        }
    }
}
