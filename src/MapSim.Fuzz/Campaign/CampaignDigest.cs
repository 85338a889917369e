using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>One number for all that a campaign found: the same options and executions give the same one, on any machine, with any number of workers.</summary>
internal static class CampaignDigest
{
    /// <summary>A digest over the corpus in its order and the findings' files.</summary>
    public static string Of(CampaignFolder folder, FuzzEngine engine)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        Add(string.Create(CultureInfo.InvariantCulture, $"seed {engine.Options.Seed} executions {engine.Executions} operations {engine.Operations} features {engine.Features.Count}"));
        foreach (QueueEntry entry in engine.Queue)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"entry {entry.Parent} {entry.FoundAt} {CorpusName.Hash(entry.Input)}"));
        }

        foreach (FoundBug bug in engine.Bugs)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"finding {bug.Key} {bug.FoundAt} {bug.Times} {CorpusName.Hash(bug.Input)}"));
            string file = folder.At(FindingDesk.NameOf(bug.Key, bug.Known) + CorpusName.TextExtension);
            Add(File.Exists(file) ? CorpusName.Hash(File.ReadAllBytes(file)) : "none");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
