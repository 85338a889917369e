using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>The lines of an --unsafe test that make sure it looks at the runtime it was written for.</summary>
internal static class GoLayoutSource
{
    /// <summary>Writes them.</summary>
    public static void Write(GoSource go, GoExportContext context)
    {
        StructLayouts s = StructLayouts.Of(context.Settings.Arch);
        context.Need("header.go");
        context.Need("layout.go");
        go.Line($"simRequire(t, \"{context.Settings.Version.Name}\", \"{context.Settings.Arch.Name}\")");
        Fields(go, "hmap", "simHmap{}",
            [("count", StructLayouts.Count), ("flags", s.Flags), ("B", s.B), ("noverflow", s.Noverflow), ("hash0", s.Hash0), ("buckets", s.Buckets),
                ("oldbuckets", s.OldBuckets), ("nevacuate", s.Nevacuate), ("extra", s.Extra)], s.HmapSize);
        Fields(go, "mapextra", "simMapextra{}", [("overflow", StructLayouts.Overflow), ("oldoverflow", s.OldOverflow), ("nextOverflow", s.NextOverflow)], s.MapExtraSize);
        Fields(go, "hiter", "simHiter()",
            [("key", StructLayouts.ItKey), ("elem", s.ItElem), ("t", s.ItType), ("h", s.ItH), ("buckets", s.ItBuckets), ("bptr", s.ItBptr), ("overflow", s.ItOverflow),
                ("oldoverflow", s.ItOldOverflow), ("startBucket", s.ItStartBucket), ("offset", s.ItOffset), ("wrapped", s.ItWrapped), ("B", s.ItB), ("i", s.ItI),
                ("bucket", s.ItBucket), ("checkBucket", s.ItCheckBucket)], s.HiterSize);
    }

    private static void Fields(GoSource go, string name, string value, (string Field, int Offset)[] fields, int size)
    {
        string text = string.Join(' ', fields.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Field}:{f.Offset}")));
        go.Line(string.Create(CultureInfo.InvariantCulture, $"simLayout(t, \"{name}\", {value}, \"{text}\", {size})"));
    }
}
