namespace MapSim.Checks;

/// <summary>
/// H4.4: an assignment, or a deletion from a map with entries, during a grow (the one that it starts included) moves
/// nevacuate on by at least one or ends the grow, so that every grow ends. Clear drops the old array.
/// </summary>
internal static class WritesMoveTheMark
{
    public const string Id = "H4.4";

    public static void Check(in Transition t, List<Violation> found)
    {
        if (!t.After.IsGrowing)
        {
            return;
        }

        if (t.Effect == MapEffect.Clear)
        {
            found.Add(t.Violation(Id, "oldbuckets after clear", "nil"));
        }
        else if (t.Effect is MapEffect.Insert or MapEffect.Update or MapEffect.Delete)
        {
            ulong from = t.GrowStarted ? 0 : t.Before.Nevacuate;
            if (t.After.Nevacuate <= from)
            {
                found.Add(t.Violation(Id, $"nevacuate from {from} to {t.After.Nevacuate} in a write", "growth work: at least one more"));
            }
        }
    }
}
