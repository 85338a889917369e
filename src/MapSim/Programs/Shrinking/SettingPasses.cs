using System.Globalization;

namespace MapSim.Programs;

/// <summary>Makes the header plain: forced draws and other settings go, seeds get small, hashes simple.</summary>
internal static class SettingPasses
{
    private const int Seeds = 10;
    private static readonly string[] Order = ["force", "limit", "procs", "workers", "gcstart", "race", "collector", "storebuffers", "generic", "arch", "go", "hash", "seed"];

    /// <summary>All forced draws at once, then each setting.</summary>
    public static void Drop(Trials trials)
    {
        trials.Try(trials.Best.Select(s => s is Setting { Name: "force" } ? null : s));
        foreach (string name in Order.Where(n => !HasHashKeys(trials) || n is not ("arch" or "go" or "hash")))
        {
            for (int i = trials.Best.Statements.Count - 1; i >= 0; i--)
            {
                if (i < trials.Best.Statements.Count && trials.Best.Statements[i] is Setting s && s.Name == name)
                {
                    trials.Try(trials.Best.Without([i]));
                }
            }
        }
    }

    /// <summary>A smaller seed, a simpler hash, smaller numbers.</summary>
    public static void Lower(Trials trials)
    {
        if (!HasHashKeys(trials))
        {
            LowerHash(trials);
        }

        for (int i = 0; i < trials.Best.Statements.Count; i++)
        {
            if (trials.Best.Statements[i] is Setting { Name: "seed" or "procs" or "workers" or "gcstart" or "storebuffers" } setting)
            {
                string now = setting.Value;
                foreach (int n in Enumerable.Range(0, Seeds).Where(n => n.ToString(CultureInfo.InvariantCulture) != now))
                {
                    if (trials.Try(trials.Best.Replace(i, setting with { Value = n.ToString(CultureInfo.InvariantCulture) })))
                    {
                        break;
                    }
                }
            }
        }
    }

    /// <summary>The hash of a process belongs to its maps' memory, which was laid out for one architecture and release.</summary>
    private static bool HasHashKeys(Trials trials) => trials.Best.Statements.Any(s => s is Setting { Name: "hashkeys" });

    /// <summary>Go's own hash, with a few seeds: other seeds, other buckets. Else the identity.</summary>
    private static void LowerHash(Trials trials)
    {
        int at = LinePasses.Indices(trials.Best, s => s is Setting { Name: "hash" }).FirstOrDefault(-1);
        if (at < 0)
        {
            return;
        }

        bool hasSeed = trials.Best.Statements.Any(s => s is Setting { Name: "seed" });
        for (int n = 0; hasSeed && n < Seeds; n++)
        {
            string seed = n.ToString(CultureInfo.InvariantCulture);
            if (trials.Try(trials.Best.Select(s => s switch { Setting { Name: "hash" } => null, Setting { Name: "seed" } => new Setting("seed", seed), _ => s })))
            {
                return;
            }
        }

        trials.Try(trials.Best.Replace(at, new Setting("hash", "identity")));
    }
}
