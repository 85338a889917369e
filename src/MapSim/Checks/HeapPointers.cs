using System.Globalization;
using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>What holds a pointer.</summary>
internal enum HolderKind : byte
{
    Object,
    Stack,
    Global,
    Buffer,
}

/// <summary>A place that holds a pointer, small enough to be kept for every object.</summary>
/// <param name="Holder">What it is part of.</param>
/// <param name="At">The object's first byte, or the global variable.</param>
/// <param name="Number">The offset in the object, the goroutine, or the P of the buffer.</param>
/// <param name="Root">On a stack: what holds it.</param>
/// <param name="Which">On a stack: the frame's kind or the variable's number.</param>
/// <param name="Word">On a stack or in a buffer: which word of that.</param>
internal readonly record struct PointerPlace(HolderKind Holder, Addr At, int Number, RootPlace Root = default, int Which = 0, int Word = 0)
{
    public string Text(Machine m) => Holder switch
    {
        HolderKind.Object => m.Heap.TryFindObject(At, out HeapObject o)
            ? string.Create(CultureInfo.InvariantCulture, $"{HeapViolation.NameOf(o)}+{Number} ({o.Colour})")
            : At.ToString(),
        HolderKind.Global => $"global variable {At}",
        HolderKind.Buffer => string.Create(CultureInfo.InvariantCulture, $"barrier buffer of P {Number}, word {Word}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(m.Goroutines[Number].IsStackBlack ? "scanned " : "")}stack of goroutine {Number}, {RootText(m)}"),
    };

    private string RootText(Machine m) => Root switch
    {
        RootPlace.Frame => string.Create(CultureInfo.InvariantCulture, $"word {Word} of {m.Frames.Name((ushort)Which)}"),
        RootPlace.Register => string.Create(CultureInfo.InvariantCulture, $"result {Word}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"variable {Which}+{Word}"),
    };
}

/// <summary>Is told pointers, nil ones too.</summary>
internal interface IPointerVisitor
{
    void Visit(in PointerPlace place, Addr pointer);
}

/// <summary>
/// Reads pointers where they lie, without a step, and cannot fault: only live objects, stacks, global variables and
/// barrier buffers are read, past the counting accesses.
/// </summary>
internal static unsafe class HeapPointers
{
    /// <summary>The pointer words of a live object whose offsets are from <paramref name="from"/> up to below <paramref name="to"/>.</summary>
    public static void OfObject(Machine m, in HeapObject o, int from, int to, IPointerVisitor visitor)
    {
        PointerMap map = m.Heap.PointerMaps[o.Info.PointerMap];
        if (!map.HasPointers)
        {
            return;
        }

        Region region = m.Memory.RegionOf(o.Start)!;
        byte* bytes = region.Bytes.Start + (int)(o.Start - region.Base);
        int size = (int)o.Info.Size, word = m.PointerSize;
        for (int at = map.Next(from, size); at < to && at + word <= size; at = map.Next(at + word, size))
        {
            visitor.Visit(new PointerPlace(HolderKind.Object, o.Start, at), new Addr(word == 8 ? *(ulong*)(bytes + at) : *(uint*)(bytes + at)));
        }
    }

    /// <summary>All pointer words of a live object.</summary>
    public static void OfObject(Machine m, in HeapObject o, IPointerVisitor visitor) => OfObject(m, o, 0, (int)o.Info.Size, visitor);

    /// <summary>What a goroutine's stack holds.</summary>
    public static void OfStack(Machine m, int g, IPointerVisitor visitor)
    {
        (IPointerVisitor Visitor, int G) state = (visitor, g);
        m.VisitStack(g, ref state, static (ref (IPointerVisitor Visitor, int G) s, RootPlace place, int which, int word, Addr pointer) =>
            s.Visitor.Visit(new PointerPlace(HolderKind.Stack, default, s.G, place, which, word), pointer));
    }

    /// <summary>The global variables from one address to another.</summary>
    public static void OfGlobals(Machine m, Addr from, Addr to, IPointerVisitor visitor)
    {
        byte* bytes = m.Memory.Globals.Bytes.Start;
        for (Addr at = from; at < to; at += 8)
        {
            byte* p = bytes + (int)(at - m.Memory.Globals.Base);
            visitor.Visit(new PointerPlace(HolderKind.Global, at, 0), new Addr(m.PointerSize == 8 ? *(ulong*)p : *(uint*)p));
        }
    }

    /// <summary>The words in all barrier buffers.</summary>
    public static void OfBuffers(Machine m, IPointerVisitor visitor)
    {
        for (int p = 0; p < m.Heap.Gc.Procs; p++)
        {
            for (int i = 0; i < m.Heap.Gc.BufferedWords(p); i++)
            {
                visitor.Visit(new PointerPlace(HolderKind.Buffer, default, p, Word: i), m.Heap.Gc.Buffered(p, i));
            }
        }
    }

    /// <summary>A pointer anywhere in live memory or on a stack; nil where nothing is live.</summary>
    public static Addr At(Machine m, Addr address)
    {
        if (!m.Memory.IsLive(address, m.PointerSize))
        {
            return default;
        }

        Region region = m.Memory.RegionOf(address)!;
        byte* p = region.Bytes.Start + (int)(address - region.Base);
        return new Addr(m.PointerSize == 8 ? *(ulong*)p : *(uint*)p);
    }

    /// <summary>Behind the last global variable.</summary>
    public static Addr EndOfGlobals(Machine m) => m.Memory.Globals.Base + m.Memory.Globals.Bytes.HighWater;
}
