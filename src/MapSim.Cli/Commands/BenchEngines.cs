using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MapSim.Faults;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim bench engines: time and executions to the kill of MapSim's engine, of uniform random programs and of AFL++, side by side.</summary>
internal static class BenchEngines
{
    private static readonly Option<string[]> Ids = new("--fault") { Description = "A fault; may be given several times. Default: the sequential K faults of difficulty 2 and more.", HelpName = "id" };
    private static readonly Option<string> Limit = new("--limit") { Description = "Time for each hunt.", DefaultValueFactory = _ => "60s", HelpName = "time" };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "Hunts of each engine for each fault.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string[]> Names = new("--engine") { Description = "mapsim, uniform or afl; may be given several times. Default: those that are there.", HelpName = "name" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object (schema mapsim.bench-engines/1)." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("engines", """
            Hunts faults with several engines over the same target, one core each, from nothing, and compares times to the kill.

            Examples:
              mapsim bench engines --fault iter-no-checkbucket --limit 20s
              mapsim bench engines --limit 60s --seeds 3 --engine mapsim --engine uniform

            A hunt that the limit ends counts as its limit, so a ratio can only be too small.
            """)
        {
            Ids, Limit, Seeds, Names, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] ids = parsed.GetValue(Ids) ?? [];
        IReadOnlyList<FaultInfo> faults = ids.Length == 0 ? EngineComparison.Goal : [.. ids.Select(id => FaultsCommand.Find("--fault: ", id))];
        TimeSpan limit = FaultsScore.ReadBudget(parsed.GetValue(Limit)!).Time ?? throw new BadInputException("--limit: expected a time such as 60s");
        int seeds = parsed.GetValue(Seeds);
        if (seeds is < 1 or > 100)
        {
            throw new BadInputException(FormattableString.Invariant($"--seeds: expected a number from 1 to 100, found {seeds}"));
        }

        IReadOnlyList<ComparedEngine> engines = Engines(parsed.GetValue(Names) ?? []);
        IReadOnlyList<ComparedFault> results = new EngineComparison(engines, faults, seeds, limit).Run(
            r => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.Fault.Id} {r.Engine}: {r.Killed} of {seeds} killed, median {r.Seconds:F2} s, {r.Executions} executions")));
        Console.Out.Write(parsed.GetValue(Json) ? JsonOf(results, engines, limit) : Text(results, engines, seeds, limit));
        return ExitCodes.Clean;
    }

    private static IReadOnlyList<ComparedEngine> Engines(string[] names)
    {
        List<ComparedEngine> all = [new("mapsim", TimeToKill.OfEngine), new("uniform", TimeToKill.OfUniform), new("afl", OfAfl)];
        if (names.FirstOrDefault(n => all.TrueForAll(e => e.Name != n)) is { } unknown)
        {
            throw new BadInputException($"--engine: expected {string.Join(", ", all.Select(e => e.Name))}, found '{unknown}'");
        }

        bool isWanted = names.Contains("afl"), isThere = AflCampaign.Find(AflCampaign.Tool) != null;
        if (isWanted && !isThere)
        {
            throw new BadInputException("--engine afl: expected afl-fuzz on PATH (Debian's package afl++), found none");
        }

        return [.. all.Where(e => (names.Length == 0 || names.Contains(e.Name)) && (e.Name != "afl" || isThere))];
    }

    /// <summary>AFL++ with 16 uniform random programs to begin with. The time is afl-fuzz's own: what it needs to start is not counted.</summary>
    private static TimeToKill OfAfl(FaultInfo fault, ulong seed, TimeSpan limit)
    {
        string seeds = Directory.CreateTempSubdirectory("mapsim-seeds-").FullName;
        try
        {
            AflSeeds.Write(seeds, seed);
            AflHunt hunt = AflHunt.Run(TargetCommand.Words, TimeToKill.TargetOf(fault), limit, seeds, seed);
            return hunt.Time is { } time ? new TimeToKill(true, hunt.Executions!.Value, time.TotalSeconds, hunt.BugKey) : new TimeToKill(false, hunt.Total, limit.TotalSeconds, null);
        }
        finally
        {
            Directory.Delete(seeds, recursive: true);
        }
    }

    private static string Text(IReadOnlyList<ComparedFault> results, IReadOnlyList<ComparedEngine> engines, int seeds, TimeSpan limit)
    {
        var table = new TextTable(["fault", "difficulty", .. engines.SelectMany(e => (string[])[e.Name + " killed", "seconds", "executions"])]);
        foreach (IGrouping<FaultInfo, ComparedFault> fault in results.GroupBy(r => r.Fault))
        {
            table.Add(
            [
                fault.Key.Id, fault.Key.Difficulty.ToString(CultureInfo.InvariantCulture),
                .. fault.SelectMany(r => (string[])[FormattableString.Invariant($"{r.Killed}/{seeds}"), FormattableString.Invariant($"{r.Seconds:F2}"), FormattableString.Invariant($"{r.Executions}")]),
            ]);
        }

        string text = table.ToString();
        double seconds = EngineComparison.Median(results, engines[0].Name, r => r.Seconds), executions = EngineComparison.Median(results, engines[0].Name, r => r.Executions);
        foreach (ComparedEngine engine in engines)
        {
            double s = EngineComparison.Median(results, engine.Name, r => r.Seconds), e = EngineComparison.Median(results, engine.Name, r => r.Executions);
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"median of {engine.Name}: {s:F2} s, {e:F0} executions; {s / seconds:F1} times the seconds of {engines[0].Name}, {e / executions:F1} times its executions\n");
        }

        return text + string.Create(CultureInfo.InvariantCulture, $"limit {limit.TotalSeconds} s a hunt; a hunt that it ended counts as the limit\n");
    }

    private static string JsonOf(IReadOnlyList<ComparedFault> results, IReadOnlyList<ComparedEngine> engines, TimeSpan limit) =>
        JsonSerializer.Serialize(new
        {
            schema = "mapsim.bench-engines/1",
            limitSeconds = limit.TotalSeconds,
            medians = engines.Select(e => new
            {
                engine = e.Name,
                seconds = EngineComparison.Median(results, e.Name, r => r.Seconds),
                executions = EngineComparison.Median(results, e.Name, r => r.Executions),
            }),
            faults = results.Select(r => new
            {
                id = r.Fault.Id, engine = r.Engine, killed = r.Killed, seconds = r.Seconds, executions = r.Executions,
                hunts = r.Hunts.Select(h => new { killed = h.IsKilled, seconds = h.Seconds, executions = h.Executions, key = h.Key }),
            }),
        }) + "\n";
}
