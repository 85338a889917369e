using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class FreshProgramsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_programs_and_another_seed_others()
    {
        string[] one = Texts(5, 12), again = Texts(5, 12), other = Texts(6, 12);
        Assert.Equal(one, again);
        Assert.Empty(one.Intersect(other));
        Assert.Equal(one.Length, one.Distinct().Count());
    }

    [Fact]
    public void Every_program_is_a_text_that_can_be_read_back()
    {
        foreach (string text in Texts(7, 60))
        {
            Assert.Equal(text, ProgramPrinter.Print(ProgramParser.Parse(text)));
        }
    }

    [Fact]
    public void Programs_are_of_the_releases_that_were_asked_for_and_of_one_goroutine()
    {
        var hunt = new Fresh(3, [GoVersion.Go121, GoVersion.Go119]);
        Trial[] trials = [.. Enumerable.Range(0, 60).Select(_ => hunt.Next())];
        Assert.Equal(["1.19", "1.21"], trials.Select(t => ProgramSettings.Of(t.Program).Version.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(trials, t => Assert.Equal(Sharing.Alone, t.Sharing));
        Assert.All(trials, t => Assert.Empty(t.Program.Goroutines));
    }

    [Fact]
    public void What_needs_chains_grows_of_the_same_size_and_iterations_that_meet_grows_is_reached()
    {
        (bool Chain, bool Same, bool Met, bool NaN, bool Cloned) seen = default;
        var hunt = new Fresh(1, GoVersion.All);
        for (int i = 0; i < 1500; i++)
        {
            MapProgram program = hunt.Next().Program;
            var runner = new ProgramRunner(program);
            runner.Observer = r =>
            {
                foreach (MapView map in runner.Maps.Where(m => !m.Address.IsNil).Select(m => new MapView(runner.Session.Machine.Memory, m.Type, m.Address)))
                {
                    seen.Chain |= map.Noverflow >= 3;
                    seen.Same |= map.IsSameSizeGrow;
                    seen.Met |= map.IsGrowing && r.KeyWord == "iterate";
                    seen.Cloned |= map.IsGrowing && r.KeyWord == "clone";
                }

                seen.NaN |= r.Text.Contains("NaN", StringComparison.Ordinal) && r.KeyWord == "assign";
            };
            runner.Run();
        }

        Assert.Equal((true, true, true, true, true), seen);
    }

    [Fact]
    public void An_elem_that_panics_is_in_some_programs()
    {
        Assert.Contains(Texts(1, 200), t => t.Contains(" panic recover", StringComparison.Ordinal));
    }

    private static string[] Texts(ulong seed, int count)
    {
        var hunt = new Fresh(seed, GoVersion.All);
        return [.. Enumerable.Range(0, count).Select(_ => ProgramPrinter.Print(hunt.Next().Program))];
    }

    /// <summary>The texts of fresh programs, one after the other.</summary>
    private sealed class Fresh(ulong seed, IReadOnlyList<GoVersion> releases)
    {
        private readonly RandomSource _random = new(seed);

        public Trial Next() => new(BinaryResolver.Resolve(FreshPrograms.Make(_random, releases)), Sharing.Alone);
    }
}
