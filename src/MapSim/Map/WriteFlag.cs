using System.Runtime.CompilerServices;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Machines;

namespace MapSim.Map;

/// <summary>
/// How a writer announces itself: it toggles hashWriting. Two writers that are inside at once clear it again by that, and
/// find it clear at their end (<see cref="EndWrite"/>).
/// </summary>
internal static class WriteFlag
{
    /// <summary>What a writer that has loaded these flags stores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Begin(Machine m, byte flags) =>
        (flags & HmapFlags.HashWriting) != 0 && m.Has(Fault.DetOrNotXor) ? flags : (byte)(flags ^ HmapFlags.HashWriting);
}
