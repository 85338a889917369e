namespace MapSim.Memory;

/// <summary>
/// Store buffers between the goroutines and memory: only for machines that ask for them, else nothing here runs.
/// </summary>
/// <remarks>
/// <code>
/// store    into the running goroutine's buffer (Buffered); the oldest store is drained first if the buffer is full
/// load     memory, with the bytes that wait in its own buffer over it (Forwarded if all of them do)
/// others   (an atomic access) drain its own buffer, then act on memory
/// </code>
/// While buffers are on there is no fast path: every access comes here. A goroutine's stack is private and never
/// buffered. <see cref="Raw"/>, <see cref="Poke"/> and everything else that makes no step see memory only.
/// </remarks>
public sealed unsafe partial class SimMemory
{
    private readonly List<StoreBuffer> _buffers = [];
    private byte[] _word = [];

    /// <summary>True if stores to arenas wait in a buffer of their goroutine.</summary>
    public bool Buffering { get; private set; }

    /// <summary>Called while tracking for each store that reaches memory: whose it was, and what.</summary>
    internal Action<int, Access>? StoreDrained { get; set; }

    private StoreBuffer OwnBuffer => _buffers[(int)unchecked((_stackBase - StackBase) >> StackShift)];

    /// <summary>Gives the goroutine whose stack was added last a store buffer. All goroutines have one or none has.</summary>
    /// <param name="entries">How many stores can wait, at least 1.</param>
    internal void AddStoreBuffer(int entries)
    {
        _buffers.Add(new StoreBuffer(this, _buffers.Count, entries));
        Buffering = true;
        if (_word.Length == 0)
        {
            _word = GC.AllocateArray<byte>(StoreBuffer.MaxSize, pinned: true);
        }

        RefreshFastPath();
    }

    /// <summary>The buffer of a goroutine.</summary>
    internal StoreBuffer BufferOf(int goroutine) => _buffers[goroutine];

    /// <summary>Hash of what waits in all buffers; empty ones weigh nothing.</summary>
    internal Fingerprint BuffersHash()
    {
        Fingerprint hash = default;
        foreach (StoreBuffer buffer in _buffers)
        {
            hash = hash.Xor(buffer.Hash());
        }

        return hash;
    }

    /// <summary>
    /// Lets the oldest store of a buffer out into memory. If its target is live no more (freed since the store was
    /// executed), the store is dropped and the fault given back.
    /// </summary>
    internal MemoryFault Drain(StoreBuffer buffer)
    {
        Access store = buffer.Oldest;
        Region region = RegionOf(store.Address)!;
        MemoryFaultKind kind = region.Check(store.Address, store.Size);
        if (kind == MemoryFaultKind.None)
        {
            region.Write((int)(store.Address - region.Base), buffer.OldestBytes);
        }

        buffer.Pop();
        if (Tracking)
        {
            StoreDrained?.Invoke(buffer.Owner, store);
        }

        return kind == MemoryFaultKind.None ? default : new MemoryFault(kind, store);
    }

    /// <summary>Drains the running goroutine's buffer as part of its step: a fault is one of that step. Nothing without buffers.</summary>
    internal void DrainOwn()
    {
        if (Buffering)
        {
            StoreBuffer own = OwnBuffer;
            while (own.Count > 0)
            {
                DrainInPassing(own);
            }
        }
    }

    /// <summary>
    /// What a missing publication barrier does to memory that was just allocated: it still holds other bytes, and the
    /// stores that zero it wait in the running goroutine's buffer, where all its later stores to other places overtake
    /// them (<see cref="StoreBuffer.PushLate"/>). Nothing without buffers.
    /// </summary>
    /// <param name="start">The memory; as much of its front stays dirty as the buffer has room for.</param>
    /// <param name="size">Bytes, a multiple of the word.</param>
    internal void ZeroLate(Addr start, int size)
    {
        int word = Is32Bit ? 4 : 8;
        Span<byte> before = stackalloc byte[word];
        before.Fill(0xA5);
        for (int at = size - word; Buffering && at >= 0; at -= word)
        {
            Region region = RegionOf(start)!;
            region.Write((int)(start - region.Base) + at, before);
            StoreBuffer own = OwnBuffer;
            if (own.Count == own.Capacity)
            {
                DrainInPassing(own);
            }

            own.PushLate(start + at, word);
        }
    }

    /// <summary>An access, checked and counted, of the running goroutine while buffers are on.</summary>
    /// <returns>The bytes to load from or to store to; null if they are those of memory.</returns>
    private byte* TouchBuffered(Region region, Addr address, int size, AccessKind kind)
    {
        if (kind is not (AccessKind.Load or AccessKind.Store))
        {
            DrainOwn();
            return null;
        }

        if (region.Shadow == null)
        {
            return null;
        }

        if (size > StoreBuffer.MaxSize)
        {
            throw new InvalidOperationException($"an access of {size} bytes cannot be buffered");
        }

        StoreBuffer own = OwnBuffer;
        if (kind == AccessKind.Load)
        {
            return own.Count == 0 ? null : Forward(own, region, address, size);
        }

        if (own.Count == own.Capacity)
        {
            DrainInPassing(own);
        }

        LastAccess = new Access(AccessKind.Buffered, address, size);
        return own.Push(address, size);
    }

    private byte* Forward(StoreBuffer own, Region region, Addr address, int size)
    {
        region.Bytes.Span((int)(address - region.Base), size).CopyTo(_word);
        byte* word = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_word, 0);
        if (own.Overlay(address, size, word) == (1u << size) - 1)
        {
            LastAccess = new Access(AccessKind.Forwarded, address, size);
        }

        return word;
    }

    private void DrainInPassing(StoreBuffer own)
    {
        MemoryFault fault = Drain(own);
        if (fault.Kind != MemoryFaultKind.None)
        {
            RecordFault(fault.Kind, fault.Access);
        }
    }
}
