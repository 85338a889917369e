using System.Text.RegularExpressions;
using MapSim.Checks;
using Xunit;

namespace MapSim.Tests.Checks;

public sealed partial class InvariantPageTests
{
    [Fact]
    public void The_page_of_invariants_and_the_code_have_the_same_numbers()
    {
        string page = File.ReadAllText(Repository.Path("docs", "INVARIANTS.md"));
        string[] documented = [.. Entry().Matches(page).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)];
        string[] checkedIds = [.. MapChecks.Ids.Concat(GrowthPolicy.Ids).Order(StringComparer.Ordinal)];
        Assert.Equal(checkedIds, documented);
    }

    [Fact]
    public void The_page_names_the_file_of_each_invariant()
    {
        string page = File.ReadAllText(Repository.Path("docs", "INVARIANTS.md"));
        MatchCollection files = FileName().Matches(page);
        Assert.True(files.Count > MapChecks.Ids.Count + GrowthPolicy.Ids.Count, $"{files.Count} files");
        Assert.All(files, m => Assert.True(File.Exists(Repository.Path("src", "MapSim", "Checks", m.Groups[1].Value)), m.Value));
    }

    [Fact]
    public void The_page_explains_every_oracle_of_the_collector_and_every_oracle_is_on_it()
    {
        string page = File.ReadAllText(Repository.Path("docs", "INVARIANTS.md"));
        string[] documented = [.. GcEntry().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.Equal([.. GcOracles.Ids.Concat(["G4", ChainCoverage.Id, CollectorPrecision.Id]).Order(StringComparer.Ordinal)], documented.Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, 10).Select(n => $"G{n}"), documented);
    }

    [GeneratedRegex(@"^\*\*(G\d+) ", RegexOptions.Multiline)]
    private static partial Regex GcEntry();

    [GeneratedRegex(@"^\*\*(H[34]\.\d+) ", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\(`(\w+\.cs)`")]
    private static partial Regex FileName();
}
