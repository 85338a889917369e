using System.Buffers.Binary;
using System.Numerics;
using MapSim.Layout;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <content>The entries of buckets that changed: only keys that are new in their slot are hashed, and held against the others of their chain (H3.5).</content>
internal sealed partial class WatchedArray
{
    private readonly List<(int Bucket, int Slot)> _fresh = [];

    private bool LookAtEntries(MapScan scan, int b, in ScannedBucket bucket, ReadOnlySpan<byte> bytes, uint live, bool isOld, uint seed)
    {
        MapType t = scan.Type;
        ReadOnlySpan<byte> before = Copy(b);
        if (live == 0 || (!_reachesOut && bytes.SequenceEqual(before)))
        {
            _buckets[b].Hashed &= live;
            return true;
        }

        bool isReadable = EntryScan.AreReadable(t);
        uint were = new ScannedBucket(default, BinaryPrimitives.ReadUInt64LittleEndian(before), 0, 0).From(Bmap.MinTopHash);
        uint hashed = _buckets[b].Hashed & live;
        BucketView view = scan.View.BucketAt(bucket.Address);
        for (uint rest = live; rest != 0; rest &= rest - 1)
        {
            int slot = BitOperations.TrailingZeroCount(rest), at = Bmap.DataOffset + (slot * t.KeySlot), number = (b * Bmap.Slots) + slot;
            if (!isReadable && EntryReadable.Problem(scan.Machine, t, view, slot) != null)
            {
                return false;
            }

            Addr key = view.Key(slot);
            bool isKnown = (were >> slot & 1) != 0 && bytes.Slice(at, t.KeySlot).SequenceEqual(before.Slice(at, t.KeySlot))
                && (!_reachesOut || KeyFootprint.IsSame(scan.Machine, t, key, _beyond[number]));
            if (!isKnown)
            {
                bool hasHash = EntryScan.TryHash(scan, key, seed, out _hashes[number]);
                hashed = hasHash ? hashed | (1u << slot) : hashed & ~(1u << slot);
                _beyond[number] = _reachesOut ? KeyFootprint.Of(scan.Machine, t, key) : null;
                if (hasHash)
                {
                    _fresh.Add((b, slot));
                }
            }

            scan.Entries.Take(new ScannedEntry(bucket.Address, slot, bucket.Top(slot), isOld, bucket.Chain, key, (hashed >> slot & 1) != 0, _hashes[number]));
        }

        _buckets[b].Hashed = hashed;
        return true;
    }

    /// <summary>True if a fresh key equals another one of its chain.</summary>
    private bool HasDuplicate(MapScan scan, int chain)
    {
        foreach ((int bucket, int slot) in _fresh)
        {
            ulong hash = _hashes[(bucket * Bmap.Slots) + slot];
            for (int b = chain; b != None; b = _buckets[b].Next)
            {
                for (uint rest = _buckets[b].Hashed; rest != 0; rest &= rest - 1)
                {
                    int other = BitOperations.TrailingZeroCount(rest);
                    if (_hashes[(b * Bmap.Slots) + other] == hash && (b, other) != (bucket, slot) && AreEqual(scan, bucket, slot, b, other))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>Go's == on two keys of the chain. Most pairs are told from the copies: plain bytes, strings, interfaces of two types.</summary>
    private bool AreEqual(MapScan scan, int bucket, int slot, int otherBucket, int other)
    {
        MapType t = scan.Type;
        int at = Bmap.DataOffset + (slot * t.KeySlot), otherAt = Bmap.DataOffset + (other * t.KeySlot);
        ReadOnlySpan<byte> one = Copy(bucket)[at..], two = Copy(otherBucket)[otherAt..];
        if (t.Key.IsPlainMemory && !t.IndirectKey)
        {
            return one[..t.Key.Size].SequenceEqual(two[..t.Key.Size]);
        }

        if (t.Key.IsPlainMemory || t.Key.Kind == GoKind.String)
        {
            return _beyond[(bucket * Bmap.Slots) + slot].AsSpan().SequenceEqual(_beyond[(otherBucket * Bmap.Slots) + other]);
        }

        return (t.Key.Kind != GoKind.Interface || one[..t.Arch.PointerSize].SequenceEqual(two[..t.Arch.PointerSize]))
            && KeyEqual.Test(scan.Machine, t.Key, scan.View.BucketAt(_buckets[bucket].Address).Key(slot), scan.View.BucketAt(_buckets[otherBucket].Address).Key(other));
    }

    /// <summary>True if something changed that a key of a chain points to; the bytes of its buckets did not.</summary>
    private bool HasChangedBeyond(MapScan scan, int chain)
    {
        for (int b = chain; b != None; b = _buckets[b].Next)
        {
            var bucket = new ScannedBucket(default, BinaryPrimitives.ReadUInt64LittleEndian(Copy(b)), 0, 0);
            BucketView view = scan.View.BucketAt(_buckets[b].Address);
            for (uint rest = bucket.From(Bmap.MinTopHash); rest != 0; rest &= rest - 1)
            {
                int slot = BitOperations.TrailingZeroCount(rest);
                if (!KeyFootprint.IsSame(scan.Machine, scan.Type, view.Key(slot), _beyond[(b * Bmap.Slots) + slot]))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
