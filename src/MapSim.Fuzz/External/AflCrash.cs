using System.Globalization;

namespace MapSim.Fuzz;

/// <summary>An input that AFL saved as a crash, with what its file name says.</summary>
/// <param name="File">The file.</param>
/// <param name="Signal">The signal: 6 for a finding, 4 if MapSim itself failed.</param>
/// <param name="Time">How long the campaign had run; null if the name does not say.</param>
/// <param name="Executions">How many inputs the instance had run; null if the name does not say.</param>
public sealed record AflCrash(string File, int Signal, TimeSpan? Time, long? Executions)
{
    /// <summary>
    /// The crashes of all instances under AFL's output folder, the earliest first. A campaign that goes on renames its
    /// folder of crashes to <c>crashes.DATE</c>: those count, too.
    /// </summary>
    public static IReadOnlyList<AflCrash> All(string output) => !Directory.Exists(output) ? []
        : [.. Directory.EnumerateDirectories(output).SelectMany(d => Directory.EnumerateDirectories(d, "crashes*"))
            .SelectMany(d => Directory.EnumerateFiles(d, "id*")).Select(Parse)
            .OrderBy(c => c.Time ?? TimeSpan.MaxValue).ThenBy(c => c.File, StringComparer.Ordinal)];

    /// <summary>Reads a name such as <c>id:000000,sig:06,src:000003,time:5120,execs:931,op:havoc,rep:2</c>.</summary>
    public static AflCrash Parse(string file)
    {
        long? signal = null, time = null, executions = null;
        foreach (string part in Path.GetFileName(file).Split(','))
        {
            long? value = long.TryParse(part.AsSpan(part.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : null;
            signal = part.StartsWith("sig:", StringComparison.Ordinal) ? value : signal;
            time = part.StartsWith("time:", StringComparison.Ordinal) ? value : time;
            executions = part.StartsWith("execs:", StringComparison.Ordinal) ? value : executions;
        }

        return new AflCrash(file, (int)(signal ?? 0), time is { } t ? TimeSpan.FromMilliseconds(t) : null, executions);
    }
}
