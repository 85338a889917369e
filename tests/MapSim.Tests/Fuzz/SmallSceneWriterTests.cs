using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class SmallSceneWriterTests
{
    public static TheoryData<string> Scenes => [.. Enum.GetNames<SmallScene>()];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Every_program_of_a_scene_ends_well_on_the_unmodified_model_unless_it_races(string scene)
    {
        var random = new RandomSource(4);
        SmallScene what = Enum.Parse<SmallScene>(scene);
        for (int i = 0; i < 120; i++)
        {
            GoVersion release = GoVersion.All[i % GoVersion.All.Count];
            MapProgram program = ProgramParser.Parse(new SmallSceneWriter(random, release, what).Write());
            Assert.Equal(release, ProgramSettings.Of(program).Version);
            RunResult run = KillJudge.Run(RandomWalks.Scheduled(program, (ulong)i), ModelChanges.None);
            bool isLegal = run.Verdict == VerdictKind.Clean || (what == SmallScene.Publish && run.Verdict is VerdictKind.Fatal);
            Assert.True(isLegal, $"{ProgramToken.Encode(program)} ends with {run.VerdictText}");
        }
    }

    [Theory]
    [InlineData(nameof(SmallScene.Stand), "double")]
    public void A_scene_comes_to_what_it_is_about_in_a_fifth_of_its_programs_or_more(string scene, string growing)
    {
        SmallScene what = Enum.Parse<SmallScene>(scene);
        var random = new RandomSource(9);
        int reached = 0;
        for (int i = 0; i < 100; i++)
        {
            MapProgram program = ProgramParser.Parse(new SmallSceneWriter(random, GoVersion.All[i % GoVersion.All.Count], what).Write());
            reached += Grows(program, growing) ? 1 : 0;
        }

        Assert.InRange(reached, 20, 100);
    }

    [Fact]
    public void The_same_seed_writes_the_same_programs()
    {
        Assert.Equal(Texts(3), Texts(3));
        Assert.NotEqual(Texts(3), Texts(4));
    }

    private static string Texts(ulong seed)
    {
        var random = new RandomSource(seed);
        return string.Join('\n', Enum.GetValues<SmallScene>().Select(s => new SmallSceneWriter(random, GoVersion.Go123, s).Write()));
    }

    /// <summary>True if after one of main's operations on m, run one after the other, the map is in the middle of such a grow.</summary>
    private static bool Grows(MapProgram program, string growing)
    {
        ProgramLine[] lines = [.. program.Lines];
        for (int at = lines.Length; at > 0; at--)
        {
            ProgramLine[] part = [.. lines.Take(at)];
            if (part.Length > 0 && part[^1].ToText().StartsWith("repeat", StringComparison.Ordinal))
            {
                string text = string.Join('\n', part.Select(l => l.ToText()).Where(l => !l.StartsWith("spawn", StringComparison.Ordinal))) + $"\nassert m.growing = {growing}\n";
                if (KillJudge.Run(ProgramParser.Parse(text), ModelChanges.None).Verdict == VerdictKind.Clean)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
