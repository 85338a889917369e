namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>Programs of plain loads and stores, by what each thread does: the litmus tests of the literature and the big ones.</summary>
internal static class Shapes
{
    private static readonly Dictionary<string, string> Threads = new()
    {
        ["SB"] = "Wx Ry | Wy Rx",
        ["LB"] = "Rx Wy | Ry Wx",
        ["MP"] = "Wx Wy | Ry Rx",
        ["2+2W"] = "Wx=1 Wy=2 | Wy=1 Wx=2",
        ["LB3"] = "Rx Wy | Ry Wz | Rz Wx",
        ["IRIW"] = "Wx | Wy | Rx Ry | Ry Rx",
        ["IRIWish"] = "Wx | Rx Wy=2 | Rx Ry | Ry Rx",
        ["CoRR"] = "Wx=1 Wx=2 | Rx Rx",
        ["CoRR0"] = "Wx | Rx | Rx",
        ["CoRR1"] = "Wx=1 | Wx=2 | Rx | Rx Rx",
        ["CoRR2"] = "Wx=1 | Wx=2 | Rx Rx | Rx Rx",
        ["big0"] = "Rx Ry Rz Rw Rx Ry Rz | Rx Ry Rz | Wx=1 Wy=1 Wx=2 Wy=2 Wx=3 Wy=3 | Wz=1 Ww=1 Wz=2 Ww=2 Wz=3 Ww=3",
        ["big1"] = "Rx Ry Rz Rw Rx Ry Rz Rw | Rx Ry Rz Rw Rx Ry | Wx=1 Wy=1 Wx=2 Wy=2 Wx=3 Wy=3 | Wz=1 Ww=1 Wz=2 Ww=2 Wz=3 Ww=3",
        ["big2"] = "Rx Ry Rz Rx Ry | Rx Ry Rz Rx | Wx=1 Wy=1 Wz=1 Wx=2 Wy=2 Wz=2 | Wx=3 Wy=3 Wz=3 Wx=4 Wy=4 Wz=4",
    };

    public static string? Text(string name)
    {
        if (!Threads.TryGetValue(name, out string? threads))
        {
            return null;
        }

        var text = new ProgramText(name, [.. "xyzw".Where(v => threads.Contains(v, StringComparison.Ordinal)).Select(v => v.ToString())]);
        foreach ((int t, string accesses) in threads.Split('|').Index())
        {
            text.Accesses(FormattableString.Invariant($"t{t}"), accesses);
        }

        return text.ToString();
    }
}
