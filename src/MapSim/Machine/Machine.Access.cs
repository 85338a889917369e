using MapSim.Faults;
using System.Runtime.CompilerServices;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>What frames do to memory: each of these is one access.</summary>
public sealed unsafe partial class Machine
{
    private Addr _arrayStart;
    private ulong _arraySize;

    /// <summary>Loads a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Load8(Addr address) => Memory.Load<byte>(address);

    /// <summary>Loads a uint16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Load16(Addr address) => Memory.Load<ushort>(address);

    /// <summary>Loads a uint32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Load32(Addr address) => Memory.Load<uint>(address);

    /// <summary>Loads a word: an int or uintptr of the architecture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong LoadWord(Addr address) => PointerSize == 8 ? Memory.Load<ulong>(address) : Memory.Load<uint>(address);

    /// <summary>Loads a pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Addr LoadPointer(Addr address) => new(LoadWord(address));

    /// <summary>Stores a byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store8(Addr address, byte value) => Memory.Store(address, value);

    /// <summary>Stores a uint16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store16(Addr address, ushort value) => Memory.Store(address, value);

    /// <summary>Stores a uint32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store32(Addr address, uint value) => Memory.Store(address, value);

    /// <summary>Stores a word: an int or uintptr of the architecture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreWord(Addr address, ulong value)
    {
        if (PointerSize == 8)
        {
            Memory.Store(address, value);
        }
        else
        {
            Memory.Store(address, unchecked((uint)value));
        }
    }

    /// <summary>Words that are read and written in one atomic access, as by sync/atomic, locks and channels. What the goroutine has buffered is drained.</summary>
    /// <param name="address">The first, aligned.</param>
    /// <param name="words">How many words of 8 bytes.</param>
    public Span<ulong> Atomic(Addr address, int words = 1)
        => new(Memory.Touch(address, 8 * words, AccessKind.Atomic), words);

    /// <summary>
    /// The piece of a copy that one access may move at an address: at most a word, naturally aligned, at most
    /// <paramref name="left"/> bytes.
    /// </summary>
    public int Chunk(Addr address, int left)
    {
        int size = PointerSize;
        while (size > left || (address.Value & (ulong)(size - 1)) != 0)
        {
            size >>= 1;
        }

        return size;
    }

    /// <summary>Loads 1, 2, 4 or 8 bytes, zero-extended.</summary>
    public ulong LoadChunk(Addr address, int size) => size switch
    {
        8 => Memory.Load<ulong>(address),
        4 => Memory.Load<uint>(address),
        2 => Memory.Load<ushort>(address),
        _ => Memory.Load<byte>(address),
    };

    /// <summary>Loads a key of plain memory, zero-extended.</summary>
    /// <param name="address">Where it lies.</param>
    /// <param name="size">8 or 4 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong LoadPlainKey(Addr address, int size) => size == 8 ? Memory.Load<ulong>(address) : Memory.Load<uint>(address);

    /// <summary>Stores the low 1, 2, 4 or 8 bytes of a value.</summary>
    public void StoreChunk(Addr address, ulong value, int size)
    {
        switch (size)
        {
            case 8: Memory.Store(address, value); break;
            case 4: Memory.Store(address, unchecked((uint)value)); break;
            case 2: Memory.Store(address, unchecked((ushort)value)); break;
            default: Memory.Store(address, unchecked((byte)value)); break;
        }
    }

    /// <summary>Zeroes live memory at a stretch and counts the words as so many steps; only while <see cref="Rushing"/>.</summary>
    internal void ClearRange(Addr address, int size)
    {
        Region region = Memory.RegionOf(address)!;
        int offset = (int)(address - region.Base);
        region.MarkWritten(offset, size);
        region.Bytes.Span(offset, size).Clear();
        if (region.Shadow != null)
        {
            Steps = unchecked(Steps + (ulong)(size / PointerSize) - 1);
            Memory.Accesses = 1;
        }
    }

    /// <summary>The immutable bytes of a string, read without a step. A length that no string has (a torn header) is a fault.</summary>
    public ReadOnlySpan<byte> StringBytes(Addr data, ulong length)
    {
        if (length <= 1 << 30)
        {
            return Memory.Raw(data, (int)length);
        }

        Memory.RecordFault(MemoryFaultKind.OutOfBounds, new Access(AccessKind.Load, data, int.MaxValue));
        return new byte[64];
    }

    /// <summary>
    /// Allocates zeroed memory: a step of its own kind, with safe-points before and after. What the goroutine has buffered
    /// is drained (publication).
    /// </summary>
    /// <param name="size">Bytes.</param>
    /// <param name="map">Which words are pointers.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="owner">The map it belongs to.</param>
    public Addr Allocate(ulong size, PointerMap map, ObjectKind kind, Addr owner)
    {
        Memory.DrainOwn();
        Addr address = Heap.Allocate(ProcOf(_current.Id), size, map, kind, new Origin(Steps, _current.Id, owner));
        if (Has(Fault.MmPublishBeforeInit) && kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket)
        {
            Memory.ZeroLate(address, (int)size);
        }

        Memory.Accesses++;
        Memory.LastAccess = new Access(AccessKind.Alloc, address, (int)size);
        _safeAt = Steps;

        // A sweep inside the allocation may have freed the array looked at last, and a new one may stand there.
        _arrayStart = default;
        if (Allocated != null)
        {
            _allocated = size;
            _budgetAfter = _budget;
            _budget = 0;
        }

        return address;
    }

    /// <summary>The address of element <paramref name="index"/> of an array; one that faults when used if it is outside the array's object.</summary>
    public Addr Element(Addr array, ulong index, int stride)
    {
        ulong offset = unchecked(index * (ulong)stride);
        if (array != _arrayStart)
        {
            FindArray(array);
        }

        Addr element = array + offset;
        return index < 1UL << 40 && offset + (ulong)stride <= _arraySize ? element : SimMemory.OutOfBounds(element);
    }

    /// <summary>Fails with the runtime's message for a concurrent use if the flags say that somebody writes.</summary>
    public bool FailIfWriting(byte flags, Failure failure)
    {
        if ((flags & HmapFlags.HashWriting) == 0)
        {
            return false;
        }

        Fail(failure);
        return true;
    }

    private void FindArray(Addr array)
    {
        _arrayStart = array;
        _arraySize = Memory.IsStack(array) ? ulong.MaxValue
            : Heap.TryFindObject(array, out HeapObject found) ? found.End - array
            : 0;
    }
}
