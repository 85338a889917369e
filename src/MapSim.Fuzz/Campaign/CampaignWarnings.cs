using System.Globalization;

namespace MapSim.Fuzz;

/// <summary>What a person should know about a campaign, in plain words.</summary>
public static class CampaignWarnings
{
    private const double StaleSeconds = 600, DominantShare = 0.3;

    /// <summary>The warnings for where a campaign stands.</summary>
    public static IReadOnlyList<string> Of(CampaignSnapshot s)
    {
        var warnings = new List<string>();
        void Add(FormattableString text) => warnings.Add(FormattableString.Invariant(text));
        if (s.Inconsistent > 0)
        {
            Add($"{s.Inconsistent} inputs did not end twice in the same way: a bug in MapSim (see {CampaignFiles.Inconsistent}/)");
        }

        if (s.Executions > 0 && s.SinceNew >= StaleSeconds)
        {
            Add($"nothing new for {Duration(s.SinceNew)}; the next execution shows something new with a chance of {s.ChanceOfNew.ToString("E0", CultureInfo.InvariantCulture)} (Good-Turing, an estimate)");
        }

        double average = s.Executions > 0 ? (double)s.Executions / Math.Max(1, s.Seconds) : 0;
        if (s.SecondsHere > 60 && s.Rate * 10 < average)
        {
            Add($"{s.Rate:F0} executions a second, a tenth of the average of {average:F0}: programs have become long, or the machine has other work");
        }

        if (s.Executions > 1000 && s.Limits * 10 > s.Executions)
        {
            Add($"{100 * s.Limits / s.Executions} % of the executions run into a limit of steps or memory");
        }

        long admissions = s.Domains.Sum(d => d.Admissions);
        foreach (DomainAccount domain in s.Domains.Where(d => admissions >= 1000 && d.Admissions > DominantShare * admissions && s.SinceNew < StaleSeconds && s.Domains.Count > 3))
        {
            if (s.Seconds - Math.Max(0, s.LastFindingAt) > 3600)
            {
                Add($"the domain {domain.Name} has {100 * domain.Admissions / admissions} % of the admissions, and no finding came for an hour: it may drown the others");
            }
        }

        foreach (DomainAccount domain in s.Domains.Where(d => d.Features >= FeatureTable.MostInDomain))
        {
            Add($"the domain {domain.Name} is full ({domain.Features} features): it takes no more");
        }

        if (s.Shrinking > 3)
        {
            Add($"{s.Shrinking} findings wait for being shrunk");
        }

        return warnings;
    }

    /// <summary>"12s", "31 min", "5.2 h".</summary>
    public static string Duration(double seconds) =>
        seconds < 120 ? FormattableString.Invariant($"{seconds:F0} s") : seconds < 7200 ? FormattableString.Invariant($"{seconds / 60:F0} min") : FormattableString.Invariant($"{seconds / 3600:F1} h");
}
