using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;
using static MapSim.Tests.Sessions;

namespace MapSim.Tests.Programs;

/// <summary>The known defects of the real runtime, driven for real: the model oracle gives exactly their keys.</summary>
public sealed class KnownFindingsTests
{
    [Theory]
    [InlineData("iter-duplicate-same-size-grow", "iter-duplicate/same-size-grow", "i yields 2501 25 a second time: it was yielded in turn 2 already and not deleted since")]
    [InlineData("iter-miss-old-bucket-cleared", "iter-miss/old-bucket-cleared", "i ends without 6 &p, which was in m from the start of the loop to its end")]
    [InlineData("iter-nil-dereference-big-keys", "iter-miss/old-bucket-cleared", "i panics after turn 2, where it should go on: its bucket was cleared under it")]
    [InlineData("iter-miss-nan-same-size-grow-ends", "iter-miss/nan-same-size-grow-ends", "i ends without NaN 2, which was in m from the start of the loop to its end")]
    [InlineData("iter-duplicate-seed-changed", "iter-duplicate/seed-changed", "i yields 10 1 a second time: it was yielded in turn 3 already and not deleted since")]
    [InlineData("iter-duplicate-bucket-relinked", "iter-duplicate/bucket-relinked", "i yields 100001 1 a second time: it was yielded in turn 10 already and not deleted since")]
    [InlineData("iter-duplicate-last-spare-bucket", "iter-duplicate/bucket-relinked", "i yields 32 1 a second time: it was yielded in turn 10 already and not deleted since")]
    public void A_discovery_gives_the_key_of_its_defect(string file, string key, string text)
    {
        JudgedProgram program = Load(file);
        program.Run();
        (_, OracleFinding finding) = Assert.Single(program.Findings);
        Assert.Equal((key, text), (finding.Key, finding.Text));
        Assert.NotNull(KnownFindings.Of(finding.Key, program.Settings.Version));
    }

    [Theory]
    [InlineData("iter-dangling-after-clear")]
    [InlineData("iter-dangling-later-array")]
    public void A_discovery_that_reads_freed_memory_is_not_the_models_business(string file)
    {
        JudgedProgram program = Load(file);
        Assert.Equal(Failure.UseAfterFree, program.Run().Failure);
        Assert.Empty(program.Findings);
    }

    [Theory]
    [InlineData("1.19", "iter-dead/clear")]
    [InlineData("1.21", null)]
    [InlineData("1.23", null)]
    public void In_1_19_clear_leaves_an_older_array_to_a_running_loop(string go, string? key)
    {
        JudgedSession s = ClearedUnderALoop(go, "map[uint64]uint64", U64, inGrow: true);
        Assert.Equal(key, s.Findings.FirstOrDefault()?.Key);
        Assert.All(s.Findings, f => Assert.Equal(KnownDefect.ClearLeavesIterators, KnownFindings.Of(f.Key, GoVersion.Parse(go))?.Defect));
    }

    [Theory]
    [InlineData("1.19", KnownDefect.ClearLeavesIterators)]
    [InlineData("1.21", KnownDefect.ClearLeavesNaN)]
    [InlineData("1.23", KnownDefect.ClearLeavesNaN)]
    public void Clear_leaves_NaN_in_an_array_older_than_the_last_grow(string go, KnownDefect defect)
    {
        JudgedSession s = ClearedUnderALoop(go, "map[float64]uint64", _ => F64(double.NaN), inGrow: false);
        Assert.Equal("iter-dead/nan-after-clear", s.Findings.FirstOrDefault()?.Key);
        Assert.All(s.Findings, f => Assert.Equal(defect, KnownFindings.Of(f.Key, GoVersion.Parse(go))?.Defect));
    }

    [Fact]
    public void In_1_21_the_clone_of_an_overloaded_map_reads_beyond_it()
    {
        // As in go-map.md 4.10: a grow of the same size is in progress while the map goes above its limit.
        var findings = new List<OracleFinding>();
        foreach (GoVersion version in new[] { GoVersion.Go121, GoVersion.Go122 })
        {
            var s = new JudgedSession(Of("map[uint64]uint64", version, hash: DegenerateHashKind.Identity));
            Addr m = s.Make(0, "m", MakeForm.Hint, 90);
            int limit = (int)version.LoadFactorNum * 8;
            var keys = new Queue<ulong>();
            for (ulong i = 0; !View(s.Session, m).IsSameSizeGrow; i++)
            {
                Assert.True(i < 5000);
                s.Assign(0, m, U64(i / 40 % 16 + 16 * i), U64(i));
                keys.Enqueue(i / 40 % 16 + 16 * i);
                if (keys.Count == limit)
                {
                    s.Delete(0, m, U64(keys.Dequeue()));
                }
            }

            for (ulong i = 0; View(s.Session, m).Count <= (ulong)limit; i++)
            {
                s.Assign(0, m, U64((1UL << 32) + i), U64(i));
            }

            Assert.True(View(s.Session, m).IsSameSizeGrow);
            OperationEnd end = s.Clone(0, m, "c", out _);
            Assert.Equal(version.CloneClampsHint, end.IsOk);
            findings.AddRange(s.Findings);
        }

        Assert.Equal(KnownFindings.CloneOfOverloaded, Assert.Single(findings).Key);
        Assert.Equal(KnownDefect.CloneHintOverload, KnownFindings.Of(findings[0].Key, GoVersion.Go121)?.Defect);
        Assert.Null(KnownFindings.Of(findings[0].Key, GoVersion.Go122));
    }

    [Fact]
    public void Every_defect_of_a_sequential_program_without_a_collector_has_a_key_and_no_key_two_meanings()
    {
        Assert.Equal(KnownDefects.All.Where(d => d != KnownDefect.ListLost), KnownFindings.All.Select(f => f.Defect).Distinct().Order());
        IEnumerable<(string, GoVersion)> pairs = KnownFindings.All.SelectMany(f => f.Releases.Select(r => (f.Key, r)));
        Assert.Equal(pairs.Count(), pairs.Distinct().Count());
    }

    /// <summary>A loop begins; the map grows, and is cleared while it does or after that; the loop goes on.</summary>
    private static JudgedSession ClearedUnderALoop(string go, string type, Func<ulong, byte[]> key, bool inGrow)
    {
        var s = new JudgedSession(Of(type, GoVersion.Parse(go), hash: DegenerateHashKind.Identity));
        Addr m = s.Make(0, "m", MakeForm.Hint, 40);
        ulong next = 0;
        for (; next < 30; next++)
        {
            s.Assign(0, m, key(next), U64(next));
        }

        s.Start(0, "i", 0, m);
        byte b = View(s.Session, m).B;
        while (View(s.Session, m).B == b || (!inGrow && View(s.Session, m).IsGrowing))
        {
            s.Assign(0, m, key(next), U64(next));
            next++;
        }

        s.Clear(0, m);
        s.ToTheEnd(0);
        return s;
    }

    private static JudgedProgram Load(string name) =>
        new(ProgramParser.Parse(File.ReadAllText(Repository.Path("corpus", "discoveries", name + ".mapsim"))));
}
