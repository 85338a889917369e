using System.Runtime.CompilerServices;

namespace MapSim.Memory;

/// <summary>The state of eight bytes of an arena, one byte for each in the arena's shadow.</summary>
public static class ShadowState
{
    /// <summary>Never part of an object.</summary>
    public const byte Unmapped = 0;

    /// <summary>Part of a live object.</summary>
    public const byte Live = 1;

    /// <summary>Part of a freed object: poisoned.</summary>
    public const byte Freed = 2;
}

/// <summary>
/// Simulated memory: every byte that goroutines can share (arenas) and the goroutines' stacks, at the addresses a
/// real process would show. All access of the simulated program goes through here; each is checked (bounds,
/// liveness), counted, and, while <see cref="Tracking"/>, journaled and folded into the state hash.
/// </summary>
/// <remarks>
/// <code>
/// arena of P p    HeapBase  + p * ArenaStride   bytes + shadow (one byte of state for each 8 bytes)
/// stack of g n    StackBase + n * StackStride   bytes; private to the goroutine: access is not a visible step
/// </code>
/// The fast path is one subtraction, one compare and one shadow load, for arena 0 when not tracking.
/// </remarks>
public sealed unsafe partial class SimMemory
{
    private const int StackShift = 20;

    /// <summary>Four states that are all <see cref="ShadowState.Live"/>.</summary>
    private const uint FourLive = 0x01010101;

    /// <summary>What <see cref="Accesses"/> becomes when one failed: the machine looks at <see cref="Fault"/> then.</summary>
    public const int FaultedAccesses = 1 << 20;

    private readonly List<Region> _arenas = [];
    private readonly List<Region> _stacks = [];
    private readonly byte[] _void;

    // Copies of arena 0 for the fast path. _fastLimit is 0 while tracking or buffering, which sends every access the slow way.
    private byte* _fast;
    private byte* _fastShadow;
    private uint* _fastPages;
    private readonly ulong _fastBase;
    private ulong _fastLimit;

    // The same for the stack of the goroutine that runs: its access is not counted.
    private byte* _stack;
    private ulong _stackBase;
    private ulong _stackLimit;
    private Region? _stackRegion;
    private readonly int _arenaShift;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="pointerSize">8 or 4: chooses the address ranges.</param>
    /// <param name="pool">Where its arrays come from; null for new ones.</param>
    public SimMemory(int pointerSize, SegmentPool? pool = null)
    {
        Pool = pool;
        Undo = new UndoLog(pool);
        _void = pool?.Rent(64) ?? GC.AllocateArray<byte>(64, pinned: true);
        Is32Bit = pointerSize == 4;
        HeapBase = Is32Bit ? 0x0940_0000UL : 0xC0_0000_0000UL;
        _arenaShift = Is32Bit ? 28 : 34;
        StackBase = Is32Bit ? 0xE000_0000UL : 0x7F00_0000_0000UL;
        _fastBase = HeapBase;
        Globals = new Region(this, new Addr(Is32Bit ? 0x0830_0000UL : 0x60_0000UL), 1 << 10, hasShadow: true);
    }

    /// <summary>True on 32-bit architectures.</summary>
    public bool Is32Bit { get; }

    /// <summary>Address of arena 0.</summary>
    public ulong HeapBase { get; }

    /// <summary>The program's global variables (data and bss): memory that every goroutine can reach, all of it live.</summary>
    public Region Globals { get; }

    /// <summary>Distance between arenas in bytes.</summary>
    public ulong ArenaStride => 1UL << _arenaShift;

    /// <summary>Address of the stack of goroutine 0.</summary>
    public ulong StackBase { get; }

    /// <summary>Distance between stacks in bytes.</summary>
    public static ulong StackStride => 1UL << StackShift;

    /// <summary>The journal.</summary>
    public UndoLog Undo { get; }

    /// <summary>Where its arrays come from; null for new ones.</summary>
    internal SegmentPool? Pool { get; }

    /// <summary>Visible accesses since the machine last set this to 0: a step may make at most one.</summary>
    public int Accesses { get; set; }

    /// <summary>The last visible access; kept only while <see cref="Tracking"/>.</summary>
    public Access LastAccess { get; set; }

    /// <summary>The first access that failed since the machine last cleared it.</summary>
    public MemoryFault Fault { get; set; }

    /// <summary>Called when an access fails, before whoever made it acts on what it got: to note where that was.</summary>
    internal Action? Faulted { get; set; }

    /// <summary>True while changes are journaled and hashed (exploring, stepping, peeking).</summary>
    public bool Tracking { get; private set; }

    /// <summary>
    /// A number that a page remembers when it is written: lets an observer that raises it find the pages written since
    /// (<see cref="Region.WrittenAfter"/>). Going back in time does not count as writing.
    /// </summary>
    public uint WriteEpoch { get; set; }

    /// <summary>Gives every array back to the pool it came from. Nobody may use the memory any more.</summary>
    internal void Release()
    {
        foreach (Region region in (IEnumerable<Region>)[Globals, .. _arenas, .. _stacks])
        {
            region.ReleasePages();
        }

        Undo.Release();
        Pool?.Return(_void, _void.Length);
        _fast = null;
        _stack = null;
        (_fastLimit, _stackLimit) = (0, 0);
    }

    /// <summary>Adds the arena of the next P.</summary>
    public Region AddArena()
    {
        var region = new Region(this, new Addr(HeapBase + (ulong)_arenas.Count * ArenaStride), 1 << 16, hasShadow: true);
        _arenas.Add(region);
        RefreshFastPath();
        return region;
    }

    /// <summary>Adds the stack of the next goroutine.</summary>
    /// <param name="size">Bytes, at most 1 MiB.</param>
    public Region AddStack(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)size, StackStride);
        var region = new Region(this, new Addr(StackBase + (ulong)_stacks.Count * StackStride), size, hasShadow: false);
        region.Grow(size);
        _stacks.Add(region);
        return region;
    }

    /// <summary>Makes room for more global variables.</summary>
    /// <param name="bytes">How many bytes more; a multiple of 8.</param>
    /// <returns>The first of them.</returns>
    public Addr AddGlobals(int bytes)
    {
        int at = Globals.Bytes.HighWater;
        Globals.Grow(at + bytes);
        Globals.SetState(at, bytes, ShadowState.Live);
        return Globals.Base + at;
    }

    /// <summary>Loads a value as one access.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load<T>(Addr address)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(Touch(address, sizeof(T), AccessKind.Load));

    /// <summary>Stores a value as one access.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(Addr address, T value)
        where T : unmanaged => Unsafe.WriteUnaligned(Touch(address, sizeof(T), AccessKind.Store), value);

    /// <summary>Ors bits into a byte as one atomic access (Go's atomic.Or8).</summary>
    public void AtomicOr(Addr address, byte bits)
    {
        byte* p = Touch(address, 1, AccessKind.Atomic);
        *p |= bits;
    }

    /// <summary>The bytes of an access, after checking and counting it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Touch(Addr address, int size, AccessKind kind)
    {
        ulong offset = unchecked(address.Value - _fastBase);
        if (offset < _fastLimit && _fastShadow[offset >> 3] == ShadowState.Live)
        {
            Accesses = unchecked(Accesses + 1);
            if (kind != AccessKind.Load)
            {
                _fastPages[offset >> Region.PageShift] = WriteEpoch;
            }

            return _fast + offset;
        }

        return TouchSlow(address, size, kind);
    }

    /// <summary>
    /// Reads bytes without a step: the immutable data of strings and boxed values, dumps, oracles. A range that is
    /// not live is a fault, and gives zeros (at most 1 MiB of them).
    /// </summary>
    public ReadOnlySpan<byte> Raw(Addr address, int size)
    {
        if (size == 0)
        {
            return default;
        }

        ulong offset = unchecked(address.Value - _stackBase);
        if (offset < _stackLimit && (ulong)size <= _stackLimit - offset)
        {
            return new ReadOnlySpan<byte>(_stack + offset, size);
        }

        ulong into = unchecked(address.Value - _fastBase);
        if (IsFastAndLive(into, size))
        {
            return new ReadOnlySpan<byte>(_fast + into, size);
        }

        return RawSlow(address, size);
    }

    /// <summary>True if bytes are in arena 0, at an offset, and live; false if they are not, or nobody knows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsFastAndLive(ulong offset, int size)
    {
        if (offset >= _fastLimit || (ulong)size > _fastLimit - offset)
        {
            return false;
        }

        byte* first = _fastShadow + (offset >> 3), last = _fastShadow + ((offset + (ulong)size - 1) >> 3);
        return *first == ShadowState.Live && *last == ShadowState.Live && (last - first < 2 || AreLive(first, (int)(last - first) + 1));
    }

    /// <summary>True if all of some states are live. Most objects have few: two words that overlap see those of a header or an iterator.</summary>
    private static bool AreLive(byte* states, int count) => count switch
    {
        <= 3 => states[1] == ShadowState.Live,
        <= 8 => (Unsafe.ReadUnaligned<uint>(states) & Unsafe.ReadUnaligned<uint>(states + count - 4)) == FourLive
            && (Unsafe.ReadUnaligned<uint>(states) | Unsafe.ReadUnaligned<uint>(states + count - 4)) == FourLive,
        _ => !new ReadOnlySpan<byte>(states, count).ContainsAnyExcept(ShadowState.Live),
    };

    private ReadOnlySpan<byte> RawSlow(Addr address, int size)
    {
        ulong global = unchecked(address.Value - Globals.Base.Value), globals = (ulong)Globals.Bytes.HighWater;
        if (global < globals && (ulong)size <= globals - global)
        {
            return new ReadOnlySpan<byte>(Globals.Bytes.Start + global, size);
        }

        if (RawReads != null && Tracking && ArenaOf(address) < (ulong)_arenas.Count)
        {
            RawReads.Add((address.Value, size));
        }

        Region? region = RegionOf(address);
        MemoryFaultKind kind = region == null ? FaultOf(address) : region.Check(address, size);
        if (kind == MemoryFaultKind.None)
        {
            return new ReadOnlySpan<byte>(region!.Bytes.Start + (int)(address - region.Base), size);
        }

        RecordFault(kind, new Access(AccessKind.Load, address, size));
        return new byte[Math.Min(size, 1 << 20)];
    }

    /// <summary>True if every byte of the range is live (or on a stack). Never a fault.</summary>
    public bool IsLive(Addr address, int size) =>
        (size > 0 && IsFastAndLive(unchecked(address.Value - _fastBase), size)) || RegionOf(address) is { } region && region.Check(address, size) == MemoryFaultKind.None;

    /// <summary>The state of the eight bytes at an address, see <see cref="ShadowState"/>.</summary>
    public byte StateAt(Addr address) => RegionOf(address)?.StateAt(address) ?? ShadowState.Unmapped;

    /// <summary>Writes without a step: the driver's arguments, preset states, broken-on-purpose tests. Journaled while tracking.</summary>
    public void Poke(Addr address, ReadOnlySpan<byte> bytes)
    {
        ulong offset = unchecked(address.Value - _stackBase);
        if (offset < _stackLimit && (ulong)bytes.Length <= _stackLimit - offset)
        {
            bytes.CopyTo(new Span<byte>(_stack + offset, bytes.Length));
            return;
        }

        Region region = RegionOf(address) ?? throw new ArgumentException($"no memory at {address}");
        region.Write((int)(address - region.Base), bytes);
    }

    /// <summary>True for an address on a goroutine's stack.</summary>
    public bool IsStack(Addr address) => unchecked(address.Value - StackBase) < StackStride * (ulong)_stacks.Count;

    /// <summary>The number of the arena an address would be in; enormous if it is below all of them.</summary>
    internal ulong ArenaOf(Addr address) => unchecked(address.Value - HeapBase) >> _arenaShift;

    /// <summary>The arena or stack that contains an address; null if none does.</summary>
    public Region? RegionOf(Addr address)
    {
        ulong arena = ArenaOf(address);
        if (arena < (ulong)_arenas.Count)
        {
            return _arenas[(int)arena];
        }

        ulong stack = unchecked(address.Value - StackBase) >> StackShift;
        return stack < (ulong)_stacks.Count ? _stacks[(int)stack]
            : unchecked(address.Value - Globals.Base.Value) < (ulong)Globals.Bytes.HighWater ? Globals
            : null;
    }

    /// <summary>Notes a failed access; only the first one since it was last cleared is kept.</summary>
    public void RecordFault(MemoryFaultKind kind, Access access)
    {
        if (Fault.Kind == MemoryFaultKind.None)
        {
            Fault = new MemoryFault(kind, access);
            Faulted?.Invoke();
        }

        Accesses = FaultedAccesses;
    }

    internal void RefreshFastPath()
    {
        Region arena = _arenas[0];
        _fast = arena.Bytes.Start;
        _fastShadow = arena.Shadow!.Start;
        _fastPages = arena.Pages;
        _fastLimit = Tracking || Buffering ? 0 : (ulong)arena.Bytes.HighWater;
        if (_stackRegion != null)
        {
            SelectStack(_stackRegion);
        }
    }

    /// <summary>Says whose stack is the running goroutine's.</summary>
    internal void SelectStack(Region stack)
    {
        _stackRegion = stack;
        _stack = stack.Bytes.Start;
        _stackBase = stack.Base.Value;
        _stackLimit = Tracking || Buffering ? 0 : (ulong)stack.Bytes.HighWater;
    }

    private byte* TouchSlow(Addr address, int size, AccessKind kind)
    {
        ulong into = unchecked(address.Value - _stackBase);
        if (into < _stackLimit && (ulong)size <= _stackLimit - into)
        {
            return _stack + into;
        }

        Region? region = RegionOf(address);
        MemoryFaultKind fault = region == null ? FaultOf(address) : region.Check(address, size);
        if (region == null || fault != MemoryFaultKind.None)
        {
            LastAccess = new Access(kind, address, size);
            RecordFault(fault, LastAccess);
            return (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_void, 0);
        }

        int offset = (int)(address - region.Base);
        if (region.Shadow != null)
        {
            Accesses++;
            LastAccess = new Access(kind, address, size);
        }

        if (Buffering)
        {
            byte* buffered = TouchBuffered(region, address, size, kind);
            if (buffered != null)
            {
                return buffered;
            }
        }

        if (kind != AccessKind.Load)
        {
            region.MarkWritten(offset, size);
            if (Tracking)
            {
                BeforeStore(region, offset, size);
            }
        }

        return region.Bytes.Start + offset;
    }
}
