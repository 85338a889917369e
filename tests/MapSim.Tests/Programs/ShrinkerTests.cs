using System.Diagnostics;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Shrinking keeps the bug, ends with little, and is the same each time, also when it was interrupted.</summary>
public sealed class ShrinkerTests(ITestOutputHelper output)
{
    private const int MostOperations = 12;

    /// <summary>The one that keeps more lines: a core of 13, none of which goes alone, with another one, or for more turns of a repetition.</summary>
    private const string Larger = "iter-dangling-later-array";
    private const int MostExecutions = 3000;

    public static TheoryData<string, string> Failures()
    {
        var data = new TheoryData<string, string>();
        foreach ((string name, string key) in PlantedFailures.All.Where(f => f.Name != Larger))
        {
            data.Add(name, key);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_planted_failure_shrinks_to_at_most_12_operations(string name, string key) => Shrinks(name, key, MostOperations);

    [Fact]
    public void The_later_array_shrinks_to_its_core_of_13_operations() => Shrinks(Larger, "use-after-free/overflow-bucket/iterate", MostOperations + 1);

    private void Shrinks(string name, string key, int most)
    {
        MapProgram program = PlantedFailures.Make(name, key);
        string found = new ProgramRunner(program).Run().BugKey!;
        var clock = Stopwatch.StartNew();
        ShrinkResult result = Shrinker.Shrink(program, new ShrinkOptions());
        clock.Stop();
        output.WriteLine(FormattableString.Invariant($"| {name} | {found} | {result.OperationsBefore} ({Shrinker.CountExecuted(program)} executed) | {result.OperationsAfter} ({Shrinker.CountExecuted(result.Program)}) | {result.Executions} | {clock.ElapsedMilliseconds} |"));
        output.WriteLine(ProgramPrinter.Print(result.Program));
        output.WriteLine(string.Join("; ", result.Irrelevant));
        Assert.InRange(result.OperationsBefore, 200, int.MaxValue);
        Assert.True(result.Complete);
        Assert.Equal(found, result.Result.BugKey);
        Assert.True(result.Result.IsAsExpected);
        Assert.Equal(found, result.Program.Expectation.Key);
        Assert.InRange(result.OperationsAfter, 1, most);
        Assert.InRange(result.Executions, 1, MostExecutions);
        AssertRunsAlike(result);
    }

    /// <summary>The text alone, read again, ends the same way.</summary>
    private static void AssertRunsAlike(ShrinkResult result)
    {
        MapProgram again = ProgramParser.Parse(ProgramPrinter.Print(result.Program));
        RunResult run = new ProgramRunner(again).Run();
        Assert.Equal(result.Result.BugKey, run.BugKey);
        Assert.Equal(result.Result.Digest, run.Digest);
    }
}
