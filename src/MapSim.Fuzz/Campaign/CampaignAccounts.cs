using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What reports say about an engine: its domains, its milestones, its ops, its features that were seen once.</summary>
internal static class CampaignAccounts
{
    /// <summary>Each domain of features.</summary>
    public static IReadOnlyList<DomainAccount> Domains(FuzzEngine engine) =>
        [.. Enum.GetValues<FeatureDomain>().Select(d => new DomainAccount(d.ToString(), engine.Features.CountOf(d), engine.AdmissionsOf(d)))];

    /// <summary>The milestones that the engine knows. A milestone is a feature of its own domain; its number is its name until there is a board of them.</summary>
    public static IReadOnlyList<MilestoneAccount> Milestones(FuzzEngine engine)
    {
        var milestones = new List<MilestoneAccount>();
        for (int n = 0; n < engine.Features.CountOf(FeatureDomain.Milestone); n++)
        {
            int number = engine.Features.NumberOf(FeatureDomain.Milestone, n);
            milestones.Add(new MilestoneAccount(FormattableString.Invariant($"milestone {engine.Features[number] & 0xFFFFFFF}"), 1 + engine.Features.HitsOf(number)));
        }

        return milestones;
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
