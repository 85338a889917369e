using System.Runtime.InteropServices;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>What happened to one object. Steps are counted from 1; 0 means not yet.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ObjectHistory
{
    /// <summary>The step in which it was allocated.</summary>
    public ulong Allocated;

    /// <summary>Bucket arrays and overflow buckets: the step from which entries move out of it (it became oldbuckets).</summary>
    public ulong Migrating;

    /// <summary>Bucket arrays and overflow buckets: the step in which the map let go of it.</summary>
    public ulong Released;

    /// <summary>The step in which it was freed and poisoned.</summary>
    public ulong Freed;

    /// <summary>The map it belongs to (its hmap), or nil.</summary>
    public Addr Owner;

    /// <summary>Its first byte.</summary>
    public Addr Start;

    /// <summary>An hmap: bytes of all objects its map allocated, as the allocator rounds them.</summary>
    public ulong OwnedBytes;

    /// <summary>An hmap: bytes of those that were freed.</summary>
    public ulong OwnedFreedBytes;

    /// <summary>An hmap: objects its map allocated, itself included.</summary>
    public uint OwnedMallocs;

    /// <summary>An hmap: those that were freed.</summary>
    public uint OwnedFrees;

    /// <summary>The record of the hmap it belongs to; 0 for none.</summary>
    public uint OwnerRecord;

    /// <summary>Overflow buckets: the record of the array in whose chains it was linked; with that it migrates and is released.</summary>
    public uint ArrayRecord;

    /// <summary>The collection that freed it.</summary>
    public uint FreedCycle;

    /// <summary>Bytes asked for.</summary>
    public uint Size;

    /// <summary>The goroutine that allocated it.</summary>
    public ushort AllocatedBy;

    /// <summary>The goroutine whose step freed it.</summary>
    public ushort FreedBy;

    /// <summary>What it was for, see <see cref="ObjectKind"/>.</summary>
    public byte Kind;
}

/// <summary>
/// The record of every object ever allocated, in the order of allocation: for findings (who freed it, and when), for
/// statistics and for residence times. It is undone with everything else, but is no part of the state hash, as nothing
/// in the simulation reads it.
/// </summary>
public sealed unsafe class HeapHistory
{
    private readonly SimMemory _memory;
    private readonly Segment _records;
    private readonly Segment _count;

    internal HeapHistory(SimMemory memory)
    {
        _memory = memory;
        _records = memory.Undo.NewSegment(64 * sizeof(ObjectHistory));
        _count = memory.Undo.NewSegment(8);
        _count.Grow(8);
    }

    /// <summary>Records so far; the numbers are 1 to this.</summary>
    public int Count => *(int*)_count.Start;

    /// <summary>The number of the segment that holds the records, in snapshots.</summary>
    internal int Segment => _records.Id;

    /// <summary>A record.</summary>
    /// <param name="number">1 or more.</param>
    public ref readonly ObjectHistory this[uint number] => ref Record(number);

    /// <summary>The record to be changed: journaled while tracking.</summary>
    internal ref ObjectHistory Change(uint number)
    {
        if (_memory.Tracking)
        {
            _memory.Undo.Save(_records, (int)(number - 1) * sizeof(ObjectHistory), sizeof(ObjectHistory));
        }

        return ref Record(number);
    }

    /// <summary>Adds an empty record.</summary>
    internal uint Add()
    {
        if (_memory.Tracking)
        {
            _memory.Undo.Save(_count, 0, 8);
        }

        int number = ++*(int*)_count.Start;
        _records.Grow(checked(number * sizeof(ObjectHistory)));
        Change((uint)number) = default;
        return (uint)number;
    }

    private ref ObjectHistory Record(uint number) => ref ((ObjectHistory*)_records.Start)[number - 1];
}
