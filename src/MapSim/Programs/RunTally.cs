namespace MapSim.Programs;

/// <summary>What random programs reached; tallies add up.</summary>
public sealed class RunTally
{
    /// <summary>Programs.</summary>
    public long Programs { get; set; }

    /// <summary>Operations.</summary>
    public long Operations { get; set; }

    /// <summary>Visible steps of the machine.</summary>
    public ulong Steps { get; set; }

    /// <summary>Grows to twice the size.</summary>
    public long Grows { get; set; }

    /// <summary>Grows of the same size.</summary>
    public long SameSizeGrows { get; set; }

    /// <summary>Grows that ended.</summary>
    public long GrowsEnded { get; set; }

    /// <summary>Most overflow buckets that a map had at once.</summary>
    public long MostOverflow { get; set; }

    /// <summary>Most buckets in a chain.</summary>
    public long LongestChain { get; set; }

    /// <summary>Most entries that a map had.</summary>
    public long MostEntries { get; set; }

    /// <summary>Insertions that left a map above its load limit.</summary>
    public long Overloaded { get; set; }

    /// <summary>Iterations.</summary>
    public long Ranges { get; set; }

    /// <summary>Steps of iterations.</summary>
    public long RangeSteps { get; set; }

    /// <summary>Operations on a map while an iteration over it was open.</summary>
    public long WritesUnderRange { get; set; }

    /// <summary>Clones.</summary>
    public long Clones { get; set; }

    /// <summary>Clears of maps with entries.</summary>
    public long Clears { get; set; }

    /// <summary>Times the last entry of a map was deleted.</summary>
    public long Emptied { get; set; }

    /// <summary>Collections, with a collector.</summary>
    public long Collections { get; set; }

    /// <summary>Objects it freed.</summary>
    public long Freed { get; set; }

    /// <summary>Objects that G10 waited for and saw freed.</summary>
    public long Awaited { get; set; }

    /// <summary>Operations that panicked as they should.</summary>
    public long Panics { get; set; }

    /// <summary>Known defects of the real runtime seen, by <see cref="KnownDefect"/>.</summary>
    public long[] Known { get; } = new long[KnownDefects.All.Count];

    /// <summary>Adds another tally.</summary>
    public void Add(RunTally other)
    {
        Programs += other.Programs;
        Operations += other.Operations;
        Steps += other.Steps;
        Grows += other.Grows;
        SameSizeGrows += other.SameSizeGrows;
        GrowsEnded += other.GrowsEnded;
        MostOverflow = Math.Max(MostOverflow, other.MostOverflow);
        LongestChain = Math.Max(LongestChain, other.LongestChain);
        MostEntries = Math.Max(MostEntries, other.MostEntries);
        Overloaded += other.Overloaded;
        Ranges += other.Ranges;
        RangeSteps += other.RangeSteps;
        WritesUnderRange += other.WritesUnderRange;
        Clones += other.Clones;
        Clears += other.Clears;
        Emptied += other.Emptied;
        Collections += other.Collections;
        Freed += other.Freed;
        Awaited += other.Awaited;
        Panics += other.Panics;
        for (int i = 0; i < Known.Length; i++)
        {
            Known[i] += other.Known[i];
        }
    }
}
