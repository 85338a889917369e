using System.Buffers.Binary;
using System.Numerics;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Fuzz;

/// <summary>Looks at the chains of a map without a step: their lengths and fills, the tophashes of their buckets, keys that do not equal themselves.</summary>
internal sealed class ChainScan
{
    private const int MostBuckets = 64, MostLinks = 64;
    private ulong _lastTops;
    private (int Entries, uint Pattern) _lastPattern = Pattern(0);

    /// <summary>The longest chain of the present array, in buckets.</summary>
    public int Longest { get; private set; }

    /// <summary>The longest chain of the old array that is still to be evacuated.</summary>
    public int LongestOld { get; private set; }

    /// <summary>An empty bucket has one with entries behind it.</summary>
    public bool HasHole { get; private set; }

    /// <summary>Float keys that do not equal themselves.</summary>
    public int NaNs { get; private set; }

    /// <summary>Looks at a map whose header is live: at most its first 64 buckets.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="view">The map.</param>
    /// <param name="features">Takes the shapes.</param>
    public void Look(Machine machine, MapView view, FeatureSet features)
    {
        (Longest, LongestOld, HasHole, NaNs) = (0, 0, false, 0);
        if (view.Buckets.IsNil)
        {
            return;
        }

        Longest = Look(machine, view, view.Buckets, view.BucketCount, isOld: false, features);
        if (view.IsGrowing)
        {
            LongestOld = Look(machine, view, view.OldBuckets, view.OldBucketCount, isOld: true, features);
        }
    }

    private int Look(Machine machine, MapView view, Addr array, ulong count, bool isOld, FeatureSet features)
    {
        int longest = 0;
        MapType type = view.Type;
        SimMemory memory = machine.Memory;
        uint shape = 0;
        for (ulong i = 0; i < Math.Min(count, MostBuckets); i++)
        {
            Addr at = array + (i * (ulong)type.BucketSize);
            int length = 0, filled = 0, emptyFrom = -1;
            bool evacuated = false;
            while (!at.IsNil && length < MostLinks && memory.IsLive(at, type.BucketSize))
            {
                ReadOnlySpan<byte> bucket = memory.Raw(at, type.BucketSize);
                ulong tops = BinaryPrimitives.ReadUInt64LittleEndian(bucket);
                if (tops != _lastTops)
                {
                    (_lastTops, _lastPattern) = (tops, Pattern(tops));
                }

                (int entries, uint pattern) = _lastPattern;
                evacuated |= length == 0 && (byte)(tops & 0xFF) is > Bmap.EmptyOne and < Bmap.MinTopHash;
                features.Add(FeatureDomain.Bucket, (pattern << 3) | (uint)(isOld ? 4 : 0) | (uint)Math.Min(length, 3));
                HasHole |= entries > 0 && emptyFrom >= 0;
                emptyFrom = entries == 0 && emptyFrom < 0 && !evacuated ? length : emptyFrom;
                filled += entries;
                NaNs += entries > 0 && type.Key.Kind == GoKind.Float ? CountNaNs(type, bucket) : 0;
                length++;
                at = new Addr(machine.PointerSize == 8
                    ? BinaryPrimitives.ReadUInt64LittleEndian(bucket[type.OverflowOffset..]) : BinaryPrimitives.ReadUInt32LittleEndian(bucket[type.OverflowOffset..]));
            }

            if (!evacuated)
            {
                longest = Math.Max(longest, length);
                int fill = length == 0 ? 0 : Math.Min(3, filled * 4 / (length * Bmap.Slots));
                shape |= 1u << ((Math.Min(4, BitOperations.Log2((uint)length + 1)) * 4) + fill);
            }
        }

        features.Add(FeatureDomain.Chain, unchecked(FeatureSet.Mix(shape) & 0x3FFFFFF) | (isOld ? 1u << 27 : 0) | (view.IsSameSizeGrow ? 1u << 26 : 0));
        return longest;
    }

    /// <summary>How many entries, and the run lengths of the classes empty-rest, empty-one, entry, X, Y, evacuated-empty.</summary>
    private static (int Entries, uint Pattern) Pattern(ulong tops)
    {
        int entries = 0;
        uint pattern = 0, last = uint.MaxValue;
        int run = 0;
        for (int i = 0; i < Bmap.Slots; i++, tops >>= 8)
        {
            uint kind = Math.Min((uint)(tops & 0xFF), Bmap.MinTopHash);
            entries += kind == Bmap.MinTopHash ? 1 : 0;
            if (kind != last)
            {
                // A run's length counts as 1, 2 or more.
                pattern = unchecked((pattern * 19) + (kind * 3) + (uint)Math.Min(run, 2) + 1);
                (last, run) = (kind, 0);
            }

            run++;
        }

        return (entries, unchecked((pattern * 3) + (uint)Math.Min(run, 2)) & 0x1FFFFF);
    }

    private static int CountNaNs(MapType type, ReadOnlySpan<byte> bucket)
    {
        int nans = 0;
        for (int i = 0; i < Bmap.Slots; i++)
        {
            if (bucket[i] < Bmap.MinTopHash)
            {
                continue;
            }

            ReadOnlySpan<byte> key = bucket[(Bmap.DataOffset + (i * type.KeySlot))..];
            nans += type.Key.Size == 8 ? double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(key)) ? 1 : 0
                : float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian(key)) ? 1 : 0;
        }

        return nans;
    }
}
