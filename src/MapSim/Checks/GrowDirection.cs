namespace MapSim.Checks;

/// <summary>H4.2: a grow that starts doubles the buckets if one entry more would be over the load limit, else keeps their number (and says so in the flags until it is over).</summary>
internal static class GrowDirection
{
    public const string Id = "H4.2";

    public static void Check(in Transition t, List<Violation> found)
    {
        if (!t.GrowStarted)
        {
            return;
        }

        int expected = t.Before.B + (t.OverLimit ? 1 : 0);
        if (t.After.B != expected || (t.After.IsGrowing && t.After.IsSameSize == t.OverLimit))
        {
            found.Add(t.Violation(Id, $"B from {t.Before.B} to {t.After.B}, sameSizeGrow {(t.After.IsSameSize ? "set" : "clear")}", $"B = {expected}, a grow {(t.OverLimit ? "to twice the size" : "of the same size")}"));
        }
    }
}
