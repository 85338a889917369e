namespace MapSim.Checks;

/// <summary>
/// H4.3: only the insertion of an absent key starts a grow or changes B or the array; B never shrinks, not by clear
/// either.
/// </summary>
internal static class OnlyInsertsGrow
{
    public const string Id = "H4.3";

    public static void Check(in Transition t, List<Violation> found)
    {
        if (t.Effect != MapEffect.Insert && t.GrowStarted)
        {
            found.Add(t.Violation(Id, $"another bucket array after {t.Effect}", "an insertion of an absent key before any grow"));
        }
        else if (!t.GrowStarted && t.After.B != t.Before.B)
        {
            found.Add(t.Violation(Id, $"B from {t.Before.B} to {t.After.B} without a grow", "the same B"));
        }
        else if (!t.GrowStarted && t.After.IsGrowing && t.After.OldBuckets != t.Before.OldBuckets)
        {
            found.Add(t.Violation(Id, $"oldbuckets from {t.Before.OldBuckets} to {t.After.OldBuckets} without a start", "the same, or nil"));
        }
    }
}
