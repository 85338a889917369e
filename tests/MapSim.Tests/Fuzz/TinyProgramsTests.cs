using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class TinyProgramsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_programs_and_the_same_ends()
    {
        Assert.Equal(Ends(7, 6), Ends(7, 6));
    }

    [Fact]
    public void Without_a_fault_no_schedule_of_a_program_without_a_race_goes_wrong()
    {
        var tiny = new TinyPrograms(21, GoVersion.All, ModelChanges.None);
        int free = 0;
        for (int i = 0; i < 25; i++)
        {
            tiny.Make();
            TinyEnds ends = tiny.Explore(long.MaxValue, () => false);
            Trial[] wrong = [.. ends.Bad.Where(t => t.Sharing == Sharing.RaceFree)];
            free += wrong.Length == ends.Bad.Count ? 1 : 0;
            foreach (Trial trial in wrong)
            {
                // What real Go does wrong, too, may come out.
                string? key = KillJudge.KeyOf(KillJudge.Run(trial.Program, ModelChanges.None));
                Assert.True(key == null || KnownEnds.Of(key, ProgramSettings.Of(trial.Program).Version) != null, $"{key}: {ProgramToken.Encode(trial.Program)}");
            }
        }

        Assert.InRange(free, 10, 25);
    }

    [Theory]
    [InlineData("wb-post-store")]
    [InlineData("ovf-drop-old-early")]
    [InlineData("mm-publish-before-init")]
    public void Faults_that_need_a_scene_are_killed_from_nothing(string id)
    {
        FaultInfo fault = FaultCatalogue.All.Single(f => f.Id == id);
        var hunt = new ExploreHunt(new HuntTask(fault, EngineInfo.Explore, 0, 5, new HuntBudget(5_000, null), () => false, _ => { }));
        HuntResult result = hunt.Run();
        Assert.NotNull(result.Kill);
        Assert.Null(KillJudge.KeyOf(KillJudge.Run(result.Kill.Program, ModelChanges.None)));
    }

    private static string Ends(ulong seed, int programs)
    {
        var tiny = new TinyPrograms(seed, GoVersion.All, ModelChanges.None.With(Fault.WbSkipClear));
        var ends = new List<string>();
        for (int i = 0; i < programs; i++)
        {
            ends.Add(ProgramPrinter.Print(tiny.Make()));
            TinyEnds found = tiny.Explore(long.MaxValue, () => false);
            ends.AddRange(found.Bad.Select(t => ProgramPrinter.Print(t.Program)));
            ends.Add(found.Executions.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return string.Join('\n', ends);
    }
}
