using System.Globalization;

namespace MapSim.Fuzz;

/// <summary>What an instance of afl-fuzz says of itself in its file fuzzer_stats, which it writes once a minute and at its end.</summary>
/// <param name="Values">All of its lines.</param>
public sealed record AflStats(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Inputs run.</summary>
    public long Executions => (long)Number("execs_done");

    /// <summary>Inputs a second since the start.</summary>
    public double PerSecond => Number("execs_per_sec");

    /// <summary>Inputs kept.</summary>
    public long Corpus => (long)Number("corpus_count");

    /// <summary>Crashes kept.</summary>
    public long Crashes => (long)Number("saved_crashes");

    /// <summary>Hangs kept.</summary>
    public long Hangs => (long)Number("saved_hangs");

    /// <summary>Marks of the map that were ever seen.</summary>
    public long Marks => (long)Number("edges_found");

    /// <summary>Of 100 marks so many came again when the same input was run again.</summary>
    public double Stability => Number("stability");

    /// <summary>Reads the file of an instance; null if it has written none yet.</summary>
    /// <param name="instance">The instance's folder.</param>
    public static AflStats? Read(string instance)
    {
        string file = Path.Combine(instance, "fuzzer_stats");
        return File.Exists(file) ? Parse(File.ReadAllText(file)) : null;
    }

    /// <summary>Reads lines "key : value".</summary>
    public static AflStats Parse(string text) => new(text.Split('\n')
        .Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2)
        .GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.First()[1]));

    private double Number(string key) =>
        double.TryParse(Values.GetValueOrDefault(key, "").TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double n) ? n : 0;
}
