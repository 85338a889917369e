using System.Runtime.InteropServices;

namespace MapSim.Heap;

/// <summary>What the heap knows of one object, in simulated bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ObjectInfo
{
    /// <summary>Bytes asked for; access beyond them (rounded up to 8) is out of bounds.</summary>
    public uint Size;

    /// <summary>How often this slot was allocated: tells a stale pointer from a new one at the same address.</summary>
    public uint Generation;

    /// <summary>1 while allocated.</summary>
    public byte Live;

    /// <summary>1 if the collector need not look inside.</summary>
    public byte NoScan;

    /// <summary>What the object is for, see <see cref="ObjectKind"/>.</summary>
    public byte Kind;

    /// <summary>Unused; zero.</summary>
    public byte Reserved;
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
    public int FreeIndex;
    public int FirstObject;
    public byte SizeClass;
    public byte Header;
    public byte NoScan;
    public byte Reserved;
}

/// <summary>The counters of one arena and, for every size class with and without pointers, the span it allocates from (index + 1).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArenaState
{
    public int Pages;
    public int Spans;
    public int Objects;
    public int Reserved;
    public fixed int Cache[2 * 68];
}

/// <summary>A live or freed object as found by address.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Info">What the heap knows of it.</param>
public readonly record struct HeapObject(Memory.Addr Start, ObjectInfo Info)
{
    /// <summary>The address just behind the bytes asked for.</summary>
    public Memory.Addr End => Start + (ulong)Info.Size;

    /// <summary>What it is for.</summary>
    public ObjectKind Kind => (ObjectKind)Info.Kind;
}
