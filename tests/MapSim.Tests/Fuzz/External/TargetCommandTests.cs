using MapSim.Cli;
using MapSim.Cli.Commands;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>mapsim target without a fork server: one input.</summary>
public class TargetCommandTests
{
    [Fact]
    public void An_input_comes_from_a_file_or_standard_input_and_the_exit_code_says_how_it_ended()
    {
        using var folder = new TemporaryFolder();
        folder.Write("killer", PlantedFault.Killer);
        (int code, string output, string error) = CorpusProcess.Shell(folder.Path, "mapsim target killer; echo $?; mapsim target --fault iter-stop-on-emptyrest <killer");
        Assert.Equal((77, ""), (code, error));
        Assert.Matches("^Clean, [0-9]+ operations, [0-9]+ steps\n0\nfinding iter-miss/grow, [0-9]+ operations, [0-9]+ steps\n$", output);
        Assert.Equal(2, CorpusProcess.Shell(folder.Path, "mapsim target none").Code);
    }

    [Fact]
    public void Under_a_tool_that_starts_it_once_the_map_is_written_and_a_finding_aborts()
    {
        using var folder = new TemporaryFolder();
        using var memory = new SharedMemory(1 << 16);
        folder.Write("killer", PlantedFault.Killer);
        (int code, string output, _) = CorpusProcess.Shell(folder.Path, $"export __AFL_SHM_ID={memory.Id}; mapsim target --fault iter-stop-on-emptyrest killer; echo $?; mapsim target killer");
        Assert.Equal((0, "134\n"), (code, output));
        Assert.InRange(memory.Bytes.ToArray().Count(b => b != 0), 4, 1000);
    }

    [Fact]
    public void Releases_that_cannot_have_the_fault_are_left_out_or_refused()
    {
        Assert.Equal(GoVersion.All, TargetCommand.Options(default, []).Releases);
        var clone = MapSim.Faults.FaultCatalogue.All.First(f => f.Versions.Count < GoVersion.All.Count);
        var changes = ModelChangesParser.Parse([clone.Id], []);
        TargetOptions options = TargetCommand.Options(changes, []);
        Assert.Equal(clone.Versions.Order(Comparer<GoVersion>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))), options.Releases.OrderBy(v => v.ToString(), StringComparer.Ordinal));
        Assert.True(options.Faults.Has(clone.Fault) && options.Repairs.IsNone);
        GoVersion other = GoVersion.All.First(v => !clone.Versions.Contains(v));
        Assert.Contains("found go " + other, Assert.Throws<BadInputException>(() => TargetCommand.Options(changes, [other.ToString()])).Message, StringComparison.Ordinal);
        Assert.StartsWith("--go: ", Assert.Throws<BadInputException>(() => TargetCommand.Options(default, ["2.0"])).Message, StringComparison.Ordinal);
    }
}
