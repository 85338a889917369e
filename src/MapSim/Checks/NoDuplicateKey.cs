using MapSim.Map;

namespace MapSim.Checks;

/// <summary>
/// H3.5: no two live cells hold equal keys. Equal keys have equal hashes and so, by H3.3, the same chain, or one of
/// them stands in an old bucket whose destinations are empty by H3.11: comparing within a chain is enough.
/// </summary>
internal static class NoDuplicateKey
{
    public const string Id = "H3.5";

    public static void Check(MapScan scan, EntryScan entries, List<Violation> found)
    {
        ReadOnlySpan<ScannedEntry> all = entries.Entries;
        int start = 0;
        for (int i = 1; i < all.Length; i++)
        {
            if (all[i].Chain != all[start].Chain || all[i].IsOld != all[start].IsOld)
            {
                start = i;
            }

            for (int j = start; j < i; j++)
            {
                if (all[i].HasHash && all[j].HasHash && all[i].Hash == all[j].Hash
                    && KeyEqual.Test(scan.Machine, scan.Type.Key, all[i].Key, all[j].Key))
                {
                    found.Add(new Violation(Id, scan.View.Address, all[i].Bucket, $"slot {all[i].Slot}: a key equal to that of slot {all[j].Slot} of bucket {all[j].Bucket}", "each key once"));
                    return;
                }
            }
        }
    }
}
