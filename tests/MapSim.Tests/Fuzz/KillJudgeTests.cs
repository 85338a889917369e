using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class KillJudgeTests
{
    [Theory]
    [InlineData("iter-prefetch", Sharing.Alone, "H1")]
    [InlineData("grow-loadfactor-trunc", Sharing.Alone, "H4")]
    [InlineData("empty-skips-keycheck", Sharing.Alone, "H2")]
    public void A_witness_kills_its_fault(string id, Sharing sharing, string oracle)
    {
        Judgement judgement = KillJudge.Judge(new Trial(Corpus($"faults/{id}"), sharing), FaultCatalogue.Find(id)!);
        Assert.Equal((oracle, true, false), (judgement.Kill?.Oracle, judgement.Kill?.IsExpected(FaultCatalogue.Find(id)!), judgement.IsRefused));
    }

    [Theory]
    [InlineData("det-or-not-xor", "detection/missed/assign")]
    [InlineData("race-clear-as-read", "race/untold/clear")]
    public void A_check_that_misses_what_it_must_see_is_a_kill_in_a_racy_program_too(string id, string key)
    {
        Assert.Equal(key, KillJudge.Judge(new Trial(Corpus($"faults/{id}"), Sharing.Racy), FaultCatalogue.Find(id)!).Kill?.Key);
    }

    [Fact]
    public void A_program_that_does_not_meet_the_fault_kills_nothing()
    {
        Judgement judgement = KillJudge.Judge(new Trial(Corpus("faults/iter-prefetch"), Sharing.Alone), FaultCatalogue.Find("clone-ignores-old")!);
        Assert.Equal((null, false, VerdictKind.Clean), (judgement.Kill, judgement.IsRefused, judgement.Run.Verdict));
    }

    [Fact]
    public void What_the_unmodified_model_does_too_is_no_kill_and_the_program_is_refused()
    {
        MapProgram program = Corpus("discoveries/iter-duplicate-same-size-grow");
        Judgement judgement = KillJudge.Judge(new Trial(program, Sharing.Alone), FaultCatalogue.Find("clone-ignores-old")!);
        Assert.Equal((null, true), (judgement.Kill, judgement.IsRefused));
    }

    [Fact]
    public void Another_interleaving_of_a_race_is_no_kill()
    {
        // With the fault an iteration makes one step more, so that the same random schedule is another interleaving.
        MapProgram program = ProgramParser.Parse("mapsim 1\nmap m map[int]int\ngoroutine w\n  assign m 1 1\n  delete m 1\nend\nassign m 2 2\nrange i m\nend\n");
        int fatal = 0;
        for (ulong s = 0; s < 40; s++)
        {
            MapProgram scheduled = ProgramParser.Parse(ProgramPrinter.Print(program) + FormattableString.Invariant($"schedule random {s}\n"));
            RunResult faulty = KillJudge.Run(scheduled, ModelChanges.None.With(Fault.DetPlainOr8));
            fatal += faulty.Verdict == VerdictKind.Fatal ? 1 : 0;
            Assert.Null(KillJudge.Judge(new Trial(scheduled, Sharing.Racy), FaultCatalogue.Of(Fault.DetPlainOr8)).Kill);
        }

        Assert.InRange(fatal, 5, 40);
    }

    [Fact]
    public void An_operation_without_an_end_has_a_key_and_an_oracle_of_its_own()
    {
        RunResult result = KillJudge.Run(ProgramParser.Parse("mapsim 1\nlimit 5\nmap m map[int]int\nassign m 1 1\n"), ModelChanges.None);
        Assert.Equal(("limit/steps", "limit"), (KillJudge.KeyOf(result), KillJudge.OracleOf(KillJudge.KeyOf(result)!)));
    }

    private static MapProgram Corpus(string name) => ProgramParser.Parse(File.ReadAllText(Repository.Path($"corpus/{name}.mapsim")));
}
