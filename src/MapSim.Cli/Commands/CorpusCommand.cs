using System.CommandLine;
using System.Text.Json;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus: the stores of programs that campaigns grow and replays run. One file a verb.</summary>
internal static class CorpusCommand
{
    /// <summary>The schema of what every verb prints with --json.</summary>
    public const string Schema = "mapsim.corpus/1";

    public static Command Create() => new("corpus", """
        mapsim corpus stats corpus/examples corpus/discoveries

        Keeps programs in stores: folders of files that are named by the SHA-256 of their content, or by a person. Any
        number of processes may write to a store at once, and stores merge by a plain copy (cp, rsync).
        """)
    {
        CorpusAdd.Create(),
        CorpusPromote.Create(),
        CorpusMinimize.Create(),
        CorpusMerge.Create(),
        CorpusStatsCommand.Create(),
        CorpusImport.Create(),
        CorpusExport.Create(),
    };

    /// <summary>The option every verb has.</summary>
    public static Option<bool> Json() => new("--json") { Description = $"One JSON object (schema {Schema})." };

    public static void PrintJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, ProgramFiles.Json));

    /// <summary>A store that must be there.</summary>
    /// <exception cref="BadInputException">There is no such folder.</exception>
    public static CorpusStore Existing(string folder) => Directory.Exists(folder) ? new CorpusStore(folder)
        : throw new BadInputException($"{folder}: expected the folder of a store, found {(File.Exists(folder) ? "a file" : "nothing")}");

    /// <summary>A store to write to, rid of what dead writers left.</summary>
    /// <exception cref="BadInputException">There is a file of that name.</exception>
    public static CorpusStore Writable(string folder)
    {
        if (File.Exists(folder))
        {
            throw new BadInputException($"{folder}: expected the folder of a store, found a file");
        }

        var store = new CorpusStore(folder);
        if (store.CleanUp() is > 0 and var left)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"mapsim: {folder}: deleted {left} unfinished {(left == 1 ? "file" : "files")} of writers that are dead"));
        }

        return store;
    }

    /// <summary>True if two paths are one folder.</summary>
    public static bool AreSame(string a, string b) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(a)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(b));

    /// <summary>Tells what cannot be used; the exit code of a command that did the rest.</summary>
    public static int Report(IReadOnlyCollection<CorpusDamage> damaged, int otherwise)
    {
        foreach (CorpusDamage damage in damaged)
        {
            Console.Error.WriteLine("mapsim: " + damage);
        }

        return damaged.Count > 0 ? ExitCodes.BadInput : otherwise;
    }
}
