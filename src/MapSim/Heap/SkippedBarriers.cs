using System.Text;
using MapSim.Faults;

namespace MapSim.Heap;

/// <summary>
/// The faults that leave out write barriers, and whose: the stores of these statements are then plain, as if
/// <see cref="BarrierTable"/> said "none". The machine asks for the outcome at each pointer store; where a fault changes
/// what a barrier does, and not whether there is one, is said in docs/WRITE-BARRIERS.md, which has this table, too.
/// </summary>
public static class SkippedBarriers
{
    private static readonly PointerWrite[] Copies =
    [
        PointerWrite.EvacuateKeyStorage, PointerWrite.EvacuateElemStorage, PointerWrite.EvacuateKey, PointerWrite.EvacuateElem,
        PointerWrite.EvacuatePointerKey, PointerWrite.EvacuateStringKey,
    ];

    private static readonly bool[] Real = [.. BarrierTable.Rows.Select(r => BarrierTable.HasBarrier(r.Write))];

    /// <summary>Each fault with the writes that lose their barriers by it.</summary>
    public static IReadOnlyList<(Fault Fault, IReadOnlyList<PointerWrite> Writes)> Rows { get; } =
    [
        (Fault.WbSkipUserElemStore, [PointerWrite.UserElem]),
        (Fault.WbSkipKeyFast64ptr, [PointerWrite.FastPointerKey]),
        (Fault.WbSkipDeleteClear,
        [
            PointerWrite.DeleteKeyStorage, PointerWrite.DeleteElemStorage, PointerWrite.DeleteKey, PointerWrite.DeleteElem,
            PointerWrite.DeletePointerKey, PointerWrite.DeleteStringKey,
        ]),
        (Fault.WbSkipClear, [PointerWrite.ZeroBuckets]),
        (Fault.WbSkipBucketsInstall, [PointerWrite.FirstBucket]),
        (Fault.WbSkipSetoverflow, [PointerWrite.Link]),
        (Fault.WbSkipEvacCopy, Copies),
        (Fault.WbSkipEvacClear, [PointerWrite.EvacuateClear]),
        (Fault.WbSkipEvacBoth, [.. Copies, PointerWrite.EvacuateClear]),

        // Its barrier comes later, as a step of its own: Map/LateBarrier.cs.
        (Fault.WbPostStore, [PointerWrite.UserElem]),
    ];

    /// <summary>For each write, by its number, whether it has a barrier in a model with these changes.</summary>
    internal static bool[] Barriers(ModelChanges changes)
    {
        if (!changes.HasFaults)
        {
            return Real;
        }

        bool[] barriers = [.. Real];
        foreach ((Fault fault, IReadOnlyList<PointerWrite> writes) in Rows)
        {
            foreach (PointerWrite write in writes)
            {
                barriers[(int)write] &= !changes.Has(fault);
            }
        }

        return barriers;
    }

    /// <summary>The table as a page of Markdown.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| fault | writes without a barrier |\n|---|---|\n");
        foreach ((Fault fault, IReadOnlyList<PointerWrite> writes) in Rows)
        {
            text.Append("| ").Append(FaultCatalogue.Of(fault).Id).Append(" | ").AppendJoin(", ", writes).Append(" |\n");
        }

        return text.ToString();
    }
}
