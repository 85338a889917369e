using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Corpus;

/// <summary>Every fault of the catalogue that can be killed has a committed program that kills it.</summary>
public sealed class FaultCorpusTests
{
    private const int MostLines = 60;

    public static TheoryData<string> Killable => [.. FaultCatalogue.All.Where(f => f.Expected != FaultVerdict.Equivalent).Select(f => f.Id)];

    public static TheoryData<string> Controls => [.. FaultCatalogue.All.Where(f => f.Expected == FaultVerdict.Equivalent).Select(f => f.Id)];

    [Theory]
    [MemberData(nameof(Killable))]
    public void A_witness_fails_with_its_fault_and_ends_as_it_should_without(string id)
    {
        FaultInfo fault = FaultCatalogue.Find(id)!;
        string text = File.ReadAllText(FileOf(id));
        MapProgram program = ProgramParser.Parse(text);
        Assert.StartsWith($"# {id}: ", program.Lines[1].Comment, StringComparison.Ordinal);
        Assert.Equal(text, ProgramPrinter.Print(program));
        Assert.InRange(program.Lines.Count, 5, MostLines);
        ReplayOutcome outcome = ReplayCheck.Of(program, twice: true);
        Assert.True(outcome.IsOk, $"{id}:{outcome.Line}: {string.Join("\n  ", outcome.Differences)}");

        // Not by an assert: whatever a program asserts, an oracle must see it.
        ChangedExpectation changed = Assert.Single(program.ChangedExpectations, c => c.Changes == ModelChanges.None.With(fault.Fault));
        RunResult plain = outcome.Result, broken = new ProgramRunner(program, changes: changed.Changes).Run();
        Assert.NotEqual(plain.BugKey, broken.BugKey);
        Assert.Contains(BugOracle.Of(broken.BugKey!), fault.Oracles);
        Assert.NotNull(program.Expectation.Digest);
        Assert.True(plain.Finding == null, "without the fault an oracle reports " + plain.Finding?.Key);
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public void A_control_has_no_witness(string id) => Assert.False(File.Exists(FileOf(id)));

    [Fact]
    public void There_are_no_other_files() =>
        Assert.Equal(Killable.Select(k => k.Data + ".mapsim").Order(StringComparer.Ordinal), Directory.GetFiles(Repository.Path("corpus", "faults"), "*.mapsim").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Killable))]
    public void The_unmodified_model_and_the_faults_agree_until_a_witness_says_otherwise(string id)
    {
        // Every other fault leaves the simulator itself whole: whatever it does to this program, it ends.
        MapProgram program = ProgramParser.Parse(File.ReadAllText(FileOf(id)).Replace("mapsim 1\n", "mapsim 1\nlimit 200000\n", StringComparison.Ordinal));
        GoVersion version = new ProgramRunner(program).Settings.Version;
        foreach (FaultInfo other in FaultCatalogue.All.Where(f => f.Versions.Contains(version)))
        {
            RunResult result = new ProgramRunner(program, changes: ModelChanges.None.With(other.Fault)).Run();
            Assert.True(result.Verdict == VerdictKind.Clean || result.BugKey != null || result.Verdict is VerdictKind.StepLimit or VerdictKind.MemoryLimit, $"{other.Id}: {result.VerdictText}");
        }
    }

    [Fact]
    public void A_regression_program_fails_with_every_fault_that_it_says_it_guards_against()
    {
        int claims = 0;
        var wrong = new List<string>();
        foreach (string file in Directory.GetFiles(Repository.Path("corpus", "regression"), "*.mapsim").Order(StringComparer.Ordinal))
        {
            MapProgram program = ProgramParser.Parse(File.ReadAllText(file));
            string? guards = program.Lines.Select(l => l.Comment).FirstOrDefault(c => c?.StartsWith("# guards: ", StringComparison.Ordinal) == true);
            foreach (string id in guards?["# guards: ".Length..].Split(", ") ?? [])
            {
                claims++;
                RunResult result = new ProgramRunner(program, changes: ModelChanges.None.With(FaultCatalogue.Find(id)!.Fault)).Run();
                if (result.IsAsExpected && result.HasExpectedDigest)
                {
                    wrong.Add($"{Path.GetFileName(file)}: {id}");
                }
            }
        }

        Assert.Equal("", string.Join("\n", wrong));
        Assert.InRange(claims, 80, 1000);
    }

    private static string FileOf(string id) => Repository.Path("corpus", "faults", id + ".mapsim");
}
