using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Corpus;

/// <summary>A repair takes the defects away that it names, and nothing else changes by it.</summary>
public sealed class RepairTests
{
    [Theory]
    [InlineData("iter-duplicate-same-size-grow", Repair.IterFilterOnce)]
    [InlineData("iter-miss-nan-same-size-grow-ends", Repair.IterFilterOnce)]
    [InlineData("iter-miss-old-bucket-cleared", Repair.IterOldBucketStays)]
    [InlineData("iter-nil-dereference-big-keys", Repair.IterOldBucketStays)]
    [InlineData("iter-duplicate-seed-changed", Repair.IterEndsWithSeed)]
    [InlineData("iter-duplicate-bucket-relinked", Repair.IterEndsWithSeed)]
    [InlineData("iter-duplicate-last-spare-bucket", Repair.IterEndsWithSeed)]
    [InlineData("iter-dangling-after-clear", Repair.IterEndsWithSeed)]
    [InlineData("iter-dangling-later-array", Repair.IterTakesOldList)]
    [InlineData("iter-dangling-two-ranges", Repair.CreateOverflowOnce)]
    public void A_discovery_is_gone_with_its_repair(string name, Repair repair)
    {
        // What the lines expect are the wrong results.
        MapProgram program = WithoutResults("discoveries", name);
        Assert.NotNull(new ProgramRunner(program).Run().BugKey);
        Assert.Null(new ProgramRunner(program, changes: ModelChanges.None.With(repair)).Run().BugKey);
        foreach (Repair other in Enum.GetValues<Repair>().Where(r => r != repair && (r, repair) != (Repair.IterFilterOnce, Repair.IterOldBucketStays)))
        {
            Assert.NotNull(new ProgramRunner(program, changes: ModelChanges.None.With(other)).Run().BugKey);
        }
    }

    [Theory]
    [InlineData("clear-under-a-range-1.19", Repair.ClearMarksBuckets)]
    [InlineData("clear-under-a-range-1.19", Repair.IterEndsWithSeed)]
    [InlineData("clone-of-an-overloaded-map-1.21", Repair.CloneClampsHint)]
    [InlineData("clear-leaves-nan-in-a-third-array-1.23", Repair.IterEndsWithSeed)]
    public void A_public_defect_is_gone_with_its_repair(string name, Repair repair)
    {
        MapProgram program = WithoutResults("regression", name);
        Assert.NotNull(new ProgramRunner(program).Run().BugKey);
        Assert.Null(new ProgramRunner(program, changes: ModelChanges.None.With(repair)).Run().BugKey);
    }

    [Fact]
    public void With_all_repairs_random_programs_meet_none_of_the_known_defects()
    {
        ModelChanges all = Enum.GetValues<Repair>().Aggregate(ModelChanges.None, (c, r) => c.With(r));
        (long repaired, long plain) = (Known(all), Known(ModelChanges.None));
        Assert.Equal(0, repaired);
        Assert.InRange(plain, 5, long.MaxValue);
    }

    private static long Known(ModelChanges changes)
    {
        CaseFilter filter = CaseFilter.Everything with { Changes = changes };
        long known = 0;
        for (long i = 60; i < 105; i++)
        {
            RandomResult result = new RandomRun(RandomCase.Choose(20261122, i, filter)).Execute();
            Assert.Null(result.Report);
            known += KnownDefects.All.Sum(d => result.Tally.Known[(int)d]);
        }

        return known;
    }

    private static MapProgram WithoutResults(string folder, string name)
    {
        MapProgram program = ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", folder, name + ".mapsim")));
        return new MapProgram([.. program.Lines.Where(l => l.Statement is not Operation { Kind: OperationKind.Assert }).Select(l => l.Statement is Operation { Expected: not null } o ? new ProgramLine(o with { Expected = null }) : l)]);
    }
}
