using System.Globalization;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>A file of a replay and what came of it.</summary>
/// <param name="File">As the user named it, or "b64:..." in full.</param>
/// <param name="Mode">How schedules are used.</param>
internal sealed record ReplayedFile(string File, ScheduleMode Mode)
{
    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes { get; init; }

    /// <summary>The replay; null if there was none.</summary>
    public ReplayOutcome? Outcome { get; init; }

    /// <summary>The program; null if it could not be read.</summary>
    public MapProgram? Program { get; init; }

    /// <summary>What is wrong with the file; null if nothing is.</summary>
    public BadInputException? Bad { get; init; }

    /// <summary>A bug of MapSim's own that this file ran into; null for none.</summary>
    public Exception? Crash { get; init; }

    /// <summary>The file was rewritten (--pin).</summary>
    public bool IsPinned { get; init; }

    /// <summary>True if an interrupt came before this file.</summary>
    public bool IsSkipped => Outcome == null && Bad == null && Crash == null;

    /// <summary>True if it behaves as it says.</summary>
    public bool IsOk => Outcome is { IsOk: true } && Bad == null && Crash == null;

    /// <summary>The exit code that this file alone would give.</summary>
    public int ExitCode => Crash != null ? ExitCodes.InternalError
        : Bad != null ? ExitCodes.BadInput
        : Outcome == null ? ExitCodes.Interrupted
        : Outcome.Status switch
        {
            ReplayStatus.Ok => ExitCodes.Clean,
            ReplayStatus.Drift => ExitCodes.Drift,
            ReplayStatus.StepLimit => ExitCodes.StepLimit,
            ReplayStatus.MemoryLimit => ExitCodes.MemoryLimit,
            _ => ExitCodes.Nondeterminism,
        };

    /// <summary>One word for what came of it, the first of its line.</summary>
    public string Word => ExitCode switch
    {
        ExitCodes.Clean => IsPinned ? "pin" : "ok",
        ExitCodes.Drift => "DRIFT",
        ExitCodes.StepLimit or ExitCodes.MemoryLimit => "LIMIT",
        ExitCodes.Nondeterminism => "DIFFER",
        ExitCodes.BadInput => "BAD",
        ExitCodes.Interrupted => "skipped",
        _ => "CRASH",
    };

    /// <summary>The bug key, or "drift", "bad-input" and the like: what reports file it under. Null if it is ok or skipped.</summary>
    public string? Key => Crash != null ? "internal-error" : Bad != null ? "bad-input" : Outcome?.Key;

    /// <summary>What is wrong, one sentence each; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems => Crash != null ? ["internal error (a bug in MapSim): " + Crash.Message]
        : Bad != null ? [Bad.Message]
        : Outcome?.Differences ?? [];

    /// <summary>The line to look at, from 1.</summary>
    public int Line => Math.Max(1, Bad?.Line ?? Outcome?.Line ?? 1);

    /// <summary>The command that replays just this file.</summary>
    public string Command => "mapsim replay " + Option(Mode) + Changes.ToOptions() + Quoted(File);

    /// <summary>The command that replays it where the file is not; null if the program is too long for a command line.</summary>
    public string? PortableCommand => Program != null && ProgramToken.Encode(Program) is { Length: <= LongestToken } token
        ? "mapsim replay " + Option(Mode) + Changes.ToOptions() + token
        : null;

    private const int LongestToken = 8000;

    /// <summary>The worst of several files, in the order of architecture.md section 9.</summary>
    /// <param name="files">The files.</param>
    /// <param name="isInterrupted">The user asked to stop, if only after the last file had begun.</param>
    public static int WorstExitCode(IEnumerable<ReplayedFile> files, bool isInterrupted = false)
    {
        int[] worstFirst =
        [
            ExitCodes.InternalError, ExitCodes.BadInput, ExitCodes.Nondeterminism, ExitCodes.Finding, ExitCodes.Drift,
            ExitCodes.StepLimit, ExitCodes.MemoryLimit, ExitCodes.Interrupted, ExitCodes.Clean,
        ];
        return files.Select(f => f.ExitCode).Append(isInterrupted ? ExitCodes.Interrupted : ExitCodes.Clean).MinBy(c => Array.IndexOf(worstFirst, c));
    }

    /// <summary>The word for a mode in JSON.</summary>
    public static string ModeWord(ScheduleMode mode) => mode == ScheduleMode.HappensBefore ? "hb" : mode.ToString().ToLower(CultureInfo.InvariantCulture);

    private static string Option(ScheduleMode mode) => mode == ScheduleMode.Strict ? "" : $"--{ModeWord(mode)} ";

    /// <summary>A word for a POSIX shell.</summary>
    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=+@%,".Contains(c, StringComparison.Ordinal))
        ? word
        : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
