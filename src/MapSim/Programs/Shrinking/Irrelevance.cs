using System.Globalization;

namespace MapSim.Programs;

/// <summary>
/// What of a program does not matter for its bug: what its smallest form does without. The proof of each sentence is the
/// run of that form.
/// </summary>
internal static class Irrelevance
{
    /// <summary>The sentences.</summary>
    /// <param name="before">The program as it was.</param>
    /// <param name="after">What ends with the same bug.</param>
    /// <param name="merged">Goroutines whose lines became main's.</param>
    public static IReadOnlyList<string> Of(MapProgram before, MapProgram after, IReadOnlySet<string> merged)
    {
        var all = new List<string>();
        List<IStatement> first = [.. before.Lines.Select(l => l.Statement).OfType<IStatement>()], last = [.. after.Lines.Select(l => l.Statement).OfType<IStatement>()];
        all.AddRange(before.Goroutines.Except(after.Goroutines).Select(g => merged.Contains(g) ? $"goroutine {g} need not be one (its lines are main's)" : $"goroutine {g} irrelevant"));
        all.AddRange(Gone(first, last, s => (s as MapDeclaration)?.Name).Select(m => $"map {m} irrelevant"));
        all.AddRange(Gone(first, last, s => (s as SharedDeclaration)?.Name).Select(n => $"{n} irrelevant"));
        bool forced = first.Any(s => s is Setting { Name: "force" });
        if (forced && !last.Any(s => s is Setting { Name: "force" }))
        {
            all.Add("reproduces without any forced precondition");
        }

        ProgramSettings old = ProgramSettings.Of(before), now = ProgramSettings.Of(after);
        Add(all, "hash regime", old.Hash, now.Hash, "aes");
        Add(all, "release", old.Version.ToString(), now.Version.ToString(), "1.23");
        Add(all, "architecture", old.Arch.ToString()!, now.Arch.ToString()!, "amd64");
        Add(all, "seed", old.Seed.ToString(CultureInfo.InvariantCulture), now.Seed.ToString(CultureInfo.InvariantCulture), "0");
        AddGone(all, "generic functions", old.Generic, now.Generic);
        AddGone(all, "collector", old.Collector, now.Collector);
        AddGone(all, "collections that allocations start", old.GcStart > 0, now.GcStart > 0);
        AddGone(all, "race detector", old.Race, now.Race);
        AddGone(all, "store buffers", old.StoreBuffers > 0, now.StoreBuffers > 0);
        foreach (MapDeclaration map in last.OfType<MapDeclaration>())
        {
            if (first.OfType<MapDeclaration>().FirstOrDefault(m => m.Name == map.Name) is { } was)
            {
                string prefix = before.Maps.Count() == 1 ? "" : $"map {map.Name}: ";
                Add(all, prefix + "map type", was.Type, map.Type, "map[uint64]uint64");
                AddGone(all, prefix + "initial size", was.Origin == MapOrigin.Hint, map.Origin == MapOrigin.Hint);
            }
        }

        AddGone(all, "schedule", before.Schedule.Count > 0 || before.ScheduleSeed != null, after.Schedule.Count > 0);
        return all;
    }

    private static IEnumerable<string> Gone(List<IStatement> first, List<IStatement> last, Func<IStatement, string?> name) =>
        first.Select(name).OfType<string>().Except(last.Select(name).OfType<string>());

    /// <summary>What is the standard now does not matter; else it is only known that another one does as well.</summary>
    private static void Add(List<string> all, string what, string before, string after, string standard)
    {
        if (before != after)
        {
            all.Add(after == standard ? $"{what} irrelevant ({after} does as well)" : $"{what} need not be {before} ({after} does as well)");
        }
    }

    private static void AddGone(List<string> all, string what, bool before, bool after)
    {
        if (before && !after)
        {
            all.Add(what + " irrelevant");
        }
    }
}
