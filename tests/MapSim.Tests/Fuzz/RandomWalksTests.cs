using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class RandomWalksTests
{
    [Fact]
    public void The_same_seed_gives_the_same_executions()
    {
        Assert.Equal(Texts(5, 100), Texts(5, 100));
    }

    [Fact]
    public void A_program_is_run_in_several_schedules_unless_it_is_refused()
    {
        var patient = new RandomWalks(9, GoVersion.All);
        string[] walked = [.. Enumerable.Range(0, 2).Select(_ => WithoutSchedule(patient.Next().Program))];
        Assert.Single(walked.Distinct());
        var hasty = new RandomWalks(9, GoVersion.All);
        string first = WithoutSchedule(hasty.Next().Program);
        hasty.Saw(KillJudge.Run(ProgramParser.Parse("mapsim 1\nmap m map[int]int\n"), ModelChanges.None), isRefused: true);
        Assert.NotEqual(first, WithoutSchedule(hasty.Next().Program));
    }

    [Fact]
    public void Of_a_program_that_was_seen_running_some_schedules_stop_main_in_the_middle()
    {
        var hunt = new RandomWalks(3, GoVersion.All);
        int pauses = 0;
        for (int i = 0; i < 200; i++)
        {
            Trial trial = hunt.Next();
            pauses += trial.Program.Schedule is [{ Goroutine: "main" }, _, ..] ? 1 : 0;
            hunt.Saw(KillJudge.Run(trial.Program, ModelChanges.None), isRefused: false);
        }

        Assert.InRange(pauses, 40, 160);
    }

    [Fact]
    public void Every_program_is_one_that_its_release_can_run()
    {
        var random = new RandomSource(2);
        for (int i = 0; i < 1500; i++)
        {
            SmallProgram small = SmallProgram.Make(random, GoVersion.All[i % GoVersion.All.Count]);
            _ = new ProgramRunner(small.Program);
            Assert.Equal(GoVersion.All[i % GoVersion.All.Count], ProgramSettings.Of(small.Program).Version);
        }
    }

    [Fact]
    public void Programs_that_promise_to_be_free_of_races_have_none_and_end_well()
    {
        var hunt = new RandomWalks(11, GoVersion.All);
        int free = 0, racy = 0;
        for (int i = 0; i < 600; i++)
        {
            Trial trial = hunt.Next();
            RunResult result = KillJudge.Run(WithRace(trial.Program), ModelChanges.None);
            hunt.Saw(result, isRefused: false);
            bool raced = result.BugKey?.StartsWith("race/", StringComparison.Ordinal) == true;
            racy += trial.Sharing == Sharing.Racy && raced ? 1 : 0;
            if (trial.Sharing == Sharing.RaceFree)
            {
                free++;
                Assert.False(raced || result.Verdict is VerdictKind.Fatal or VerdictKind.Throw or VerdictKind.Undefined, ProgramToken.Encode(trial.Program) + ": " + result.VerdictText);
            }
        }

        Assert.True(free > 200 && racy > 40, $"{free} free of races, {racy} with one");
    }

    private static MapProgram WithRace(MapProgram program) => program.Settings.Any(s => s.Setting.Name == "race") ? program
        : new([program.Lines[0], new ProgramLine(new Setting("race", "")), .. program.Lines.Skip(1)]);

    private static string WithoutSchedule(MapProgram program) => ProgramPrinter.Print(program.WithSchedule([]));

    private static string[] Texts(ulong seed, int count)
    {
        var hunt = new RandomWalks(seed, GoVersion.All);
        var texts = new List<string>();
        for (int i = 0; i < count; i++)
        {
            Trial trial = hunt.Next();
            texts.Add(ProgramPrinter.Print(trial.Program));
            hunt.Saw(KillJudge.Run(trial.Program, ModelChanges.None), isRefused: false);
        }

        return [.. texts];
    }
}
