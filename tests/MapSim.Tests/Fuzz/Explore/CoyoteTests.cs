using System.Text.RegularExpressions;
using MapSim.Fuzz;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>mapsim-coyote as a process, built against a stand-in for Microsoft.Coyote (tests/Coyote.Stub).</summary>
public sealed class CoyoteTests
{
    private const string TwoWriters = "mapsim 1\nmap m map[uint64]uint64\ngoroutine w\nassign m 3 30\nend\nspawn w\nassign m 2 20\njoin w\n";
    private const string Locked = "mapsim 1\nmutex l\nmap m map[uint64]uint64\ngoroutine w\nlock l\nassign m 3 30\nunlock l\nend\nspawn w\nlock l\nassign m 2 20\nunlock l\njoin w\n";
    private const string LocksCrossed = "mapsim 1\nmutex a\nmutex b\ngoroutine w\nlock b\nlock a\nunlock a\nunlock b\nend\nspawn w\nlock a\nlock b\nunlock b\nunlock a\njoin w\n";
    private const string Buffered = "mapsim 1\nstorebuffers 8\nmap m map[uint64]uint64\ngoroutine w\nlookup m 3\nend\nspawn w\nassign m 2 20\njoin w\n";
    private const string Collected = "mapsim 1\ncollector\nworkers 2\nmap m map[uint64]*T\ngoroutine w\nassign m 3 &p\nend\nspawn w\ngc\njoin w\n";

    private static string Tool => Repository.Path("tests", "Coyote.Stub", "bin", "Release", "net10.0", "mapsim-coyote.dll");

    [Theory]
    [InlineData("random")]
    [InlineData("prioritization")]
    public void What_it_finds_is_possible_and_replays_without_it(string strategy)
    {
        using var folder = new TemporaryFolder();
        (int code, string output, string log) = Run(folder, TwoWriters, $"--iterations 200 --strategy {strategy} -o out");
        Assert.Equal(77, code);
        Assert.StartsWith($"p.mapsim: 200 runs by Coyote, {strategy}, ", output, StringComparison.Ordinal);
        string?[] possible = [.. ProgramExplorer.ByStates(ProgramParser.Parse(TwoWriters), new ExploreOptions()).Ends.Select(e => e.Key)];
        string[] bad = [.. Regex.Matches(output, @"^(.*): mapsim replay out/", RegexOptions.Multiline).Select(m => m.Groups[1].Value)];
        Assert.Contains("fatal/concurrent-map-writes/assign", bad);
        Assert.Subset(possible.ToHashSet(), bad.ToHashSet<string?>());
        Assert.Equal(bad.Length, Directory.GetFiles(folder.At("out"), "*.mapsim").Length);
        (int replayed, string told, _) = CorpusProcess.Shell(folder.Path, "mapsim replay out");
        Assert.True(replayed == 0, told);

        // Each bug that Coyote tells has a schedule line that makes a plain run end so.
        MatchCollection bugs = Regex.Matches(log, @"ExternalFindingException: (\S+) by (schedule .*)$", RegexOptions.Multiline);
        Assert.InRange(bugs.Count, bad.Length, 200);
        Assert.Equal(bad, bugs.Select(b => b.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
        foreach (Match bug in bugs)
        {
            RunResult run = new ProgramRunner(ProgramParser.Parse($"{TwoWriters}{bug.Groups[2].Value}\n"), mode: ScheduleMode.Strict).Run();
            Assert.Equal(bug.Groups[1].Value, run.BugKey);
        }
    }

    [Fact]
    public void A_seed_gives_the_same_runs_again_and_another_gives_others()
    {
        using var folder = new TemporaryFolder();
        string first = Run(folder, TwoWriters, "--iterations 60 --seed 7").Output;
        Assert.Equal(first, Run(folder, TwoWriters, "--iterations 60 --seed 7").Output);
        Assert.NotEqual(first, Run(folder, TwoWriters, "--iterations 60 --seed 1007").Output);
    }

    [Fact]
    public void With_a_lock_no_run_ends_badly()
    {
        using var folder = new TemporaryFolder();
        (int code, string output, string log) = Run(folder, Locked, "--iterations 100 -o out");
        Assert.Equal((0, ""), (code, log));
        Assert.Matches(@"\nclean +100 +100\.00 % ", output);
        Assert.False(Directory.Exists(folder.At("out")));
    }

    [Fact]
    public void A_deadlock_of_the_program_is_an_end_and_none_of_Coyotes()
    {
        using var folder = new TemporaryFolder();
        (int code, string output, _) = Run(folder, LocksCrossed, "--iterations 100");
        Assert.Equal(77, code);
        Assert.Matches(@"\nclean +\d+ (.|\n)*\ndeadlock/", output);
    }

    [Theory]
    [InlineData(Buffered, @" main\.drain")]
    [InlineData(Collected, @" gc\.2\*")]
    public void Store_buffers_and_workers_of_the_collector_move_too(string text, string mover)
    {
        using var folder = new TemporaryFolder();
        (int code, string output, string log) = Run(folder, text, "--iterations 40 -o out");
        Assert.True(code is 0 or 77, log);
        Assert.Matches(mover, output);
        Assert.Equal(0, CorpusProcess.Shell(folder.Path, "[ ! -d out ] || mapsim replay out").Code);
    }

    [Fact]
    public void Bad_input_is_told_as_by_mapsim()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith("mapsim: p.mapsim:2:", Run(folder, "mapsim 1\nnonsense\n", "").Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), Run(folder, TwoWriters, "--strategy best") is var (code, output, _) ? (code, output) : default);
        Assert.Contains("--iterations: expected at most", Run(folder, TwoWriters, "--iterations 3G").Error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(TemporaryFolder folder, string program, string arguments)
    {
        folder.Write("p.mapsim", program);
        return CorpusProcess.Shell(folder.Path, $"dotnet exec '{Tool}' p.mapsim {arguments}");
    }
}
