using MapSim.Concurrency.Tests.Litmus;

namespace MapSim.Concurrency.Tests.Sampling;

/// <summary>The programs of the "+s" rows of exploration.md section 4: a main thread spawns the others, and each of them has a step of its own before the first that matters.</summary>
/// <remarks>Account and lazy spawn the thread that checks first, as in SCTBench. With this the exact chances are those of the table.</remarks>
internal static class StartedPrograms
{
    public static string Text(string name)
    {
        if (!name.EndsWith("+s", StringComparison.Ordinal))
        {
            return Programs.Text(name);
        }

        List<string> lines = [.. Programs.Text(name[..^2]).Split('\n')];
        int first = lines.FindIndex(l => l.StartsWith("thread ", StringComparison.Ordinal));
        List<string> spawns = [.. lines.Where(l => l.StartsWith("thread ", StringComparison.Ordinal)).Select(l => "  spawn " + l[7..])];
        if (name is "account_bad+s" or "lazy01_bad+s")
        {
            spawns = [spawns[^1], .. spawns[..^1]];
        }

        IEnumerable<string> threads = lines[first..].SelectMany(l => l.StartsWith("thread ", StringComparison.Ordinal) ? [l, "  begun = load start"] : new[] { l });
        return string.Join('\n', [.. lines[..first], "var start", "thread main", .. spawns, .. threads]);
    }
}
