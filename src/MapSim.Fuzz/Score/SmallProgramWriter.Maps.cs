namespace MapSim.Fuzz;

/// <content>What the maps are in the middle of when the goroutines meet.</content>
internal sealed partial class SmallProgramWriter
{
    private static readonly int[] TinyFilled = [0, 0, 1, 1, 2, 3, 8, 8, 9];
    private static readonly int[] Filled = [0, 1, 1, 2, 3, 7, 8, 8, 9, 12, 13, 13, 14, 17, 26, 27];
    private static readonly int[] ChainFilled = [8, 9, 9, 10];
    private static readonly int[] WideFilled = [25, 26, 27, 27];
    private static readonly string[] PileForms = ["make(9)", "make(20)"];

    private bool IteratesAcrossGrow => _iterates && _type.KeyIsInteger && discipline != Discipline.Locked;

    /// <summary>The hash is the key, so that keys of one bucket are easy to write: overflow buckets can be piled up until a grow of the same size is due.</summary>
    private bool PilesUp => _piles && _hash == "identity" && _type.KeyIsInteger;

    /// <summary>Entries whose objects only the map holds.</summary>
    private void Prepare(string map, int count)
    {
        if (PilesUp && !_isWide && map == "m")
        {
            string elem = _type.ElemText("0");
            if (isTiny && random.Chance(60))
            {
                // Up to just below a grow.
                _filled = random.Pick<int>([9, 13, 26]);
                Line($"repeat {N(_filled)} assign m 0x$i{N(random.Below(4))} {elem}".TrimEnd());
                return;
            }

            int kept = random.Below(4);
            Line($"repeat 9 assign m 0x$i0 {elem}".TrimEnd());
            Line($"repeat {N(9 - kept)} delete m 0x$i0");
            Line($"repeat 9 assign m 0x$i1 {elem}".TrimEnd());
            return;
        }

        _filled = Math.Max(_filled, count);
        if (count == 0)
        {
            return;
        }

        if (_type.ElemIsPointer || _type.KeyIsPointer)
        {
            string key = _type.KeyIsPointer && random.Chance(70) ? "x" : _type.KeyText("$i");
            Line($"repeat {N(count)}");
            Line("  new x");
            Line($"  assign {map} {key} {(_type.ElemIsPointer ? "x" : _type.ElemText("$i"))}".TrimEnd());
            Line("  drop x");
            Line("end");
        }
        else
        {
            Line($"repeat {N(count)} assign {map} {_type.KeyText("$i")} {_type.ElemText("$i")}".TrimEnd());
        }

        if (random.Chance(15))
        {
            // Holes and overflow buckets that are left behind.
            Line($"repeat {N(random.Below(count))}..{N(count)} delete {map} {_type.KeyText("$i")}");
        }
    }

    /// <summary>An iteration stands in the map while it grows and a collection goes by; then it goes on.</summary>
    private void IterationAcrossGrow()
    {
        Line("iter i m");
        int fresh = 1 + random.Below(5);
        Line($"repeat {N(_filled)}..{N(_filled + fresh)} assign m {_type.KeyText("$i")} {_type.ElemText("0")}".TrimEnd());
        if (random.Chance(60))
        {
            // Writes that move the grow on.
            Line($"repeat {N(1 + random.Below(3))} assign m {_type.KeyText("0")} {_type.ElemText("0")}".TrimEnd());
        }

        if (_collects)
        {
            Line("gc");
        }

        Line($"repeat {N(1 + random.Below(9))} next i recover");
    }
}
