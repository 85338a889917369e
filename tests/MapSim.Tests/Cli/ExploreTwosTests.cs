using System.Text.Json;
using MapSim.Cli.Commands;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>mapsim explore --cells --operations 2 as users run it, with limits that prove hardly anything.</summary>
public sealed class ExploreTwosTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-twos").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_page_is_the_same_for_any_number_of_workers_and_says_what_printed_it()
    {
        string one = Path.Combine(_folder, "one.md"), three = Path.Combine(_folder, "three.md");
        (int code, string table, string told) = Run("--workers", "1", "--markdown", one);
        Assert.Equal(0, code);
        Assert.StartsWith("| situation | cells | proved | sampled | not reached |", table, StringComparison.Ordinal);
        Assert.Contains("| no grow | 576 |", table, StringComparison.Ordinal);
        Assert.Matches(@"estimate: \d+( to \d+)? (s|min) for all 576 cells, \d+ % of them proved; so say the first 32 ", told);
        (_, string json, _) = Run("--workers", "3", "--markdown", three, "--json");
        Assert.Equal(File.ReadAllText(one), File.ReadAllText(three));
        Assert.Contains("\n    mapsim explore --cells --operations 2 --situation \"no grow\" --reduced 150 --runs 4 --states 300 --markdown ", File.ReadAllText(one), StringComparison.Ordinal);
        Assert.InRange(File.ReadAllLines(one).Length, 50, 120);
        JsonElement all = JsonDocument.Parse(json).RootElement;
        Assert.Equal(("mapsim.cells2/2", 576), (all.GetProperty("schema").GetString(), all.GetProperty("cells").GetArrayLength()));
        Assert.All(all.GetProperty("cells").EnumerateArray(), c => Assert.Equal(c.GetProperty("proved").GetBoolean(), c.GetProperty("cut").ValueKind == JsonValueKind.Null));
    }

    [Fact]
    public void A_page_that_the_time_cut_says_how_many_cells_were_not_reached()
    {
        string page = Path.Combine(_folder, "cut.md");
        (int code, string table, _) = Run("--for", "0.01s", "--markdown", page);
        Assert.Equal(70, code);
        Assert.Contains("| no grow | 576 | 0 | 0 | 576 |", table, StringComparison.Ordinal);
        Assert.Contains("**The time was over before the end**: 576 of 576 cells were not reached", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_is_printed_as_a_program_that_can_be_explored()
    {
        string file = Path.Combine(_folder, "cell.mapsim");
        (int code, string program, _) = MapsimProcess.Run("explore", "--cells", "--situation", "no grow", "--cell", "lookup, lookup beside delete, assign");
        Assert.Equal(0, code);
        File.WriteAllText(file, program);
        (int explored, string ends, _) = MapsimProcess.Run("explore", "--engine", "reduced", file);
        Assert.Equal(77, explored);
        Assert.Contains("\nhistory/torn-value/lookup ", ends, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--situation", "no grow", "--cell", "lookup beside lookup")]
    [InlineData("--cell", "lookup beside assign")]
    public void A_cell_that_there_is_not_is_told(params string[] which)
    {
        (int code, _, string error) = MapsimProcess.Run(["explore", "--cells", .. which]);
        Assert.Equal(2, code);
        Assert.Contains("--cell: expected one or two of assign new, assign existing, ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_told_before_the_work()
    {
        (int code, _, string error) = Run("--markdown", Path.Combine(_folder, "none", "page.md"));
        Assert.Equal(2, code);
        Assert.Contains("--markdown: expected the name of a file in a folder that exists", error, StringComparison.Ordinal);
        Assert.DoesNotContain("estimate", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_that_all_take_the_same_leave_no_doubt_and_others_do()
    {
        Assert.Equal("8 min", CellsProgress.Left(10, 100, 1_000, 90, 2));
        Assert.Equal("60 s", CellsProgress.Left(10, 10, 10, 60, 1));
        Assert.Matches(@"^\d+ to \d+ s$", CellsProgress.Left(10, 10, 20, 60, 1));
        Assert.Equal("0 s", CellsProgress.Left(10, 10, 20, 0, 1));
    }

    private static (int Code, string Output, string Error) Run(params string[] more) =>
        MapsimProcess.Run(["explore", "--cells", "--operations", "2", "--situation", "no grow", "--reduced", "150", "--runs", "4", "--states", "300", .. more]);
}
