using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim fuzz --engine afl: runs afl-fuzz, and makes findings of the crashes that it saves.</summary>
internal static class AflEngine
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Runs a campaign.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="setting">What it says; folders and inputs are not written yet.</param>
    public static int Run(ParseResult parsed, AflSetting setting)
    {
        ExternalEngines.Refuse(parsed, "afl", ExternalEngines.Assembly);
        string findings = parsed.GetValue(ExternalEngines.Findings) ?? "findings";
        if (AflCampaign.Find(AflCampaign.Tool) == null)
        {
            throw new BadInputException($"{AflCampaign.Tool}: expected AFL++ on the PATH, found none (Debian: apt-get install afl++)");
        }

        (int written, int leftOut) = AflSeeds.Write(setting.Seeds, setting.Seed, parsed.GetValue(ExternalEngines.Corpus));
        File.WriteAllText(setting.Dictionary!, AflDictionary.Text());
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"afl: {written} first inputs in {setting.Seeds}{(leftOut > 0 ? $" ({leftOut} programs of the corpus left out: too long, or not in binary form)" : "")}"));
        foreach (AflCommandLine line in AflCommandLine.Of(setting))
        {
            Console.Error.WriteLine("afl: " + AflCampaign.Tool + " " + string.Join(' ', line.Arguments));
        }

        (bool interrupted, string? failure, IReadOnlyList<AflStats> stats) = Campaign(setting);

        // What was found before something failed is found.
        int found = Collect(setting, findings);
        int code = Report(stats, found, interrupted);
        return failure == null ? code : throw new BadInputException(failure);
    }

    private static (bool Interrupted, string? Failure, IReadOnlyList<AflStats> Stats) Campaign(AflSetting setting)
    {
        bool showsScreen = setting.Instances == 1 && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("AFL_NO_UI") == null;
        bool interrupted = false;
        using AflCampaign campaign = Start(setting, showsScreen);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted = true;
            campaign.Stop();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var clock = Stopwatch.StartNew();
        while (!campaign.Wait(BetweenLines))
        {
            if (!showsScreen)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"afl: {clock.Elapsed.TotalSeconds:F0} s, {campaign.CorpusCount()} inputs kept, {AflCrash.All(setting.Output).Count} crashes"));
            }
        }

        return (interrupted, interrupted ? null : campaign.Failure(), campaign.Stats());
    }

    private static AflCampaign Start(AflSetting setting, bool showsScreen)
    {
        try
        {
            return AflCampaign.Start(setting, showsScreen);
        }
        catch (ExternalEngineException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    /// <summary>One finding for each bug key among the crashes of all instances, on this machine and on others.</summary>
    /// <returns>How many there are.</returns>
    private static int Collect(AflSetting setting, string folder)
    {
        ModelChanges changes = setting.Target.Repairs.With(setting.Target.Faults);
        IReadOnlyList<AflFinding> found = AflFinding.Of(new FuzzTarget(setting.Target), AflCrash.All(setting.Output), (c, why) => Console.Error.WriteLine($"mapsim: {c.File}: {why}"));
        foreach (AflFinding finding in found)
        {
            string file = Save(folder, finding, changes);
            string when = finding.First.Time is { } time ? string.Create(CultureInfo.InvariantCulture, $"after {time.TotalSeconds:F1} s, {finding.First.Executions} inputs of its instance") : "";
            Console.Out.WriteLine($"{finding.BugKey}: {(finding.Crashes == 1 ? "1 crash" : FormattableString.Invariant($"{finding.Crashes} crashes"))}, the first {when}");
            Console.Out.WriteLine($"  {file}\n  mapsim shrink {file}");
        }

        return found.Count;
    }

    private static string Save(string folder, AflFinding finding, ModelChanges changes)
    {
        try
        {
            return FindingFiles.Save(folder, finding.Program, ScheduleMode.Prefix, changes);
        }
        catch (Exception e) when (e is not IOException and not UnauthorizedAccessException)
        {
            // The page could not be written: the program is worth more.
            string file = Path.Combine(folder, new CorpusStore(folder).Add(Encoding.UTF8.GetBytes(ProgramPrinter.Print(finding.Program))).Name);
            Console.Error.WriteLine($"mapsim: {file}: no page: {e.Message}");
            return file;
        }
    }

    private static int Report(IReadOnlyList<AflStats> stats, int found, bool interrupted)
    {
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{stats.Sum(s => s.Executions)} inputs, {stats.Sum(s => s.PerSecond):F0}/s, {stats.Sum(s => s.Corpus)} kept, {stats.Sum(s => s.Crashes)} crashes, {stats.Sum(s => s.Hangs)} hangs, {found} findings"));
        return found > 0 ? ExitCodes.Finding : interrupted ? ExitCodes.Interrupted : ExitCodes.Clean;
    }
}
