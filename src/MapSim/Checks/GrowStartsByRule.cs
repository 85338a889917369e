using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H4.1: inserting an absent key into a map that is not growing starts a grow exactly if one entry more would be over
/// the load limit or there are too many overflow buckets (noverflow of 2^min(B,15) or more).
/// </summary>
/// <remarks>
/// The runtime decides after the insertion's own growth work: if that ended a grow, a new one may start in the same
/// operation, and noverflow then includes what the evacuation added. From outside only bounds of it are known.
/// </remarks>
internal static class GrowStartsByRule
{
    public const string Id = "H4.1";

    public static void Check(in Transition t, List<Violation> found)
    {
        if (t.Effect != MapEffect.Insert)
        {
            return;
        }

        (MapHeader before, MapHeader after) = (t.Before, t.After);
        ushort low = before.Noverflow, high = before.Noverflow;
        if (before.IsGrowing && t.GrowStarted)
        {
            if (before.Pending > 2)
            {
                found.Add(t.Violation(Id, "a grow that starts while another is not over", "no start while growing"));
                return;
            }

            high = (ushort)Math.Min(ushort.MaxValue, high + before.PendingOverflow);
        }
        else if (before.IsGrowing)
        {
            if (after.IsGrowing)
            {
                return;
            }

            // The insertion itself may have linked the last overflow bucket, after the decision.
            high = after.Noverflow;
            low = (ushort)Math.Max(low, high - 1);
        }

        bool must = t.OverLimit || Bmap.TooManyOverflowBuckets(low, before.B);
        bool may = t.OverLimit || Bmap.TooManyOverflowBuckets(high, before.B);
        if (t.GrowStarted ? !may : must)
        {
            found.Add(t.Violation(
                Id,
                $"{(t.GrowStarted ? "a" : "no")} grow at count {before.Count} + 1, B = {before.B}, noverflow = {low}{(low == high ? "" : $" to {high}")}",
                $"{(t.GrowStarted ? "none" : "one")}: {(t.OverLimit ? "" : "not ")}over the load limit, {(may ? "" : "not ")}too many overflow buckets"));
        }
    }
}
