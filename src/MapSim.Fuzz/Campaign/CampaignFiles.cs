using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>The names in a campaign's folder, and the text that explains them there.</summary>
public static class CampaignFiles
{
    /// <summary>Who owns the folder and what the campaign does.</summary>
    public const string Manifest = "campaign.json";

    /// <summary>Locked while a process works on the campaign.</summary>
    public const string Lock = ".lock";

    /// <summary>The programs that it began with.</summary>
    public const string Seeds = "seeds";

    /// <summary>The corpus, one program a file.</summary>
    public const string Queue = "queue";

    /// <summary>Where each entry of the corpus comes from, in the order in which they came.</summary>
    public const string Journal = "queue.log";

    /// <summary>What is new.</summary>
    public const string Findings = "findings";

    /// <summary>What stands for a known defect of the real runtime.</summary>
    public const string Known = "findings/known";

    /// <summary>Inputs that did not end again as they had ended: bugs of MapSim.</summary>
    public const string Inconsistent = "inconsistent";

    /// <summary>The state from which the campaign goes on.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>AFL's statistics.</summary>
    public const string FuzzerStats = "fuzzer_stats";

    /// <summary>AFL's statistics over time.</summary>
    public const string PlotData = "plot_data";

    /// <summary>Where the campaign stands, for mapsim status.</summary>
    public const string Status = "status.json";

    /// <summary>The file name of a finding without extension: a bug key with its slashes as underscores, which no key has.</summary>
    public static string NameOf(string key) => key.Replace('/', '_');

    internal static string ReadMe(CampaignManifest manifest, IReadOnlyList<string> commandLine)
    {
        var text = new StringBuilder();
        text.Append("This folder belongs to a fuzzing campaign of MapSim. It was called as\n\n    ").Append(string.Join(' ', commandLine.Select(Quoted)));
        text.Append("\n\nand the same command goes on where it stopped, however it stopped. What it does:\n\n");
        foreach ((string name, string value) in manifest.Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {name,-16}{value}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    {"limits",-16}{TargetInput.MostOps} ops a program, {FeatureTable.MostInDomain} features a domain\n");
        return text.Append("""

            findings/KEY.mapsim        a bug: the program that shows it, as small as shrinking made it; `mapsim replay` of the file shows it again
            findings/KEY.md            the page about it, for people
            findings/KEY.json          how it was found
            findings/KEY.original.bin  the input as it was found (binary form; mapsim show prints it)
            findings/known/            the same for known defects of the real runtime (docs/DISCOVERIES.md)
            inconsistent/              inputs that did not end twice in the same way: bugs of MapSim, please report them
            queue/                     the corpus, one program in binary form a file, named by the SHA-256 of its content
            queue.log                  each entry: number, parent, execution, operations, depth, mutation, new features, program
            fuzzer_stats, plot_data    where it stands, as AFL++ writes it (afl-whatsup reads the folder above)
            status.json                the same for `mapsim status`
            report.txt, report.json, junit.xml   the final report
            checkpoint                 what is needed to go on
            seeds/                     the programs that it began with

            """).ToString();
    }

    /// <summary>A word for a POSIX shell.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=+@%,".Contains(c, StringComparison.Ordinal))
        ? word
        : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
