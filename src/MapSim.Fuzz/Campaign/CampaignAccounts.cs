using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What reports say about an engine: its domains, its milestones, its ops, its features that were seen once.</summary>
internal static class CampaignAccounts
{
    /// <summary>Each domain of features.</summary>
    public static IReadOnlyList<DomainAccount> Domains(FuzzEngine engine) =>
        [.. Enum.GetValues<FeatureDomain>().Select(d => new DomainAccount(d.ToString(), engine.Features.CountOf(d), engine.AdmissionsOf(d)))];

    /// <summary>The milestones; for one that was never reached, the entry that came nearest.</summary>
    public static IReadOnlyList<MilestoneAccount> Milestones(FuzzEngine engine)
    {
        var accounts = new List<MilestoneAccount>();
        for (int i = 0; i < Fuzz.Milestones.All.Count; i++)
        {
            Milestone milestone = Fuzz.Milestones.All[i];
            int number = engine.Features.Find(MapFeatures.MilestoneFeature(i, milestone.Parts));
            accounts.Add(new MilestoneAccount(milestone.Name, number < 0 ? 0 : 1 + (long)engine.Features.HitsOf(number), number < 0 ? Nearest(engine, i, milestone.Parts) : null));
        }

        return accounts;
    }

    private static string? Nearest(FuzzEngine engine, int milestone, int parts)
    {
        for (int most = parts - 1; most > 0; most--)
        {
            if (engine.Features.Find(MapFeatures.MilestoneFeature(milestone, most)) is >= 0 and int number)
            {
                string name = CorpusName.Of(engine.Queue[engine.Features.OwnerOf(number)].Input);
                return FormattableString.Invariant($"{most} of {parts} facts in {CampaignFiles.Queue}/{name}");
            }
        }

        return null;
    }

    /// <summary>Features that no execution but the one that found them is known to have shown.</summary>
    public static int Singletons(FeatureTable features)
    {
        int count = 0;
        for (int number = 0; number < features.Count; number++)
        {
            count += features.HitsOf(number) == 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Ops of each kind in all programs that were run, most frequent first.</summary>
    public static IReadOnlyList<KeyValuePair<string, long>> Ops(FuzzEngine engine) =>
    [
        .. Enum.GetValues<BinaryOpCode>().Select(c => new KeyValuePair<string, long>(c.ToString(), engine.OpsOf(c)))
            .Where(o => o.Value > 0).OrderByDescending(o => o.Value).ThenBy(o => o.Key, StringComparer.Ordinal),
    ];
}
