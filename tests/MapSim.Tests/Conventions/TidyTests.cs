using System.Text.RegularExpressions;
using Xunit;

namespace MapSim.Tests.Conventions;

/// <summary>The rules of the house that a compiler does not check.</summary>
public partial class TidyTests
{
    /// <summary>Each layer of src/MapSim uses what is to its left and nothing to its right (architecture.md section 2).</summary>
    private static readonly string[] Layers =
        ["MapSim.Memory", "MapSim.Layout", "MapSim.Faults", "MapSim.Hash", "MapSim.Heap", "MapSim.Machines", "MapSim.Map", "MapSim.Gc", "MapSim.Checks", "MapSim.Programs", "MapSim.Inspect", "MapSim", "MapSim.Traces"];

    [Fact]
    public void No_layer_uses_one_to_its_right()
    {
        var wrong = new List<string>();
        foreach (string file in Sources("src/MapSim"))
        {
            string text = File.ReadAllText(file);
            string own = NamespaceLine().Match(text).Groups[1].Value;
            int layer = Array.IndexOf(Layers, own);
            Assert.True(layer >= 0, $"{file}: namespace {own} is no known layer");
            foreach (Match use in UsingLine().Matches(text))
            {
                int other = Array.IndexOf(Layers, use.Groups[1].Value);
                if (other > layer)
                {
                    wrong.Add($"{file}: {own} uses {Layers[other]}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_in_the_library_depends_on_hash_codes_clocks_chance_or_threads()
    {
        string[] banned = ["GetHashCode", "HashCode.", "new Random(", "Random.Shared", "Guid.NewGuid", "DateTime.", "Stopwatch", "Environment.TickCount", "Thread.", "Task.Run", "Console."];
        const string Constant = "override readonly int GetHashCode() => 0;"; // depends on nothing
        var wrong = Sources("src/MapSim")
            .SelectMany(f => File.ReadLines(f).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal) && !l.EndsWith(Constant, StringComparison.Ordinal))
                .SelectMany(l => banned.Where(b => l.Contains(b, StringComparison.Ordinal)).Select(b => $"{f}: {b}")));
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var wrong = Sources("src").Concat(Sources("tests")).Concat(Sources("bench"))
            .Select(f => (File: f, Lines: File.ReadLines(f).Count())).Where(f => f.Lines > 400);
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_frame_has_at_most_24_labels()
    {
        var labels = typeof(MapSim.Map.MapAssign).Assembly.GetTypes().Where(t => t.IsEnum && t.Name == "Label").ToList();
        Assert.InRange(labels.Count, 15, 100);
        Assert.Empty(labels.Where(t => Enum.GetNames(t).Length > 24).Select(t => t.DeclaringType!.Name));
    }

    [Fact]
    public void No_unfinished_work_is_left_over()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception"];
        var wrong = Sources("src").Concat(Sources("tests")).Concat(Sources("bench"))
            .Where(f => marks.Any(m => File.ReadAllText(f).Contains(m, StringComparison.Ordinal)));
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?(MapSim\.\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
