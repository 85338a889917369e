namespace MapSim.Memory;

/// <content>Addresses that were computed outside of their object: an access through one fails as such, whatever lies there.</content>
public sealed unsafe partial class SimMemory
{
    /// <summary>What they begin with: no object is ever there.</summary>
    private const ulong OutOfBoundsBase = 0xBAD0_0000_0000_0000;

    /// <summary>An address that no object contains, in place of one computed outside its object.</summary>
    public static Addr OutOfBounds(Addr wanted) => new(OutOfBoundsBase | (wanted.Value & 0xFFFF_FFFF_FFFF));

    /// <summary>True for what <see cref="OutOfBounds"/> gave.</summary>
    public static bool IsOutOfBounds(Addr address) => (address.Value & 0xFFFF_0000_0000_0000) == OutOfBoundsBase;

    private static MemoryFaultKind FaultOf(Addr address) =>
        address.Value < 4096 ? MemoryFaultKind.NilDereference
        : IsOutOfBounds(address) ? MemoryFaultKind.OutOfBounds
        : MemoryFaultKind.Unmapped;
}
