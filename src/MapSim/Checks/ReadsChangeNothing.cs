using MapSim.Layout;

namespace MapSim.Checks;

/// <summary>
/// H4.5: an operation without effect leaves the header as it is. An iteration may set the two iterator flags and, if
/// buckets hold no pointers, bring extra into being; nothing else.
/// </summary>
internal static class ReadsChangeNothing
{
    public const string Id = "H4.5";

    public static void Check(in Transition t, List<Violation> found)
    {
        if (t.Effect is not (MapEffect.None or MapEffect.Iterate) || t.After == t.Before)
        {
            return;
        }

        MapHeader expected = t.Before;
        if (t.Effect == MapEffect.Iterate)
        {
            const byte Both = HmapFlags.Iterator | HmapFlags.OldIterator;
            expected = expected with
            {
                Flags = (t.After.Flags & Both) == Both ? (byte)(expected.Flags | Both) : expected.Flags,
                Extra = expected.Extra.IsNil ? t.After.Extra : expected.Extra,
            };
        }

        if (t.After != expected)
        {
            found.Add(t.Violation(Id, t.After.ToString(), expected.ToString()));
        }
    }
}
