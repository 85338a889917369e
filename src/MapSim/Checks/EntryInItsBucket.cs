namespace MapSim.Checks;

/// <summary>
/// H3.3: an entry is in the chain that its key's hash under the present hash0 selects: hash &amp; (2^B - 1), in an old
/// bucket hash &amp; (old count - 1). Keys that do not equal themselves (NaN) have no hash of their own.
/// </summary>
internal static class EntryInItsBucket
{
    public const string Id = "H3.3";

    public static void Check(MapScan scan, EntryScan entries, List<Violation> found)
    {
        ulong mask = (1UL << scan.B) - 1, oldMask = unchecked((ulong)scan.OldCount - 1);
        foreach (ref readonly ScannedEntry e in entries.Entries)
        {
            ulong home = e.Hash & (e.IsOld ? oldMask : mask);
            if (e.HasHash && home != (ulong)e.Chain)
            {
                string array = e.IsOld ? "old bucket" : "bucket";
                found.Add(new Violation(Id, scan.View.Address, e.Bucket, $"slot {e.Slot}: a key with hash 0x{e.Hash:x} in {array} {e.Chain}", $"{array} {home}"));
                return;
            }
        }
    }
}
