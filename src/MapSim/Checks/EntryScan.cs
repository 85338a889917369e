using System.Numerics;
using System.Runtime.InteropServices;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>A live cell: one with an entry.</summary>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Slot">Its slot, 0 to 7.</param>
/// <param name="Top">Its tophash.</param>
/// <param name="IsOld">True if it is in an old bucket that is not evacuated.</param>
/// <param name="Chain">The number of its main bucket.</param>
/// <param name="Key">Where its key lies.</param>
/// <param name="HasHash">The key equals itself, so its hash is known.</param>
/// <param name="Hash">The hash.</param>
internal readonly record struct ScannedEntry(
    Addr Bucket, int Slot, byte Top, bool IsOld, int Chain, Addr Key, bool HasHash, ulong Hash);

/// <summary>The live cells of a scanned map with their hashes: what the invariants about entries look at.</summary>
internal sealed class EntryScan
{
    private readonly List<ScannedEntry> _entries = [];

    /// <summary>The entries, chain by chain.</summary>
    public ReadOnlySpan<ScannedEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>The first entry whose key or elem cannot be read, if any; it is not among <see cref="Entries"/>.</summary>
    public Violation? Unreadable { get; private set; }

    /// <summary>Collects the entries.</summary>
    public void Read(MapScan scan)
    {
        Clear();
        uint seed = scan.View.Hash0;
        Add(scan, scan.Present, false, seed);
        ReadOnlySpan<ScannedBucket> old = scan.Old;
        for (int i = 0; i < old.Length;)
        {
            int end = i + 1;
            while (end < old.Length && old[end].Depth > 0)
            {
                end++;
            }

            if (!Bmap.IsEvacuated(old[i].Top(0)))
            {
                Add(scan, old[i..end], true, seed);
            }

            i = end;
        }
    }

    /// <summary>Forgets all: entries of some buckets come (<see cref="Take"/>).</summary>
    public void Clear()
    {
        _entries.Clear();
        Unreadable = null;
    }

    /// <summary>Takes an entry that was read before, perhaps long ago.</summary>
    public void Take(in ScannedEntry entry) => _entries.Add(entry);

    /// <summary>True if no entry of such a map can be unreadable: keys and elems lie in the buckets and have no pointers to follow.</summary>
    public static bool AreReadable(MapType t) => !t.IndirectKey && !t.IndirectElem && t.Key.IsPlainMemory;

    /// <summary>The hash of a readable key; false if it does not equal itself, or hashes are recorded ones.</summary>
    public static bool TryHash(MapScan scan, Addr key, uint seed, out ulong hash)
    {
        Machine m = scan.Machine;
        hash = 0;
        bool hasHash = m.RecordedHashes == null && KeyEqual.IsReflexive(m, scan.Type.Key, key);
        if (hasHash)
        {
            KeyHash.TryHashAt(m, scan.Type, key, seed, out hash);
        }

        return hasHash;
    }

    private void Add(MapScan scan, ReadOnlySpan<ScannedBucket> buckets, bool isOld, uint seed)
    {
        Machine m = scan.Machine;
        MapType t = scan.Type;
        bool isReadable = AreReadable(t);
        foreach (ref readonly ScannedBucket bucket in buckets)
        {
            if (bucket.Tops == 0)
            {
                continue;
            }

            for (uint live = bucket.From(Bmap.MinTopHash); live != 0; live &= live - 1)
            {
                int slot = BitOperations.TrailingZeroCount(live);
                byte top = bucket.Top(slot);
                BucketView view = scan.View.BucketAt(bucket.Address);
                Addr key = view.Key(slot);
                if (!isReadable && EntryReadable.Problem(m, scan.Type, view, slot) is { } problem)
                {
                    Unreadable ??= new Violation(EntryReadable.Id, scan.View.Address, bucket.Address, $"slot {slot}: {problem}", "an entry whose key and elem are live memory");
                    continue;
                }

                bool hasHash = TryHash(scan, key, seed, out ulong hash);
                _entries.Add(new ScannedEntry(bucket.Address, slot, top, isOld, bucket.Chain, key, hasHash, hash));
            }
        }
    }
}
