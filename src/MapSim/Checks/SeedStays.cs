namespace MapSim.Checks;

/// <summary>
/// H4.6: hash0 changes only when the map becomes empty: by clear or by the deletion of the last entry. Any other change
/// would lose every entry.
/// </summary>
internal static class SeedStays
{
    public const string Id = "H4.6";

    public static void Check(in Transition t, List<Violation> found)
    {
        bool emptied = t.Effect is MapEffect.Delete or MapEffect.Clear && t.After.Count == 0;
        if (!emptied && t.After.Hash0 != t.Before.Hash0)
        {
            found.Add(t.Violation(Id, $"hash0 from 0x{t.Before.Hash0:x} to 0x{t.After.Hash0:x} with {t.After.Count} entries", "the same seed until the map is empty"));
        }
    }
}
