using System.Numerics;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using static MapSim.Fuzz.MapFacts;

namespace MapSim.Fuzz;

/// <summary>
/// Turns the operations of a run into features (docs: fuzzing.md 6.3): the state of each map and its changes, margins of
/// guards, shapes of chains, keys that come again, iterations against growth, milestones. It only reads.
/// </summary>
/// <param name="features">Takes the features.</param>
internal sealed partial class MapFeatures(FeatureSet features)
{
    private const int ScanEvery = 16, SlotsMask = 7;
    private readonly OpenIterators _iterators = new();
    private readonly ChainScan _chains = new();
    private readonly Shape[] _shapes = new Shape[SlotsMask + 1];
    private readonly Recent[] _recent = new Recent[8];
    private int _events;

    /// <summary>A run begins.</summary>
    public void Begin()
    {
        _iterators.Clear();
        Array.Clear(_shapes);
        Array.Fill(_recent, new Recent { Key = -1, Map = default });
        Array.Clear(_seenFacts);
        _events = 0;
    }

    /// <summary>An operation has ended.</summary>
    public void Observe(Machine machine, in MapEvent e)
    {
        _events++;
        int op = OpOf(e.Kind);
        int endOf = e.End.IsOk ? 0 : 1 + ((int)e.End.Failure & 15);
        features.Add(FeatureDomain.Work, ((uint)op << 12) | ((uint)endOf << 7) | Bucketed(e.Steps));
        bool steps = e.Kind is OperationKind.Iter or OperationKind.Next or OperationKind.Range;
        _iterators.DropFreed(machine);
        bool began = steps && machine.Memory.IsLive(e.Iterator, machine.L.HiterSize) && _iterators.Note(machine, e);
        if (e.Map.IsNil || !machine.Memory.IsLive(e.Map, machine.L.HmapSize))
        {
            return;
        }

        var view = new MapView(machine.Memory, machine.Types[e.Type], e.Map);
        var now = new MapNow(view);
        ref Shape shape = ref _shapes[e.Slot & SlotsMask];
        bool changed = now.B != e.Before.B || now.Noverflow != e.Before.Noverflow || now.OldBuckets != e.Before.OldBuckets || now.Nevacuate != e.Before.Nevacuate;
        if (changed || (_events % ScanEvery) == 0)
        {
            Scan(machine, view, ref shape);
        }

        shape.Type = e.Type;
        shape.Map = e.Map;
        NoteWrite(e, now);
        AddStates(machine, e, now, op);
        AddGuards(machine, e, now);
        AddRelation(e, op, now);
        AddIterators(machine, e, now, op);
        AddFacts(FactsOf(machine, view, e, now, shape, began));
    }

    /// <summary>The run is over: the chains as they are left.</summary>
    public void End(Machine machine)
    {
        foreach (ref Shape shape in _shapes.AsSpan())
        {
            if (!shape.Map.IsNil && machine.Memory.IsLive(shape.Map, machine.L.HmapSize))
            {
                Scan(machine, new MapView(machine.Memory, machine.Types[shape.Type], shape.Map), ref shape);
            }
        }
    }

    private void Scan(Machine machine, MapView view, ref Shape shape)
    {
        _chains.Look(machine, view, features);
        (shape.Longest, shape.LongestOld, shape.HasHole, shape.NaNs) = (_chains.Longest, _chains.LongestOld, _chains.HasHole, _chains.NaNs);
        features.Add(FeatureDomain.Watermark, (1u << 20) | Bucketed((ulong)shape.Longest));
        features.Add(FeatureDomain.Watermark, (2u << 20) | Bucketed((ulong)shape.LongestOld));
        features.Add(FeatureDomain.Watermark, (3u << 20) | Bucketed((ulong)shape.NaNs));
    }

    private void NoteWrite(in MapEvent e, in MapNow now)
    {
        bool isWrite = e.Kind is OperationKind.Assign or OperationKind.Delete or OperationKind.Clear;
        for (int i = 0; isWrite && i < _iterators.Count; i++)
        {
            ref OpenIterator it = ref _iterators[i];
            if (it.Map == e.Map)
            {
                it.Writes++;
                it.SawEmptying |= e.Before.Count > 0 && now.Count == 0;
                it.SawGrowEnd |= e.Before.IsGrowing && now.OldBuckets.IsNil;
                features.Add(FeatureDomain.Watermark, (4u << 20) | Bucketed((ulong)it.Writes));
            }
        }
    }

    private void AddStates(Machine machine, in MapEvent e, in MapNow now, int op)
    {
        uint live = (uint)Math.Min(2, _iterators.Count);
        uint before = State(e.Before.Count, e.Before.B, e.Before.Flags, e.Before.Noverflow, !e.Before.OldBuckets.IsNil, e.Before.Nevacuate, live);
        uint after = State(now.Count, now.B, now.Flags, now.Noverflow, !now.OldBuckets.IsNil, now.Nevacuate, live);
        features.Add(FeatureDomain.State, after);
        if (before != after)
        {
            // Changes of the load alone are told by the states.
            const uint load = 15u << 16;
            features.Add(FeatureDomain.Transition, unchecked(FeatureSet.Mix(((before & ~load) * 31) + (uint)op) ^ ((after & ~load) * 0x85EBCA6B)));
        }

        features.Add(FeatureDomain.Watermark, (5u << 20) | now.B);
        long excess = now.Noverflow - (1L << Math.Min((int)now.B, 15));
        features.Add(FeatureDomain.Watermark, (6u << 20) | ((uint)Math.Min((int)now.B, 15) << 8) | (excess >= 0 ? 64 + Bucketed((ulong)excess) : 32 - Math.Min(31, Bucketed((ulong)-excess))));
        if (!now.OldBuckets.IsNil && (now.Flags & HmapFlags.SameSizeGrow) != 0)
        {
            features.Add(FeatureDomain.Watermark, (7u << 20) | ((uint)Math.Min((int)now.B, 15) << 8) | Bucketed(now.Count));
        }
    }

    /// <summary>min(B, 7), load, overflow by size and by buckets, growth and its progress, flags, open iterations.</summary>
    private static uint State(ulong count, byte b, byte flags, ushort noverflow, bool grows, ulong nevacuate, uint live)
    {
        count = Math.Min(count, MapNow.Most);
        nevacuate = Math.Min(nevacuate, MapNow.Most);
        ulong buckets = 1UL << Math.Min((int)b, 40);
        ulong load = Math.Min(15, count * 16 / (13 * buckets));
        uint overflow = noverflow == 0 ? 0 : 1 + (uint)Math.Min(6, BitOperations.Log2(noverflow));
        uint ratio = noverflow * 2UL < buckets ? 0u : noverflow < buckets ? 1u : 2u;
        bool same = (flags & HmapFlags.SameSizeGrow) != 0;
        ulong old = same ? buckets : Math.Max(1, buckets / 2);
        uint progress = grows ? 1 + (uint)Math.Min(3, nevacuate * 4 / old) : 0;
        return live | ((uint)(flags & 3) << 2) | (progress << 4) | ((grows ? same ? 2u : 1u : 0) << 7) | (ratio << 9) | (overflow << 11) | ((uint)Math.Min((int)b, 7) << 20) | ((uint)load << 16);
    }

    private void AddGuards(Machine machine, in MapEvent e, in MapNow now)
    {
        uint b = (uint)Math.Min((int)now.B, 7);
        long limit = now.B == 0 ? Bmap.Slots : (long)(machine.Version.LoadFactorNum * ((1UL << Math.Min((int)now.B, 30)) / 2));
        features.Add(FeatureDomain.Guard, (1u << 16) | (b << 12) | Margin((long)Math.Min(now.Count, int.MaxValue) - limit));
        features.Add(FeatureDomain.Guard, (2u << 16) | (b << 12) | Margin(now.Noverflow - (1L << Math.Min((int)now.B, 15))));
        if (!now.OldBuckets.IsNil)
        {
            long old = (1L << Math.Min((int)now.B, 30)) >> ((now.Flags & HmapFlags.SameSizeGrow) != 0 ? 0 : 1);
            features.Add(FeatureDomain.Guard, (3u << 16) | (b << 12) | Margin((long)now.Nevacuate - old));
            features.Add(FeatureDomain.Guard, (4u << 16) | (b << 12) | Margin((long)now.Nevacuate - Bounded(e.Before.Nevacuate)));
        }
    }

    private void AddRelation(in MapEvent e, int op, in MapNow now)
    {
        uint growth = now.OldBuckets.IsNil ? 0u : (now.Flags & HmapFlags.SameSizeGrow) != 0 ? 2u : 1u;
        for (int back = 1; back <= 4; back++)
        {
            ref Recent other = ref _recent[(_events - back) & 7];
            if (other.Map != e.Map)
            {
                continue;
            }

            uint same = e.Key < 0 || other.Key < 0 ? 0u : e.Key == other.Key ? 2u : 1u;
            features.Add(FeatureDomain.Relation, ((uint)op << 12) | ((uint)other.Op << 8) | (same << 6) | (growth << 4) | (other.Growth << 2) | (uint)Math.Min(back - 1, 2));
        }

        _recent[_events & 7] = new Recent { Key = e.Key, Map = e.Map, Op = (byte)op, Growth = growth };
    }

    /// <summary>A field of a header, which may hold anything if the model has a fault.</summary>
    private static long Bounded(ulong field) => (long)Math.Min(field, MapNow.Most);

    /// <summary>0 for 0, then four steps an octave: what is nearly equal is the same.</summary>
    private static uint Bucketed(ulong n)
    {
        if (n < 8)
        {
            return (uint)n;
        }

        int log = BitOperations.Log2(n);
        return Math.Min(127, (uint)((log * 4) - 4) + (uint)((n >> (log - 2)) & 3));
    }

    /// <summary>Sign and size of a difference: exact up to 3.</summary>
    private static uint Margin(long difference) =>
        difference >= 0 ? 64 + Bucketed((ulong)Math.Min(difference, 1 << 20)) : 63 - Math.Min(63, Bucketed((ulong)Math.Min(-difference, 1 << 20)));

    private static int OpOf(OperationKind kind) => kind switch
    {
        OperationKind.Assign => 1,
        OperationKind.Lookup => 2,
        OperationKind.Delete => 3,
        OperationKind.Clear => 4,
        OperationKind.Len => 5,
        OperationKind.Clone => 6,
        OperationKind.Iter => 7,
        OperationKind.Next => 8,
        OperationKind.Range => 9,
        _ => 0,
    };

    /// <summary>What the last look at a map's chains gave.</summary>
    private struct Shape
    {
        public Addr Map;
        public int Type;
        public int Longest;
        public int LongestOld;
        public int NaNs;
        public bool HasHole;
    }

    /// <summary>A former operation.</summary>
    private struct Recent
    {
        public Addr Map;
        public int Key;
        public byte Op;
        public uint Growth;
    }
}

/// <summary>The fields of a map's header that features are made of, as they are now; a broken one may say anything, so large numbers are cut.</summary>
internal readonly struct MapNow(MapView view)
{
    /// <summary>Larger counts are cut to this.</summary>
    public const ulong Most = 1UL << 40;

    public readonly ulong Count = Math.Min(view.Count, Most);
    public readonly ulong Nevacuate = Math.Min(view.Nevacuate, Most);
    public readonly Addr OldBuckets = view.OldBuckets;
    public readonly ushort Noverflow = view.Noverflow;
    public readonly byte B = view.B;
    public readonly byte Flags = view.Flags;
}
