using MapSim.Programs;
using MapSim.Tests.Cli;
using Xunit;

namespace MapSim.Tests.Corpus;

/// <summary>Every committed program is a test case of its own, and behaves as it says.</summary>
public sealed class CorpusReplayTests
{
    private static readonly string[] Folders = [.. new[] { "corpus/examples", "corpus/regression", "corpus/discoveries" }.Where(f => Directory.Exists(Repository.Path(f)))];

    public static TheoryData<string> Files => [.. Folders.SelectMany(f => Directory.GetFiles(Repository.Path(f), "*.mapsim").Select(n => f + "/" + Path.GetFileName(n))).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_committed_program_says_why_it_exists_and_behaves_as_it_says(string file)
    {
        string text = File.ReadAllText(Repository.Path(file));
        MapProgram program = ProgramParser.Parse(text);
        Assert.StartsWith("# why: ", program.Lines[1].Comment, StringComparison.Ordinal);
        Assert.Equal(text, ProgramPrinter.Print(program));
        ReplayOutcome outcome = ReplayCheck.Of(program, twice: true);
        Assert.True(outcome.IsOk, $"{file}:{outcome.Line}: {string.Join("\n  ", outcome.Differences)}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_committed_program_behaves_the_same_when_it_comes_as_a_word(string file)
    {
        MapProgram program = ProgramParser.Parse(File.ReadAllText(Repository.Path(file)));
        MapProgram decoded = ProgramToken.Decode(ProgramToken.Encode(program));
        Assert.Equal(ProgramPrinter.Print(program), ProgramPrinter.Print(decoded));
        Assert.Equal(ReplayCheck.Of(program).Result.Digest, ReplayCheck.Of(decoded).Result.Digest);
    }

    [Fact]
    public void Every_hazard_is_in_the_table_and_the_table_names_no_other()
    {
        string folder = Repository.Path("corpus", "regression");
        string[] listed = [.. File.ReadLines(Path.Combine(folder, "README.md")).Where(l => l.StartsWith("| [", StringComparison.Ordinal)).Select(l => l[3..l.IndexOf(']', StringComparison.Ordinal)] + ".mapsim")];
        string[] hazards = [.. Directory.GetFiles(folder, "*.mapsim").Select(f => Path.GetFileName(f)!)];
        Assert.True(listed.Length >= 65, $"{listed.Length} hazards are listed");
        Assert.Equal(hazards.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_folder_of_the_corpus_has_lost_its_programs()
    {
        Assert.Contains("corpus/examples", Folders);
        Assert.Contains("corpus/discoveries", Folders);
        Assert.All(Folders, f => Assert.Contains(Files, file => file.Data.StartsWith(f + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_corpus_replays_alike_in_two_processes_with_two_cultures_and_any_number_of_workers()
    {
        var turkish = new Dictionary<string, string>
        {
            ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8", ["TZ"] = "Asia/Kathmandu", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0",
        };
        (int code, string text, _) = MapsimProcess.Run(["replay", "--workers", "1", .. Folders]);
        (int otherCode, string otherText, _) = MapsimProcess.RunIn(turkish, ["replay", "--workers", "7", .. Folders]);
        Assert.Equal((0, text), (code, otherText));
        Assert.Equal(code, otherCode);
        Assert.Equal(Files.Count + 1, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.EndsWith($"{Files.Count} files: {Files.Count} ok\n", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
