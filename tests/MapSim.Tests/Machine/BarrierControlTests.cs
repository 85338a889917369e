using System.Text.RegularExpressions;
using MapSim.Faults;
using MapSim.Programs;
using MapSim.Tests.Programs;
using Xunit;

namespace MapSim.Tests.Machines;

/// <summary>
/// The negative controls among the faults of write barriers: barriers that can be left out, one at a time, because others
/// protect the same objects. An oracle that sees a difference is wrong; so is the proof, if memory is really lost.
/// </summary>
/// <remarks>
/// Programs here are free of data races. With one, wb-skip-evac-clear can be told (its witness): a reader that walks along a
/// chain while it is cut off holds a bucket that nobody marked. wb-skip-evac-copy cannot: what it copies was in the heap.
/// </remarks>
public sealed partial class BarrierControlTests
{
    private static readonly (string Key, string Elem)[] WithPointers = [("uint64", "*T"), ("string", "*T"), ("*T", "*T"), ("int8", "*T"), ("string", "uint64")];
    private static readonly (string Key, string Elem)[] WithoutPointers = [("uint64", "uint64"), ("int8", "uint64")];

    [Theory]
    [InlineData(Fault.WbSkipEvacCopy)]
    [InlineData(Fault.WbSkipEvacClear)]
    public void Random_programs_without_races_cannot_tell_a_control(Fault control) =>
        Assert.Equal([], Random(WithPointers, 300, control));

    [Fact]
    public void Random_programs_without_races_cannot_tell_whether_links_have_barriers_in_maps_without_pointers() =>
        Assert.Equal([], Random(WithoutPointers, 150, Fault.WbSkipSetoverflow));

    [Theory]
    [InlineData(Fault.WbSkipUserElemStore)]
    [InlineData(Fault.WbNoDeletionHalf)]
    [InlineData(Fault.WbSkipEvacBoth)]
    [InlineData(Fault.WbPostStore)]
    public void The_same_programs_tell_the_faults_that_are_none(Fault fault) => Assert.NotEmpty(Random(WithPointers, 400, fault).Take(1));

    [Theory]
    [InlineData(Fault.WbSkipEvacCopy)]
    [InlineData(Fault.WbSkipEvacClear)]
    public void The_committed_programs_with_a_collector_cannot_tell_a_control_either(Fault control)
    {
        string[] programs = [.. Directory.GetFiles(Repository.Path("corpus", "regression"), "*.mapsim").Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(t => CollectorLine().IsMatch(t))];
        Assert.InRange(programs.Length, 15, 100);
        foreach (MapProgram program in programs.Select(t => ProgramParser.Parse(CollectorLine().Replace(t, "collector\ngcstart 3"))))
        {
            for (int seed = 0; seed < 2; seed++)
            {
                string? plain = StickyRun.KeyOf(program, seed, default), broken = StickyRun.KeyOf(program, seed, ModelChanges.None.With(control));
                Assert.True(!IsOfMemory(broken) || IsOfMemory(plain), $"{program.Lines[1].Comment} (seed {seed}): {broken}");
            }
        }
    }

    /// <summary>What the oracles of the collector, and accesses to freed memory, report of random programs with a fault.</summary>
    private static IEnumerable<string> Random((string Key, string Elem)[] types, int count, Fault fault)
    {
        for (int seed = 0; seed < count; seed++)
        {
            (string key, string elem) = types[seed % types.Length];
            MapProgram program = ProgramParser.Parse(RaceFreePrograms.Make(seed, key, elem));
            if (StickyRun.KeyOf(program, seed, ModelChanges.None.With(fault)) is { } found && IsOfMemory(found))
            {
                yield return $"{seed}: {found}";
            }
        }
    }

    private static bool IsOfMemory(string? key) => key != null && BugOracle.Of(key).StartsWith('G');

    [GeneratedRegex("^collector$", RegexOptions.Multiline)]
    private static partial Regex CollectorLine();
}
