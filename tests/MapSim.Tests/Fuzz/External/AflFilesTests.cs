using System.Text.RegularExpressions;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>What MapSim writes for AFL++ and reads from it.</summary>
public partial class AflFilesTests
{
    [Fact]
    public void The_name_of_a_crash_says_when_it_was_found()
    {
        AflCrash crash = AflCrash.Parse("/out/default/crashes/id:000001,sig:06,src:000003+000012,time:13489,execs:7490,op:havoc,rep:16");
        Assert.Equal((6, TimeSpan.FromMilliseconds(13489), 7490L), (crash.Signal, crash.Time, crash.Executions));
        AflCrash synced = AflCrash.Parse("id:000002,sig:04,sync:main-a,src:000031");
        Assert.Equal((4, null, null), (synced.Signal, synced.Time, synced.Executions));
    }

    [Fact]
    public void Crashes_are_those_of_all_instances_and_of_earlier_runs_in_the_order_of_time()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(AflCrash.All(folder.At("none")));
        folder.Write("a/crashes/id:000000,sig:06,src:000000,time:900,execs:9,op:havoc,rep:1", "x");
        folder.Write("a/crashes/README.txt", "x");
        folder.Write("b/crashes.2026-01-02-03:04:05/id:000000,sig:06,src:000000,time:300,execs:5,op:havoc,rep:1", "x");
        folder.Write("b/queue/id:000007,src:000000,time:1,execs:1,op:havoc,rep:1", "x");
        folder.Write("c/crashes/id:000000,sig:06,sync:a,src:000000", "x");
        Assert.Equal([300, 900, null], AflCrash.All(folder.Path).Select(c => c.Time?.TotalMilliseconds));
    }

    [Fact]
    public void The_smallest_crash_stands_for_all_with_its_bug_key()
    {
        using var folder = new TemporaryFolder();
        var target = new FuzzTarget(PlantedFault.Target);
        byte[] small = PlantedFault.Killer;
        folder.Write("a/crashes/id:000000,sig:06,src:000000,time:100,execs:11,op:havoc,rep:1", [.. small, 0xB0, 0xB0]);
        folder.Write("a/crashes/id:000001,sig:06,src:000000,time:200,execs:22,op:havoc,rep:1", small);
        folder.Write("a/crashes/id:000002,sig:06,src:000000,time:300,execs:33,op:havoc,rep:1", []);
        var not = new List<string>();
        AflFinding finding = Assert.Single(AflFinding.Of(target, AflCrash.All(folder.Path), (c, why) => not.Add(Path.GetFileName(c.File)[..9] + " " + why)));
        Assert.Equal(PlantedFault.BugKey, finding.BugKey);
        Assert.Equal(small, finding.Input.ToArray());
        Assert.Equal((11L, 2), (finding.First.Executions, finding.Crashes));
        Assert.Equal("id:000002 expected a finding, found the end Clean", Assert.Single(not));
    }

    [Fact]
    public void Statistics_are_read_as_AFL_writes_them()
    {
        AflStats stats = AflStats.Parse("execs_done        : 14056\nexecs_per_sec     : 702.34\ncorpus_count      : 424\nsaved_crashes     : 3\nsaved_hangs       : 1\nedges_found       : 644\nstability         : 99.50%\ncommand_line      : afl-fuzz -o a:b\n");
        Assert.Equal((14056, 702.34, 424, 3, 1, 644, 99.5), (stats.Executions, stats.PerSecond, stats.Corpus, stats.Crashes, stats.Hangs, stats.Marks, stats.Stability));
        Assert.Equal("afl-fuzz -o a:b", stats.Values["command_line"]);
        Assert.Equal(0, AflStats.Parse("").Executions);
    }

    [Fact]
    public void The_first_inputs_are_a_function_of_the_seed_and_decode_to_programs()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal((16, 0), AflSeeds.Write(folder.At("a"), 5));
        Assert.Equal((16, 0), AflSeeds.Write(folder.At("b"), 5));
        string[] files = [.. Directory.EnumerateFiles(folder.At("a")).Order(StringComparer.Ordinal)];
        Assert.Equal(16, files.Length);
        Assert.All(files, f => Assert.Equal(File.ReadAllBytes(f), File.ReadAllBytes(folder.At("b", Path.GetFileName(f)))));
        Assert.All(files, f => Assert.InRange(BinaryDecoder.Decode(File.ReadAllBytes(f)).Ops.Count, 4, 40));
        Assert.NotEqual(AflSeeds.Input(5, 0), AflSeeds.Input(6, 0));
        (int written, int leftOut) = AflSeeds.Write(folder.At("c"), 5, Repository.Path("corpus", "regression"));
        Assert.Equal(Directory.EnumerateFiles(Repository.Path("corpus", "regression"), "*.mapsim").Count() + 16, written + leftOut);
        Assert.InRange(written, 20, 1000);
    }

    [Fact]
    public void The_dictionary_has_whole_ops_of_every_kind_in_AFLs_format()
    {
        string[] lines = [.. AflDictionary.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#')];
        var codes = new HashSet<BinaryOpCode>();
        foreach (string line in lines)
        {
            Match match = Entry().Match(line);
            Assert.True(match.Success, line);
            byte[] bytes = [.. match.Groups[1].Captures.Select(c => Convert.ToByte(c.Value, 16))];
            Assert.InRange(bytes.Length, 2, 16);
            codes.Add(Assert.Single(BinaryDecoder.Decode(bytes).Ops).Code);
        }

        // An op without arguments is one byte: AFL takes no such entry.
        Assert.Equal(Enum.GetValues<BinaryOpCode>().Where(c => c is not (BinaryOpCode.Reserved or BinaryOpCode.End or BinaryOpCode.Default)).Order(), codes.Order());
    }

    [Fact]
    public void One_instance_has_no_name_and_several_share_the_folder()
    {
        var setting = new AflSetting { Command = ["dotnet", "x.dll", "target"], Target = new TargetOptions(), Output = "out", Seeds = "in", Logs = "logs", Seed = 3, Time = TimeSpan.FromSeconds(9.2) };
        AflCommandLine alone = Assert.Single(AflCommandLine.Of(setting));
        Assert.Equal("default", alone.Name);
        Assert.Equal("-i in -o out -s 3 -t 2000 -m none -G 4096 -V 10 -- dotnet x.dll target", string.Join(' ', alone.Arguments));
        IReadOnlyList<AflCommandLine> two = AflCommandLine.Of(setting with { Instances = 2, Node = "a", Time = null, Executions = 7, Dictionary = "d" });
        Assert.Equal(["main-a", "a-1"], two.Select(l => l.Name));
        Assert.Equal("-i in -o out -M main-a -s 3 -t 2000 -m none -G 4096 -E 7 -x d -- dotnet x.dll target", string.Join(' ', two[0].Arguments));
        Assert.Equal("-i in -o out -S a-1 -s 4 -t 2000 -m none -G 4096 -E 7 -x d -- dotnet x.dll target", string.Join(' ', two[1].Arguments));
        AflCommandLine changed = Assert.Single(AflCommandLine.Of(setting with { Target = new TargetOptions { Faults = ModelChangesParser.Parse(["iter-stop-on-emptyrest"], []), Releases = [GoVersion.Parse("1.19")] } }));
        Assert.EndsWith("-- dotnet x.dll target --fault iter-stop-on-emptyrest --go 1.19", string.Join(' ', changed.Arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void What_AFL_says_of_its_memory_is_read_from_the_environment()
    {
        static AflEnvironment Of(params (string Name, string Value)[] set) => AflEnvironment.Read(name => set.FirstOrDefault(s => s.Name == name).Value);
        Assert.Equal(new AflEnvironment(null, null, 1 << 16), Of());
        Assert.Equal(new AflEnvironment(12, 13, 1 << 17), Of(("__AFL_SHM_ID", "12"), ("__AFL_SHM_FUZZ_ID", "13"), ("AFL_MAP_SIZE", "131072")));
        Assert.Equal(1 << 20, Of(("AFL_MAP_SIZE", "8388608")).MapSize);
        Assert.Equal(new AflEnvironment(null, null, 1 << 16), Of(("__AFL_SHM_ID", "x"), ("AFL_MAP_SIZE", "-1")));
    }

    [GeneratedRegex("^[A-Za-z]+_[0-9]=\"(?:\\\\x([0-9a-f]{2}))+\"$")]
    private static partial Regex Entry();
}
