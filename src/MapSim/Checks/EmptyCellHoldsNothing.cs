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
            ReadOnlySpan<byte> bytes = default;
            if (bucket.Tops == 0 && !scan.Machine.Memory.Raw(bucket.Address + Bmap.DataOffset, t.OverflowOffset - Bmap.DataOffset).ContainsAnyExcept((byte)0))
            {
                continue;
            }

            for (int slot = 0; slot < Bmap.Slots; slot++)
            {
                if (!Bmap.IsEmpty(bucket.Top(slot)))
                {
                    continue;
                }

                bytes = bytes.IsEmpty ? scan.Machine.Memory.Raw(bucket.Address, t.BucketSize) : bytes;
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
