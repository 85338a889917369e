using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>A bug that AFL's crashes show: the smallest input with its key.</summary>
/// <param name="BugKey">What is wrong.</param>
/// <param name="Input">The input, in binary form.</param>
/// <param name="Program">The input as a text program.</param>
/// <param name="First">The earliest crash with this key.</param>
/// <param name="Crashes">How many crashes have it.</param>
public sealed record AflFinding(string BugKey, ReadOnlyMemory<byte> Input, MapProgram Program, AflCrash First, int Crashes)
{
    /// <summary>Runs crashes again and groups those that are findings by their bug keys.</summary>
    /// <param name="target">With the faults and repairs of the campaign.</param>
    /// <param name="crashes">In the order in which they came.</param>
    /// <param name="unconfirmed">Told of each crash that is no finding here, and why.</param>
    /// <returns>One for each key, in the order of the first crash.</returns>
    public static IReadOnlyList<AflFinding> Of(FuzzTarget target, IEnumerable<AflCrash> crashes, Action<AflCrash, string> unconfirmed)
    {
        var found = new List<AflFinding>();
        foreach (AflCrash crash in crashes)
        {
            byte[] input = File.ReadAllBytes(crash.File);
            if (KeyOf(target, input, reason => unconfirmed(crash, reason)) is not { } key)
            {
                continue;
            }

            int at = found.FindIndex(f => f.BugKey == key);
            if (at < 0)
            {
                found.Add(new AflFinding(key, input, target.TextOf(input), crash, 1));
            }
            else
            {
                AflFinding known = found[at] with { Crashes = found[at].Crashes + 1 };
                found[at] = input.Length < known.Input.Length ? known with { Input = input, Program = target.TextOf(input) } : known;
            }
        }

        return found;
    }

    private static string? KeyOf(FuzzTarget target, byte[] input, Action<string> no)
    {
        try
        {
            TargetResult result = target.Run(input);
            if (result.End != TargetEnd.Finding)
            {
                no($"expected a finding, found the end {result.End}");
            }

            return result.BugKey;
        }
        catch (Exception e)
        {
            no("a bug in MapSim: " + e.Message);
            return null;
        }
    }
}
