using System.ComponentModel;
using System.Diagnostics;

namespace MapSim.Fuzz;

/// <summary>Instances of afl-fuzz that run until they are done or told to stop.</summary>
public sealed class AflCampaign : IDisposable
{
    /// <summary>The command of AFL++.</summary>
    public const string Tool = "afl-fuzz";

    private readonly List<(AflCommandLine Line, Process Process)> _instances = [];
    private readonly AflSetting _setting;

    private AflCampaign(AflSetting setting) => _setting = setting;

    /// <summary>True while an instance runs.</summary>
    public bool IsRunning => _instances.Exists(i => !i.Process.HasExited);

    /// <summary>Starts a campaign.</summary>
    /// <param name="setting">What to do.</param>
    /// <param name="showsScreen">True to leave this process's terminal to AFL's own screen; else what an instance prints goes to NAME.log in the folder of logs.</param>
    /// <exception cref="ExternalEngineException">There is no afl-fuzz.</exception>
    public static AflCampaign Start(AflSetting setting, bool showsScreen = false)
    {
        if (Find(Tool) is not { } tool)
        {
            throw new ExternalEngineException($"{Tool}: expected AFL++ on the PATH, found none (Debian: apt-get install afl++)");
        }

        Directory.CreateDirectory(setting.Output);
        Directory.CreateDirectory(setting.Logs);
        var campaign = new AflCampaign(setting);
        try
        {
            foreach (AflCommandLine line in AflCommandLine.Of(setting))
            {
                campaign._instances.Add((line, Start(tool, line, setting, showsScreen)));
            }
        }
        catch
        {
            campaign.Dispose();
            throw;
        }

        return campaign;
    }

    /// <summary>Where a command is on the PATH; null if nowhere.</summary>
    public static string? Find(string command) => Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    /// <summary>Waits until all instances are done.</summary>
    /// <returns>False if the time is over before.</returns>
    public bool Wait(TimeSpan time)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        return _instances.TrueForAll(i => i.Process.WaitForExit((int)Math.Max(0, end - Environment.TickCount64)));
    }

    /// <summary>Asks the instances to end, as Ctrl-C does; they write their statistics first.</summary>
    public void Stop()
    {
        foreach ((_, Process process) in _instances)
        {
            if (!process.HasExited)
            {
                _ = LibC.Signal(process.Id, LibC.Interrupt);
            }
        }
    }

    /// <summary>What the instances say of themselves, as far as they have said something.</summary>
    public IReadOnlyList<AflStats> Stats() => [.. _instances.Select(i => AflStats.Read(Folder(i.Line))).OfType<AflStats>()];

    /// <summary>How many inputs the instances keep.</summary>
    public int CorpusCount() => _instances.Select(i => Path.Combine(Folder(i.Line), "queue")).Where(Directory.Exists).Sum(q => Directory.EnumerateFiles(q, "id*").Count());

    /// <summary>Why an instance ended that should not have: the end of what it printed. Null if all is well, or if it had the terminal.</summary>
    public string? Failure()
    {
        foreach ((AflCommandLine line, Process process) in _instances)
        {
            if (process.HasExited && process.ExitCode != 0 && File.Exists(Log(line)))
            {
                string[] said = [.. File.ReadLines(Log(line)).Select(AflText.WithoutColours).Where(l => l.Length > 0)];
                string reason = Array.FindLast(said, l => l.Contains("PROGRAM ABORT", StringComparison.Ordinal)) ?? string.Join(" / ", said.TakeLast(3));
                return FormattableString.Invariant($"{Tool} ({line.Name}): expected exit code 0, found {process.ExitCode}: {reason} (all of it: {Log(line)}; the same command goes on)");
            }
        }

        return null;
    }

    /// <summary>Ends instances that still run.</summary>
    public void Dispose()
    {
        Stop();
        foreach ((_, Process process) in _instances)
        {
            if (!process.WaitForExit(10_000))
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }
    }

    private static Process Start(string tool, AflCommandLine line, AflSetting setting, bool showsScreen)
    {
        // The shell only turns the output into a file and becomes afl-fuzz then, so the process id is AFL's.
        string log = Path.Combine(setting.Logs, line.Name + ".log");
        var start = showsScreen ? new ProcessStartInfo(tool, line.Arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", "log=$0; exec \"$@\" >\"$log\" 2>&1 </dev/null", log, tool, .. line.Arguments]);
        foreach ((string name, string value) in AflCommandLine.Environment)
        {
            // What the user has set wins.
            start.Environment.TryAdd(name, value);
        }

        if (!showsScreen)
        {
            start.Environment["AFL_NO_UI"] = "1";
        }

        if (setting.UntilCrash)
        {
            start.Environment["AFL_BENCH_UNTIL_CRASH"] = "1";
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ExternalEngineException($"{Tool}: cannot be started: {e.Message}", e);
        }
    }

    private string Folder(AflCommandLine line) => Path.Combine(_setting.Output, line.Name);

    private string Log(AflCommandLine line) => Path.Combine(_setting.Logs, line.Name + ".log");
}
