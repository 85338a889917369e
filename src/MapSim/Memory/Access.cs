using System.Globalization;

namespace MapSim.Memory;

/// <summary>What one visible step does to memory that goroutines share.</summary>
public enum AccessKind : byte
{
    /// <summary>Nothing shared was touched (local work, or a goroutine's own stack).</summary>
    None,

    /// <summary>A plain load of 1, 2, 4 or 8 bytes.</summary>
    Load,

    /// <summary>A plain store of 1, 2, 4 or 8 bytes.</summary>
    Store,

    /// <summary>An atomic read-modify-write (Go's atomic.Or8).</summary>
    Atomic,

    /// <summary>An allocation: the address range is the new object.</summary>
    Alloc,

    /// <summary>A step of the collector on its own state, or on a goroutine's stack.</summary>
    Collector,

    /// <summary>A plain store into the goroutine's own store buffer: others see nothing until it is drained (a Store then).</summary>
    Buffered,

    /// <summary>A plain load that found all its bytes in the goroutine's own store buffer and did not look at memory.</summary>
    Forwarded,
}

/// <summary>Why an access could not be made: undefined behaviour in the simulated process.</summary>
public enum MemoryFaultKind : byte
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>An access through nil or an address in the first page.</summary>
    NilDereference,

    /// <summary>An address outside the object that the pointer was derived from.</summary>
    OutOfBounds,

    /// <summary>An access to memory that was freed (and poisoned).</summary>
    UseAfterFree,

    /// <summary>An address that no object ever had.</summary>
    Unmapped,
}

/// <summary>One access to simulated memory, as a value.</summary>
/// <param name="Kind">Load, store, atomic, allocation, the collector's, or what happened in the goroutine's own store buffer.</param>
/// <param name="Address">The lowest byte.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct Access(AccessKind Kind, Addr Address, int Size)
{
    /// <summary>True if other goroutines may see a difference afterwards.</summary>
    public bool IsWrite => Kind is AccessKind.Store or AccessKind.Atomic or AccessKind.Alloc or AccessKind.Collector;

    /// <summary>True if it touched memory that others can reach; an access to the goroutine's own store buffer did not.</summary>
    public bool IsShared => Kind is not (AccessKind.None or AccessKind.Buffered or AccessKind.Forwarded);

    /// <summary>True if the two touch a common byte of shared memory and at least one of them writes.</summary>
    public bool Conflicts(Access other) =>
        IsShared && other.IsShared && (IsWrite || other.IsWrite)
        && Address.Value < unchecked(other.Address.Value + (ulong)other.Size)
        && other.Address.Value < unchecked(Address.Value + (ulong)Size);

    /// <summary>For people: "store 0xc000010008+1".</summary>
    public override string ToString() => Kind == AccessKind.None
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{Name(Kind)} {Address}+{Size}");

    private static string Name(AccessKind kind) => kind switch
    {
        AccessKind.Load => "load",
        AccessKind.Store => "store",
        AccessKind.Atomic => "atomic",
        AccessKind.Alloc => "alloc",
        AccessKind.Collector => "collector",
        AccessKind.Buffered => "buffer",
        AccessKind.Forwarded => "forward",
        _ => "none",
    };
}

/// <summary>A failed access: the outcome that ends the goroutine.</summary>
/// <param name="Kind">Why it failed; None if nothing failed.</param>
/// <param name="Access">What was tried.</param>
public readonly record struct MemoryFault(MemoryFaultKind Kind, Access Access);
