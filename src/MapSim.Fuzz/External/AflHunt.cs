namespace MapSim.Fuzz;

/// <summary>What a hunt with AFL++ came to.</summary>
/// <param name="Time">How long the campaign had run at the first confirmed kill; zero if a first input kills; null if there was none.</param>
/// <param name="Executions">How many inputs had been run then; null if there was none.</param>
/// <param name="BugKey">What was wrong; null if there was none.</param>
/// <param name="Total">How many inputs were run in all.</param>
public sealed record AflHunt(TimeSpan? Time, long? Executions, string? BugKey, long Total)
{
    /// <summary>
    /// Runs one instance of afl-fuzz against a target that has faults, until something goes wrong that does not go wrong
    /// without them, or the time is over. The first inputs count: AFL itself leaves out those that crash.
    /// </summary>
    /// <param name="command">The command that starts the target (<see cref="AflSetting.Command"/>).</param>
    /// <param name="options">What inputs are run on, the faults among it.</param>
    /// <param name="limit">How long.</param>
    /// <param name="seeds">The folder of first inputs (<see cref="AflSeeds"/>).</param>
    /// <param name="seed">AFL's random seed.</param>
    /// <exception cref="ExternalEngineException">There is no AFL++, or it failed.</exception>
    public static AflHunt Run(IReadOnlyList<string> command, TargetOptions options, TimeSpan limit, string seeds, ulong seed)
    {
        var target = new FuzzTarget(options);
        if (OfSeeds(target, seeds) is { } atOnce)
        {
            return atOnce;
        }

        string output = Directory.CreateTempSubdirectory("mapsim-afl-").FullName;
        try
        {
            string dictionary = Path.Combine(output, "ops.dict");
            File.WriteAllText(dictionary, AflDictionary.Text());
            var setting = new AflSetting
            {
                Command = command, Target = options, Output = Path.Combine(output, "out"), Seeds = seeds, Logs = output, Dictionary = dictionary, Seed = seed, Time = limit, UntilCrash = true,
            };
            using AflCampaign campaign = AflCampaign.Start(setting);

            // AFL looks at its clock between inputs only; what it needs to start is not counted.
            if (!campaign.Wait(limit + TimeSpan.FromSeconds(60)))
            {
                campaign.Stop();
                campaign.Wait(TimeSpan.FromSeconds(10));
            }

            return campaign.Failure() is { } failure ? throw new ExternalEngineException(failure) : OfCrashes(target, setting.Output, campaign.Stats());
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static AflHunt? OfSeeds(FuzzTarget target, string seeds)
    {
        string[] files = [.. Directory.EnumerateFiles(seeds).Order(StringComparer.Ordinal)];
        for (int i = 0; i < files.Length; i++)
        {
            if (target.Run(File.ReadAllBytes(files[i])) is { End: TargetEnd.Finding } result)
            {
                return new AflHunt(TimeSpan.Zero, i + 1, result.BugKey, i + 1);
            }
        }

        return null;
    }

    private static AflHunt OfCrashes(FuzzTarget target, string output, IReadOnlyList<AflStats> stats)
    {
        long total = stats.Sum(s => s.Executions);
        return AflFinding.Of(target, AflCrash.All(output), (_, _) => { }) is [var first, ..]
            ? new AflHunt(first.First.Time, first.First.Executions, first.BugKey, total)
            : new AflHunt(null, null, null, total);
    }
}
