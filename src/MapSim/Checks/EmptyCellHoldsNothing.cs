using System.Numerics;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H3.18: an empty cell keeps nothing alive: its elem slot is zero, and so are the pointers of its key slot (other key
/// bytes stay after a deletion). Holds for the present array and the old buckets that are not evacuated.
/// </summary>
internal static class EmptyCellHoldsNothing
{
    public const string Id = "H3.18";

    public static void Check(MapScan scan, List<Violation> found)
    {
        if (!Check(scan, scan.Present, found))
        {
            Check(scan, scan.Old, found);
        }
    }

    private static bool Check(MapScan scan, ReadOnlySpan<ScannedBucket> buckets, List<Violation> found)
    {
        MapType t = scan.Type;
        foreach (ref readonly ScannedBucket bucket in buckets)
        {
            uint used = bucket.From(Bmap.EmptyOne + 1);
            if (used == ScannedBucket.AllSlots)
            {
                continue;
            }

            ReadOnlySpan<byte> bytes = scan.Machine.Memory.Raw(bucket.Address, t.BucketSize);
            if (AreElemsZero(t, bytes, used) && !t.IndirectKey && !t.Key.HasPointers)
            {
                continue;
            }

            for (int slot = 0; slot < Bmap.Slots; slot++)
            {
                if (!Bmap.IsEmpty(bucket.Top(slot)))
                {
                    continue;
                }

                bool elem = bytes.Slice(t.ElemsOffset + slot * t.ElemSlot, t.ElemSlot).ContainsAnyExcept((byte)0);
                if (elem || HoldsPointer(t, bytes.Slice(Bmap.DataOffset + slot * t.KeySlot, t.KeySlot)))
                {
                    found.Add(new Violation(Id, scan.View.Address, bucket.Address, $"empty slot {slot} with {(elem ? "an elem" : "a pointer in its key")}", "zeros"));
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>True if the elems of all slots are zero that are not used: looked at from one used slot to the next.</summary>
    private static bool AreElemsZero(MapType t, ReadOnlySpan<byte> bucket, uint used)
    {
        bool zero = true;
        for (int slot = 0; slot < Bmap.Slots && zero;)
        {
            int end = Math.Min(Bmap.Slots, BitOperations.TrailingZeroCount((used | (1u << Bmap.Slots)) >> slot) + slot);
            zero = end == slot || !bucket.Slice(t.ElemsOffset + slot * t.ElemSlot, (end - slot) * t.ElemSlot).ContainsAnyExcept((byte)0);
            slot = end + 1;
        }

        return zero;
    }

    private static bool HoldsPointer(MapType t, ReadOnlySpan<byte> key)
    {
        if (t.IndirectKey)
        {
            return key.ContainsAnyExcept((byte)0);
        }

        for (int i = 0; i < t.Key.PointerOffsets.Count; i++)
        {
            if (key.Slice(t.Key.PointerOffsets[i], t.Arch.PointerSize).ContainsAnyExcept((byte)0))
            {
                return true;
            }
        }

        return false;
    }
}
