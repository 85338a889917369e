using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class ScoreRunTests
{
    [Fact]
    public void Everything_but_times_is_the_same_for_any_number_of_threads()
    {
        ScoreOptions options = Options("iter-prefetch", "clear-keeps-oldbuckets", "det-iter-unchecked", "wb-skip-evac-copy");
        Assert.Equal(Numbers(new ScoreRun(options with { Workers = 1 }).Run()), Numbers(new ScoreRun(options with { Workers = 3 }).Run()));
    }

    [Fact]
    public void Easy_faults_are_killed_from_nothing_by_oracles_of_the_catalogue()
    {
        ScoreResult result = new ScoreRun(Options("delete-emptyrest-overreach", "delete-count-miss", "evac-drops-overflow") with { Engines = [EngineInfo.Fuzz], Budget = new HuntBudget(400, null) }).Run();
        Assert.All(result.Scores, s => Assert.Equal((2, true), (s.Killed, s.IsExpectedOracle)));
        Assert.Equal([3, 3], [result.Killed.Count(), KillCount.ByMode(result).Sum(m => m.Of)]);
        Assert.Empty(result.Survivors);
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void Controls_survive_and_the_unmodified_model_does_nothing_unknown()
    {
        FaultInfo[] controls = [.. FaultCatalogue.All.Where(ScoreResult.IsControl)];
        ScoreResult result = new ScoreRun(Options() with { Faults = controls }).Run();
        Assert.NotEmpty(controls);
        Assert.Empty(result.FalseKills);
        Assert.Empty(result.Unknown.Select(e => e.Key));
        Assert.False(result.HasFalseKills);
        Assert.InRange(result.Unmodified.Sum(h => h.Executions), 2 * 2 * 30, 100_000);
    }

    [Fact]
    public void A_kill_is_a_program_that_shows_it_again()
    {
        FaultInfo fault = FaultCatalogue.Find("samesize-flag-sticky")!;
        FaultScore score = new ScoreRun(Options(fault.Id) with { Engines = [EngineInfo.Fuzz], Budget = new HuntBudget(60, null) }).Run().Scores.Single();
        Kill kill = Assert.IsType<Kill>(score.Best);
        MapProgram program = ProgramToken.Decode(ProgramToken.Encode(kill.Program));
        Assert.Equal(kill.Key, KillJudge.KeyOf(KillJudge.Run(program, ModelChanges.None.With(fault.Fault))));
        Assert.NotEqual(kill.Key, KillJudge.KeyOf(KillJudge.Run(program, ModelChanges.None)));
    }

    [Fact]
    public void An_exception_in_a_hunt_ends_the_score_and_names_fault_engine_and_seed()
    {
        var broken = new EngineInfo("broken", "programs", _ => throw new InvalidOperationException("broken"));
        HuntFailedException e = Assert.Throws<HuntFailedException>(() => new ScoreRun(Options("iter-prefetch") with { Engines = [broken], Workers = 1 }).Run());
        Assert.Contains("engine broken, seed 1 number 0, after execution 0", e.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(e.InnerException);
    }

    [Fact]
    public void A_score_that_is_stopped_says_what_it_has()
    {
        var run = new ScoreRun(Options("det-plain-or8") with { Budget = new HuntBudget(null, TimeSpan.FromHours(1)), Workers = 1 });
        ScoreResult result = run.Run(r => r.Stop());
        Assert.False(result.IsComplete);
        Assert.Empty(result.Scores);
        Assert.False(result.HasFalseKills);
    }

    [Fact]
    public void A_time_for_a_budget_ends_a_hunt()
    {
        ScoreResult result = new ScoreRun(Options("det-plain-or8") with { Budget = new HuntBudget(null, TimeSpan.FromSeconds(0.2)), Seeds = 1, Workers = 2 }).Run();
        Assert.True(result.IsComplete);
        Assert.All(result.Scores, s => Assert.True(s.Seconds >= 0.2));
    }

    private static ScoreOptions Options(params string[] faults) => new(
        [.. faults.Select(id => FaultCatalogue.Find(id)!)], EngineInfo.All, new HuntBudget(30, null), 2, 1, 2);

    [Fact]
    public void A_control_is_one_among_programs_without_a_data_race()
    {
        FaultInfo fault = FaultCatalogue.Of(Fault.WbSkipEvacClear);
        MapProgram raced = ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus/faults/raced/wb-skip-evac-clear.mapsim")));
        Assert.Equal([false, true], new[] { Sharing.Racy, Sharing.RaceFree }.Select(s => Told(raced, s, fault).HasFalseKills));
        Assert.All(new[] { Sharing.Racy, Sharing.RaceFree }, s => Assert.DoesNotContain(fault, Told(raced, s, fault).Killed));
    }

    private static ScoreResult Told(MapProgram program, Sharing sharing, FaultInfo fault)
    {
        HuntResult Hunt(HuntTask task) => new(task.Fault, task.Engine, 0, 1, 0, task.Fault == null ? null : KillJudge.Judge(new Trial(program, sharing), task.Fault).Kill, true);
        var engine = new EngineInfo("one", "programs", Hunt);
        return new ScoreRun(Options(fault.Id) with { Engines = [engine], Budget = new HuntBudget(1, null), Seeds = 1, Workers = 1 }).Run();
    }

    private static string[] Numbers(ScoreResult result) =>
    [
        .. result.Scores.Select(s => FormattableString.Invariant($"{s.Fault.Id} {s.Engine.Id} {s.Killed} {s.Median} {s.Min} {s.Max} {s.Key} {(s.Best == null ? "" : ProgramToken.Encode(s.Best.Program))}")),
        .. result.Unmodified.SelectMany(h => h.Ends.Select(e => FormattableString.Invariant($"{h.Engine.Id} {h.SeedNumber} {h.Executions} {e.Key} {e.Times} {e.Program}"))),
    ];
}
