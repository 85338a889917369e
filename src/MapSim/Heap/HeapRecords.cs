using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>What the heap knows of one object, in simulated bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ObjectInfo
{
    /// <summary>Bytes asked for; access beyond them (rounded up to 8) is out of bounds.</summary>
    public uint Size;

    /// <summary>How often this slot was allocated: tells a stale pointer from a new one at the same address.</summary>
    public uint Generation;

    /// <summary>The collection in which it was freed, while it is not allocated.</summary>
    public uint FreedCycle;

    /// <summary>The number of its record in the <see cref="HeapHistory"/>; 0 if it never had one.</summary>
    public uint History;

    /// <summary>1 while allocated.</summary>
    public byte Live;

    /// <summary>1 if the collector need not look inside.</summary>
    public byte NoScan;

    /// <summary>What the object is for, see <see cref="ObjectKind"/>.</summary>
    public byte Kind;

    /// <summary>Bytes of the malloc header in front of it, inside its slot.</summary>
    public byte Header;

    /// <summary>Which words are pointers: a number of <see cref="PointerMaps"/>.</summary>
    public ushort PointerMap;

    /// <summary>What the collector knows of it, see <see cref="Heap.Colour"/>.</summary>
    public byte Colour;

    /// <summary>Unused; zero.</summary>
    public byte Reserved;
}

/// <summary>What the collector knows of an object (gc-and-barriers.md C).</summary>
public enum Colour : byte
{
    /// <summary>Not marked.</summary>
    White,

    /// <summary>Marked, and waiting to be scanned or being scanned.</summary>
    Grey,

    /// <summary>Marked, and scanned or without pointers.</summary>
    Black,
}

/// <summary>What an object is for: dumps and findings say it, the simulation does not depend on it.</summary>
public enum ObjectKind : byte
{
    /// <summary>Not said.</summary>
    Other,

    /// <summary>An hmap.</summary>
    Hmap,

    /// <summary>A mapextra.</summary>
    MapExtra,

    /// <summary>A bucket array with its spare overflow buckets.</summary>
    BucketArray,

    /// <summary>An overflow bucket allocated by itself.</summary>
    OverflowBucket,

    /// <summary>The header of a slice of overflow buckets.</summary>
    OverflowSlice,

    /// <summary>The array of a slice of overflow buckets.</summary>
    OverflowArray,

    /// <summary>An indirect key.</summary>
    Key,

    /// <summary>An indirect elem.</summary>
    Elem,

    /// <summary>An iterator that escaped to the heap.</summary>
    Hiter,

    /// <summary>The bytes of a string.</summary>
    StringData,

    /// <summary>A value boxed in an interface.</summary>
    Boxed,

    /// <summary>What a program's pointer points to.</summary>
    Pointee,
}

/// <summary>A run of pages cut into objects of one size, in simulated bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Span
{
    public int StartPage;
    public int Pages;
    public uint ElemSize;
    public int Elems;

    /// <summary>Slots that were ever allocated: those from here on are fresh.</summary>
    public int Used;

    /// <summary>Slots in use.</summary>
    public int Allocated;

    /// <summary>Freed slots that may be used again, as counted by the last sweep.</summary>
    public int Reusable;

    /// <summary>Where to look for the next of them.</summary>
    public int NextReusable;

    public int FirstObject;

    /// <summary>The collection after which it was last swept.</summary>
    public uint SweptCycle;

    public byte SizeClass;
    public byte NoScan;
    public ushort Reserved;
}

/// <summary>The counters of one arena and, for every size class with and without pointers, the span it allocates from (index + 1).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArenaState
{
    public int Pages;
    public int Spans;
    public int Objects;

    /// <summary>Objects ever freed: while 0, no span but the cached one can have room.</summary>
    public int Freed;

    public fixed int Cache[2 * 68];
}

/// <summary>Who allocates or frees, and when.</summary>
/// <param name="Step">The machine's step counter.</param>
/// <param name="Goroutine">Whose step it is.</param>
/// <param name="Owner">The map the object will belong to; nil for none.</param>
public readonly record struct Origin(ulong Step, int Goroutine, Addr Owner);

/// <summary>A live or freed object as found by address.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Info">What the heap knows of it.</param>
public readonly record struct HeapObject(Addr Start, ObjectInfo Info)
{
    /// <summary>The address just behind the bytes asked for.</summary>
    public Addr End => Start + (ulong)Info.Size;

    /// <summary>What it is for.</summary>
    public ObjectKind Kind => (ObjectKind)Info.Kind;

    /// <summary>True while it is allocated.</summary>
    public bool IsLive => Info.Live != 0;

    /// <summary>What the collector knows of it.</summary>
    public Colour Colour => (Colour)Info.Colour;
}
