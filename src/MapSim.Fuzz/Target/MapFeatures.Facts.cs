using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using static MapSim.Fuzz.MapFacts;

namespace MapSim.Fuzz;

/// <content>Iterations against growth, and the facts that milestones are made of.</content>
internal sealed partial class MapFeatures
{
    private const int PartsBits = 4;
    private static readonly Milestone[] Goals = [.. Milestones.All];
    private readonly MapFacts[] _seenFacts = new MapFacts[64];

    /// <summary>The feature that says that so many facts of a milestone were true at once.</summary>
    internal static uint MilestoneFeature(int milestone, int parts) => FeatureSet.Feature(FeatureDomain.Milestone, ((uint)milestone << PartsBits) | (uint)parts);

    private void AddIterators(Machine machine, in MapEvent e, in MapNow now, int op)
    {
        StructLayouts l = machine.L;
        for (int i = 0; i < _iterators.Count; i++)
        {
            OpenIterator it = _iterators[i];
            if (it.Map != e.Map)
            {
                continue;
            }

            uint larger = (uint)Math.Clamp(now.B - it.B, 0, 3);
            uint growth = now.OldBuckets.IsNil ? 0u : (now.Flags & HmapFlags.SameSizeGrow) != 0 ? 2u : 1u;
            bool wrapped = Byte(machine, it.At + l.ItWrapped) != 0;
            bool filters = Filters(machine, it.At);
            uint own = it.At == e.Iterator ? 1u : 0;
            uint slot = Byte(machine, it.At + l.ItI) switch { 0 => 0, 8 => 2, _ => 1 };
            ulong bptr = OpenIterators.Word(machine, it.At + l.ItBptr);
            uint where = bptr == 0 ? 0u : filters ? 1u : 2u;
            uint history = (it.WasGrowing ? it.WasSameSize ? 2u : 1u : 0) | (it.SawEmptying ? 4u : 0) | (it.SawGrowEnd ? 8u : 0);
            features.Add(
                FeatureDomain.Iterator,
                larger | (growth << 2) | (wrapped ? 16u : 0) | (own << 5) | (slot << 6) | (where << 8) | (history << 10) | ((uint)op << 14) | ((uint)Math.Min(it.Writes, 3) << 18) | ((uint)Math.Min(now.B, (byte)3) << 20));
        }
    }

    private MapFacts FactsOf(Machine machine, MapView view, in MapEvent e, in MapNow now, in Shape shape, bool began)
    {
        bool growing = !now.OldBuckets.IsNil, same = (now.Flags & HmapFlags.SameSizeGrow) != 0, ended = e.Before.IsGrowing && (!growing || now.OldBuckets != e.Before.OldBuckets);
        long limit = now.B == 0 ? Bmap.Slots : (long)(machine.Version.LoadFactorNum * ((1UL << Math.Min((int)now.B, 30)) / 2));
        long above = (long)Math.Min(now.Count, int.MaxValue) - limit;
        bool ok = e.End.IsOk;
        MapFacts facts = OperationFacts(machine, e, now, ok, began) | IteratorFacts(machine, view, e, now);
        facts |= When(!ok, Panic) | When(growing, Growing) | When(growing && same, SameSize);
        facts |= When(growing && now.OldBuckets != e.Before.OldBuckets, GrowBegan) | When(ended, GrowEnded) | When(ended && e.Before.IsSameSize, SameSizeEnded);
        facts |= When(growing && (long)now.Nevacuate > Bounded(e.Before.Nevacuate) + 2 && now.OldBuckets == e.Before.OldBuckets, MarkJumped);
        facts |= When(above > 0, Overloaded) | When(above >= Bmap.Slots, OverloadedByBucket) | When(now.B > 0 && now.Noverflow >= 1 << Math.Min((int)now.B, 15), ManyOverflow);
        facts |= When(shape.Longest >= 4, Chain4) | When(shape.Longest >= 8, Chain8) | When(shape.Longest >= 12, Chain12);
        facts |= When(shape.LongestOld >= 4, OldChain4) | When(shape.LongestOld >= 8, OldChain8) | When(shape.HasHole, Hole) | When(shape.NaNs >= 8, NaNCrowd);
        facts |= When(now.B >= 4, Large) | When(now.B >= 8, Huge) | When(e.Before.Count > 0 && now.Count == 0, Emptied);
        facts |= When(view.Type.IndirectKey, IndirectKey) | When(view.Type.IndirectElem, IndirectElem) | When(!view.Type.BucketHasPointers, Listed);
        return facts | When(now.B >= 4 && machine.Memory.IsLive(view.Extra, machine.L.MapExtraSize) && view.NextOverflow.IsNil, NoSpares);
    }

    private static MapFacts OperationFacts(Machine machine, in MapEvent e, in MapNow now, bool ok, bool began)
    {
        bool hadEntries = e.Before.Count > 0;
        return e.Kind switch
        {
            OperationKind.Assign => Assign | When(ok && now.Count == Math.Min(e.Before.Count, MapNow.Most) + 1, Insert),
            OperationKind.Lookup => Lookup,
            OperationKind.Delete => When(ok && now.Count + 1 == e.Before.Count, Delete),
            OperationKind.Clear => When(hadEntries, Clear),
            OperationKind.Clone => When(hadEntries, Clone),
            _ when began => When(hadEntries, IterationBegan),
            OperationKind.Next or OperationKind.Range when ok && machine.Memory.IsLive(e.Iterator, machine.L.HiterSize) => OpenIterators.Word(machine, e.Iterator) == 0 ? IterationEnded : IterationStep,
            _ => None,
        };
    }

    private MapFacts IteratorFacts(Machine machine, MapView view, in MapEvent e, in MapNow now)
    {
        MapFacts facts = None;
        for (int i = 0; i < _iterators.Count; i++)
        {
            OpenIterator it = _iterators[i];
            if (it.Map != e.Map)
            {
                continue;
            }

            facts |= (facts & IteratorOpen) != 0 ? TwoIterators : IteratorOpen;
            facts |= When(now.B > it.B, IteratorOfSmaller) | When(now.B > it.B + 1, IteratorOfQuarter) | When(it.WasGrowing, IteratorOfGrow);
            facts |= When(it.SawEmptying, ClearedUnderIterator) | When(it.SawGrowEnd, GrewUnderIterator);
            facts |= When(now.B is >= 4 and <= 16 && IsSpare(machine, view, OpenIterators.Word(machine, it.At + machine.L.ItBptr)), IteratorInSpare);
            facts |= When(Byte(machine, it.At + machine.L.ItWrapped) != 0, IteratorWrapped) | When(Filters(machine, it.At), IteratorFilters);
        }

        return facts;
    }

    /// <summary>True if an address is of an overflow bucket in the map's present array, behind its main buckets.</summary>
    private static bool IsSpare(Machine machine, MapView view, ulong bucket)
    {
        ulong size = (ulong)view.Type.BucketSize, first = view.Buckets.Value + (view.BucketCount * size);
        return bucket >= first && bucket < view.Buckets.Value + (MakeBucketArray.BucketCount(view.Type, view.B, machine.Version) * size);
    }

    private static bool Filters(Machine machine, Addr iterator) =>
        OpenIterators.Word(machine, iterator + machine.L.ItCheckBucket) is var check && check != (machine.PointerSize == 8 ? ulong.MaxValue : uint.MaxValue)
        && OpenIterators.Word(machine, iterator + machine.L.ItBptr) != 0;

    private static byte Byte(Machine machine, Addr at) => machine.Memory.Raw(at, 1)[0];

    private static MapFacts When(bool condition, MapFacts fact) => condition ? fact : None;

    /// <summary>How far each milestone has come, unless the same facts were seen in this run.</summary>
    private void AddFacts(MapFacts facts)
    {
        ref MapFacts seen = ref _seenFacts[(int)(unchecked((ulong)facts * 0x9E3779B97F4A7C15) >> 58)];
        if (seen == facts)
        {
            return;
        }

        seen = facts;
        for (int i = 0; i < Goals.Length; i++)
        {
            int parts = Goals[i].PartsIn(facts);
            if (parts > 0)
            {
                features.Add(MilestoneFeature(i, parts));
            }
        }
    }
}
