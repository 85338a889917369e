using System.Security.Cryptography;
using MapSim.Fuzz;

namespace MapSim.Tests.Fuzz;

/// <summary>Campaigns in this process, with few executions in a round, and what they leave on the disk.</summary>
internal static class CampaignRun
{
    public static CampaignOptions Options(ulong seed = 5) => new(seed, new TargetOptions()) { RunsInTask = 1, ShrinkExecutions = 40 };

    public static Campaign Run(string folder, CampaignOptions options, long executions, int workers = 1, Action<string, CampaignSnapshot, string>? tell = null)
    {
        string[] commandLine = ["mapsim", "fuzz", "--dir", folder];
        using CampaignFolder held = CampaignFolder.Open(folder, options, commandLine);
        var campaign = new Campaign(held, options, new CampaignBudget { Executions = executions }, workers, tell ?? ((_, _, _) => { }));
        campaign.Run(commandLine);
        return campaign;
    }

    /// <summary>Corpus, journal and findings: a line with name and hash for each file.</summary>
    public static IReadOnlyList<string> Found(string folder) =>
    [
        .. new[] { CampaignFiles.Queue, CampaignFiles.Findings }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(folder, f), "*", SearchOption.AllDirectories))
            .Append(Path.Combine(folder, CampaignFiles.Journal))
            .Select(f => $"{Path.GetRelativePath(folder, f)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}").Order(StringComparer.Ordinal),
    ];
}
