using MapSim.Checks;
using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Execution;

/// <summary>The oracles of what the runtime draws at random (H5), beside text programs.</summary>
public sealed class ProgramChanceTests
{
    private const string Ranges = "map m map[int]int make(9)\nassign m 0 0\nrepeat 11\n  range i m\n  end\nend\n";
    private const string Cleared = "map m map[int]int\nrepeat 2\n  assign m 0 0\n  clear m\nend\n";
    private const string Deleted = "map m map[int]int\nrepeat 2\n  assign m 0 0\n  delete m 0\nend\n";
    private const string Made = "map a map[int]int\nmap b map[string]int make(100)\nmap c map[int]*T stack\n";

    [Theory]
    [InlineData(Ranges, Fault.IterFixedStart, RepeatedStarts.BugKey)]
    [InlineData("map m map[int]int make(9)\nassign m 0 0\nrepeat 11 iter i m\n", Fault.IterFixedStart, RepeatedStarts.BugKey)]
    [InlineData("go 1.19\n" + Ranges, Fault.IterFixedStart, RepeatedStarts.BugKey)]
    [InlineData("collector\nmap m map[int]int make(9)\nassign m 0 0\nrepeat 11\n  gc\n  range i m\n    break\n  end\nend\n", Fault.IterFixedStart, RepeatedStarts.BugKey)]
    [InlineData(Made, Fault.HashFixedSeed, RepeatedSeeds.BugKey)]
    [InlineData(Cleared, Fault.HashFixedSeed, RepeatedSeeds.BugKey)]
    [InlineData(Deleted, Fault.HashFixedSeed, RepeatedSeeds.BugKey)]
    [InlineData("arch 386\ngo 1.21\n" + Cleared, Fault.HashFixedSeed, RepeatedSeeds.BugKey)]
    public void A_fault_of_what_is_drawn_is_found(string text, Fault fault, string key)
    {
        Assert.Equal(key, Run(text, fault).BugKey);
        Assert.Equal(VerdictKind.Clean, Run(text, null).Verdict);
    }

    [Theory]
    [InlineData("map m map[int]int make(9)\nassign m 0 0\nrepeat 10 iter i m\n", Fault.IterFixedStart)]
    [InlineData("map m map[int]int\nassign m 0 0\nrepeat 100 iter i m\n", Fault.IterFixedStart)]
    [InlineData("map m map[int]int make(9)\nrepeat 100 iter i m\n", Fault.IterFixedStart)]
    [InlineData("map a map[int]int\nmap b map[int]int\n", Fault.HashFixedSeed)]
    [InlineData("map m map[int]int\nrepeat 9 clear m\n", Fault.HashFixedSeed)]
    [InlineData("map m map[int]int\nassign m 1 1\nassign m 2 1\nrepeat 9\n  delete m 2\n  assign m 2 1\n  delete m 5\nend\n", Fault.HashFixedSeed)]
    public void What_draws_too_little_to_tell_or_nothing_is_not(string text, Fault fault) => Assert.Equal(VerdictKind.Clean, Run(text, fault).Verdict);

    [Theory]
    [InlineData("force iterator 5\n" + Ranges)]
    [InlineData("force hash0 5\n" + Made + "clear a\n")]
    [InlineData("force hash0 5\n" + Cleared)]
    [InlineData("map m map[int]int\nassign m 1 1\nclone m a\nclone m b\nclone a c\nclone a d\nlen d = 1\n")]
    public void Neither_forced_draws_nor_the_seeds_of_clones_are_found(string text) => Assert.Equal(VerdictKind.Clean, Run(text, null).Verdict);

    [Theory]
    [InlineData("storebuffers 4\n" + Ranges, Fault.IterFixedStart)]
    [InlineData(Ranges + "goroutine w\n  len m\nend\n", Fault.IterFixedStart)]
    [InlineData(Made + "goroutine w\n  len a\nend\n", Fault.HashFixedSeed)]
    public void Programs_in_which_main_is_not_alone_are_not_asked(string text, Fault fault) => Assert.Equal(VerdictKind.Clean, Run(text, fault).Verdict);

    [Fact]
    public void The_unmodified_model_is_silent_with_any_seed()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            string text = $"seed {seed}\nmap m map[int]int make(9)\nrepeat 40\n  assign m 1 1\n  range i m\n    break\n  end\n  turn 1..20 delete m 1\n  turn 21..40 clear m\nend\n";
            Assert.Equal(VerdictKind.Clean, Run(text, null).Verdict);
        }
    }

    private static RunResult Run(string text, Fault? fault) =>
        new ProgramRunner(ProgramParser.Parse("mapsim 1\n" + text), changes: fault is { } f ? ModelChanges.None.With(f) : ModelChanges.None).Run();
}
