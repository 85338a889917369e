using System.Numerics;
using System.Runtime.Intrinsics;
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
        int count = size / 8, i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Few words are addresses: eight are asked at once. Compared as signed numbers, so both sides begin at the least of them.
            Vector256<long> from = Vector256.Create(unchecked((long)(heap + (1UL << 63)))), limit = Vector256.Create(unchecked((long)(room + (1UL << 63))));
            for (; i + 8 <= count; i += 8)
            {
                Vector256<long> one = Vector256.LessThan(Vector256.Load((long*)all + i) - from, limit), two = Vector256.LessThan(Vector256.Load((long*)all + i + 4) - from, limit);
                if ((one | two) != Vector256<long>.Zero)
                {
                    for (uint found = one.ExtractMostSignificantBits() | (two.ExtractMostSignificantBits() << 4); found != 0; found &= found - 1)
                    {
                        ReachAt(all[i + BitOperations.TrailingZeroCount(found)]);
                    }
                }
            }
        }

        for (; i < count; i++)
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
                visit(table.Regions[i].Base.Value + (ulong)table.Offset[i], (uint)table.Size[i]);
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
            hash = hash.Xor(table.HashOf(at));
        }

        return hash;
    }

    private void ReachAt(ulong address)
    {
        ReachTable table = _table!;
        int at = table.Find(address);
        if (at >= 0)
        {
            ulong found = table.With[at] & ~_reached;
            _reached |= found;
            _toLook |= found;
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
        // Both less 2^63, so that they are compared as signed numbers, four at once; behind the last object sizes of nothing.
        private readonly long[] _starts = new long[MostReachable];
        private readonly long[] _sizes = new long[MostReachable];
        public readonly int[] Size = new int[MostReachable];
        public readonly int[] Offset = new int[MostReachable];

        /// <summary>The object itself, and what is kept with it.</summary>
        public readonly ulong[] With = new ulong[MostReachable];
        public readonly Region[] Regions = new Region[MostReachable];
        public readonly Segment[] Bytes = new Segment[MostReachable];

        // The hash of an object as it was when nothing led to it, with its bytes of then: mostly it has not changed since.
        private readonly byte[]?[] _lost = new byte[MostReachable][];
        private readonly Fingerprint[] _lostHash = new Fingerprint[MostReachable];

        public ulong Version { get; private set; }

        public int Count { get; private set; }

        public bool IsTooLong { get; private set; }

        /// <summary>Those that only the runtime allocates and points to: others may be known to whoever drives the machine.</summary>
        public ulong Runtimes { get; private set; }

        /// <summary>The object that an address points to, or into; -1 for none.</summary>
        public int Find(ulong address)
        {
            Vector256<long> place = Vector256.Create(unchecked((long)address));
            for (int i = 0; i < Count; i += Vector256<long>.Count)
            {
                uint found = Vector256.LessThan(place - Vector256.LoadUnsafe(ref _starts[i]), Vector256.LoadUnsafe(ref _sizes[i])).ExtractMostSignificantBits();
                if (found != 0)
                {
                    return i + BitOperations.TrailingZeroCount(found);
                }
            }

            return -1;
        }

        /// <summary>The hash of an object's words.</summary>
        public Fingerprint HashOf(int at)
        {
            Span<byte> bytes = Bytes[at].Span(Offset[at], Size[at]);
            if (_lost[at] is not { } then || !bytes.SequenceEqual(then))
            {
                _lostHash[at] = Regions[at].HashWords(Offset[at], Size[at]);
                if (_lost[at]?.Length == bytes.Length)
                {
                    bytes.CopyTo(_lost[at]);
                }
                else
                {
                    _lost[at] = bytes.ToArray();
                }
            }

            return _lostHash[at];
        }

        public void Fill(SimHeap heap, ulong version)
        {
            const ulong Least = 1UL << 63;
            Array.Clear(_lost);
            Array.Fill(_sizes, long.MinValue);
            ulong end = 0;
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
                (Size[Count], Offset[Count]) = ((int)((found.Info.Size + 7) & ~7u), (int)(found.Start - region.Base));
                (_starts[Count], _sizes[Count]) = unchecked(((long)(found.Start.Value + Least), (long)((ulong)Size[Count] + Least)));
                (Regions[Count], Bytes[Count], With[Count]) = (region, region.Bytes, 1UL << Count);
                Runtimes |= found.Kind is ObjectKind.MapExtra or ObjectKind.BucketArray or ObjectKind.OverflowBucket or ObjectKind.OverflowSlice or ObjectKind.OverflowArray
                    or ObjectKind.Key or ObjectKind.Elem ? 1UL << Count : 0;
                if (isArray && end == found.Start.Value)
                {
                    With[Count - 1] |= 1UL << Count;
                }

                end = found.Start.Value + (ulong)Size[Count];
                Count++;
                isArray = found.Kind == ObjectKind.BucketArray;
            }
        }
    }
}
