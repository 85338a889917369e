using System.Numerics;
using MapSim.Memory;

namespace MapSim.Heap;

/// <content>Which objects a state can still come to: what none of its words leads to is the same whatever it holds.</content>
/// <remarks>
/// Conservative: any word that looks like an address is one, wherever it lies. A pointer to an object, or into it, keeps the
/// object; one to an array of buckets also what begins right behind it, because the runtime steps from bucket to bucket there
/// (nextOverflow) and two who race may step one too far. Other arithmetic on addresses stays inside of the object
/// (<see cref="Machines.Machine.Element"/>), and addresses are copied word by word, so nothing comes back that was not found.
/// </remarks>
public sealed unsafe partial class SimHeap
{
    private const int MostReachable = 64;
    private const int KnownTables = 16;
    private readonly ReachTable[] _tables = new ReachTable[KnownTables];
    private ReachTable? _table;
    private ulong _reached;
    private ulong _toLook;

    /// <summary>Begins to look for objects that nothing leads to; false if it cannot be said here (too many objects, 32 bits).</summary>
    internal bool BeginReach()
    {
        _table = _memory.Is32Bit || Gc.Cycle != 0 ? null : TableOf(BooksVersion());
        (_reached, _toLook) = (0, 0);
        return _table is { IsTooLong: false };
    }

    /// <summary>Words from which objects may be reached.</summary>
    internal void ReachFrom(byte* words, int size)
    {
        ulong heap = _memory.HeapBase, room = _memory.ArenaStride * (ulong)_arenas.Count;
        var all = (ulong*)words;
        for (int i = 0; i < size / 8; i++)
        {
            if (unchecked(all[i] - heap) < room)
            {
                ReachAt(all[i]);
            }
        }
    }

    /// <summary>Goes on from the objects that were reached until none is added.</summary>
    internal void EndReach()
    {
        ReachTable table = _table!;
        while (_toLook != 0)
        {
            int at = BitOperations.TrailingZeroCount(_toLook);
            _toLook &= _toLook - 1;
            ReachFrom(table.Bytes[at].Start + table.Offset[at], table.Size[at]);
        }

    }

    /// <summary>Visits the objects that were reached, and those of which nobody can say.</summary>
    /// <param name="visit">Is told address and size.</param>
    internal void VisitReached(Action<ulong, uint> visit)
    {
        ReachTable table = _table!;
        for (int i = 0; i < table.Count; i++)
        {
            if (((_reached | ~table.Runtimes) >> i & 1) != 0)
            {
                visit(table.Start[i], (uint)table.Size[i]);
            }
        }
    }

    /// <summary>Visits all live objects.</summary>
    /// <param name="visit">Is told address and size.</param>
    internal void VisitLive(Action<ulong, uint> visit)
    {
        HeapCursor at = default;
        while (NextLive(ref at, out HeapObject found, out _))
        {
            visit(found.Start.Value, (found.Info.Size + 7) & ~7u);
        }
    }

    /// <summary>The part of the state's hash that objects make which nothing leads to.</summary>
    internal Fingerprint HashUnreached()
    {
        ReachTable table = _table!;
        Fingerprint hash = default;
        for (ulong left = table.Runtimes & ~_reached; left != 0; left &= left - 1)
        {
            int at = BitOperations.TrailingZeroCount(left);
            hash = hash.Xor(table.Regions[at].HashWords(table.Offset[at], table.Size[at]));
        }

        return hash;
    }

    private void ReachAt(ulong address)
    {
        ReachTable table = _table!;
        for (int i = 0; i < table.Count; i++)
        {
            if (unchecked(address - table.Start[i]) < (ulong)table.Size[i])
            {
                ulong found = table.With[i] & ~_reached;
                _reached |= found;
                _toLook |= found;
                return;
            }
        }
    }

    /// <summary>A number of the books of all arenas: as long as it is the same, so are the objects.</summary>
    private ulong BooksVersion()
    {
        ulong version = 0;
        foreach (HeapBooks books in _arenas)
        {
            version = Fingerprint.Mix(unchecked(version + (books.Objects.Version * 0x9E37_79B9_7F4A_7C15)) ^ books.Spans.Version);
        }

        return version | 1;
    }

    private ReachTable TableOf(ulong version)
    {
        ref ReachTable table = ref _tables[version / 2 % KnownTables];
        table ??= new ReachTable();
        if (table.Version != version)
        {
            table.Fill(this, version);
        }

        return table;
    }

    /// <summary>The live objects by address.</summary>
    private sealed class ReachTable
    {
        public readonly ulong[] Start = new ulong[MostReachable];
        public readonly int[] Size = new int[MostReachable];
        public readonly int[] Offset = new int[MostReachable];

        /// <summary>The object itself, and what is kept with it.</summary>
        public readonly ulong[] With = new ulong[MostReachable];
        public readonly Region[] Regions = new Region[MostReachable];
        public readonly Segment[] Bytes = new Segment[MostReachable];

        public ulong Version { get; private set; }

        public int Count { get; private set; }

        public bool IsTooLong { get; private set; }

        /// <summary>Those that only the runtime allocates and points to: others may be known to whoever drives the machine.</summary>
        public ulong Runtimes { get; private set; }

        public void Fill(SimHeap heap, ulong version)
        {
            (Version, Count, IsTooLong, Runtimes) = (version, 0, false, 0);
            bool isArray = false;
            HeapCursor at = default;
            while (heap.NextLive(ref at, out HeapObject found, out _))
            {
                if (Count == MostReachable)
                {
                    IsTooLong = true;
                    return;
                }

                // The cursor stands in the arena of what it found.
                Region region = heap._arenas[at.Arena].Region;
                (Start[Count], Size[Count], Offset[Count]) = (found.Start.Value, (int)((found.Info.Size + 7) & ~7u), (int)(found.Start - region.Base));
                (Regions[Count], Bytes[Count], With[Count]) = (region, region.Bytes, 1UL << Count);
                Runtimes |= found.Kind is ObjectKind.MapExtra or ObjectKind.BucketArray or ObjectKind.OverflowBucket or ObjectKind.OverflowSlice or ObjectKind.OverflowArray
                    or ObjectKind.Key or ObjectKind.Elem ? 1UL << Count : 0;
                if (isArray && Start[Count - 1] + (ulong)Size[Count - 1] == Start[Count])
                {
                    With[Count - 1] |= 1UL << Count;
                }

                Count++;
                isArray = found.Kind == ObjectKind.BucketArray;
            }
        }
    }
}
