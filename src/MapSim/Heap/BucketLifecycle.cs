using System.Globalization;
using System.Text;
using MapSim.Memory;

namespace MapSim.Heap;

/// <summary>A stage in the life of a bucket array or an overflow bucket.</summary>
public enum BucketStage : byte
{
    /// <summary>Allocated, and part of the map's present array.</summary>
    InUse,

    /// <summary>Entries move out of it: it is, or is linked from, h.oldbuckets.</summary>
    Migrating,

    /// <summary>The map has let go of it; iterators may still hold it.</summary>
    Released,

    /// <summary>Freed and poisoned.</summary>
    Freed,
}

/// <summary>How long objects stayed in one stage, in steps.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Entered">Objects that came into it.</param>
/// <param name="Present">Objects that are in it now.</param>
/// <param name="Min">The shortest completed stay; 0 if there is none.</param>
/// <param name="Median">The median of the completed stays (of two, the lower).</param>
/// <param name="Max">The longest completed stay.</param>
public readonly record struct StageTimes(BucketStage Stage, int Entered, int Present, ulong Min, ulong Median, ulong Max);

/// <summary>
/// The life of a map's buckets: how many are in which stage, and for how many steps they stayed in each. Read off the
/// heap's history; a report, not an oracle.
/// </summary>
/// <remarks>
/// An overflow bucket migrates and is released with the array in whose chains it is linked. One that clear dropped goes
/// from use to freed, as does all of a map that died: nothing notes that the map let go of it. A spare bucket of an array
/// lives as the array does.
/// </remarks>
/// <param name="Map">The hmap.</param>
/// <param name="Arrays">Stages of bucket arrays.</param>
/// <param name="Overflow">Stages of overflow buckets.</param>
public sealed record BucketLifecycle(Addr Map, IReadOnlyList<StageTimes> Arrays, IReadOnlyList<StageTimes> Overflow)
{
    private const int Stages = 4;

    /// <summary>The report on one map.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="map">The hmap. If it is gone, the last map that was there.</param>
    public static BucketLifecycle Of(SimHeap heap, Addr map)
    {
        HeapHistory history = heap.History;
        uint owner = OwnerAt(history, map);
        return new BucketLifecycle(map, Collect(history, map, owner, ObjectKind.BucketArray), Collect(history, map, owner, ObjectKind.OverflowBucket));
    }

    /// <summary>The maps that ever had a bucket of their own, in the order of their first one.</summary>
    public static IReadOnlyList<Addr> Maps(SimHeap heap)
    {
        var maps = new List<Addr>();
        for (uint i = 1; i <= heap.History.Count; i++)
        {
            ObjectHistory o = heap.History[i];
            if ((ObjectKind)o.Kind is ObjectKind.BucketArray or ObjectKind.OverflowBucket && !o.Owner.IsNil && !maps.Contains(o.Owner))
            {
                maps.Add(o.Owner);
            }
        }

        return maps;
    }

    /// <summary>A table for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"map {Map}          entered    now   stay in steps: min     median        max\n");
        Append(text, "arrays", Arrays);
        Append(text, "overflow", Overflow);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, IReadOnlyList<StageTimes> stages)
    {
        foreach (StageTimes s in stages)
        {
            bool ended = s.Entered > s.Present;
            string stay = s.Stage == BucketStage.Freed ? ""
                : ended ? string.Create(CultureInfo.InvariantCulture, $"{s.Min,21} {s.Median,10} {s.Max,10}")
                : $"{"-",21} {"-",10} {"-",10}";
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{name,-10}{Word(s.Stage),-14}{s.Entered,10} {s.Present,6} {stay}").TrimEnd()).Append('\n');
        }
    }

    private static string Word(BucketStage stage) => stage switch
    {
        BucketStage.InUse => "in use",
        BucketStage.Migrating => "migrating",
        BucketStage.Released => "released",
        _ => "freed",
    };

    private static uint OwnerAt(HeapHistory history, Addr map)
    {
        for (uint i = (uint)history.Count; i >= 1; i--)
        {
            if (history[i].Start == map && history[i].Kind == (byte)ObjectKind.Hmap)
            {
                return i;
            }
        }

        return 0;
    }

    private static StageTimes[] Collect(HeapHistory history, Addr map, uint owner, ObjectKind kind)
    {
        var stays = new List<ulong>[Stages];
        var present = new int[Stages];
        for (int s = 0; s < Stages; s++)
        {
            stays[s] = [];
        }

        for (uint i = 1; i <= history.Count; i++)
        {
            ObjectHistory o = history[i];
            if (o.Kind == (byte)kind && o.Owner == map && o.OwnerRecord == owner)
            {
                Live(o, o.ArrayRecord == 0 ? o : history[o.ArrayRecord], stays, present);
            }
        }

        return [.. Enumerable.Range(0, Stages).Select(s => Times((BucketStage)s, stays[s], present[s]))];
    }

    /// <summary>Goes through the stages of one object.</summary>
    private static void Live(in ObjectHistory o, in ObjectHistory stamps, List<ulong>[] stays, int[] present)
    {
        Span<ulong> entered = [o.Allocated, stamps.Migrating, stamps.Released, o.Freed];
        int stage = 0;
        for (int next = 1; next < Stages; next++)
        {
            // Stamps of the array from after the bucket's own end are not about it.
            bool skipped = entered[next] == 0 || entered[next] < entered[stage] || (o.Freed != 0 && entered[next] > o.Freed);
            if (!skipped)
            {
                stays[stage].Add(entered[next] - entered[stage]);
                stage = next;
            }
        }

        present[stage]++;
    }

    private static StageTimes Times(BucketStage stage, List<ulong> stays, int present)
    {
        stays.Sort();
        return stays.Count == 0
            ? new StageTimes(stage, present, present, 0, 0, 0)
            : new StageTimes(stage, stays.Count + present, present, stays[0], stays[(stays.Count - 1) / 2], stays[^1]);
    }
}
