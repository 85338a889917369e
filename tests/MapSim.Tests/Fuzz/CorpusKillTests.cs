using System.Diagnostics;
using System.Text;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>Writers that are killed (SIGKILL) at any moment, and writers that work at once.</summary>
public sealed class CorpusKillTests : IDisposable
{
    private const int Entries = 400;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hundred_killed_writers_leave_only_whole_entries_and_the_next_run_completes_the_store()
    {
        SortedSet<string> all = MakeSources("in", Entries);
        var random = new Programs.RandomPrograms(20);
        int killed = 0, midway = 0, unfinished = 0;
        for (int round = 0; killed < 100; round++)
        {
            Assert.True(round < 150, $"only {killed} writers were killed before they were done");
            var store = new CorpusStore(_folder.At($"store{round}"));
            Process[] writers = [CorpusProcess.Start("corpus", "import", store.Root, _folder.At("in")), CorpusProcess.Start("corpus", "import", store.Root, _folder.At("in"))];
            Until(() => Directory.Exists(store.Root) || writers.All(w => w.HasExited));
            foreach (Process writer in writers)
            {
                Wait(random.Next(12_000));
                writer.Kill();
                writer.WaitForExit();
                killed += writer.ExitCode == 128 + 9 ? 1 : 0;
                writer.Dispose();
            }

            List<string> whole = Whole(store);
            Assert.Subset(all, whole.ToHashSet());
            midway += whole.Count > 0 && whole.Count < Entries ? 1 : 0;
            int left = AtomicFile.Unfinished(store.Root).Count;
            unfinished += left;
            Assert.Equal(left, store.CleanUp());

            foreach (string file in Directory.GetFiles(_folder.At("in")))
            {
                store.Add(File.ReadAllBytes(file));
            }

            Assert.Equal(all, Whole(store));
            Assert.Equal(Entries, Directory.GetFileSystemEntries(store.Root).Length);
        }

        // The kills did hit writers at work.
        Assert.True(midway >= 20 && unfinished > 0, $"{midway} stores were half full, {unfinished} files unfinished");
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} writers killed, {midway} stores half full, {unfinished} unfinished files");
    }

    [Fact]
    public void A_killed_import_is_completed_by_the_same_command()
    {
        SortedSet<string> all = MakeSources("in", 2000);
        var store = new CorpusStore(_folder.At("store"));
        using (Process writer = CorpusProcess.Start("corpus", "import", store.Root, _folder.At("in")))
        {
            Until(() => store.Names().Count > 0 || writer.HasExited);
            writer.Kill();
            writer.WaitForExit();
        }

        int before = Whole(store).Count;
        Assert.InRange(before, 1, 1999);
        _folder.Write("store/.1-1-00000000.tmp", "what a dead writer left");
        (int code, string output, string error) = Cli.MapsimProcess.Run("corpus", "import", store.Root, _folder.At("in"));
        Assert.Equal((0, $"{store.Root}: {2000 - before} added, {before} already there\n"), (code, output));
        Assert.Contains(" of writers that are dead\n", error, StringComparison.Ordinal);
        Assert.Equal(all, Whole(store));
        Assert.Equal(2000, Directory.GetFileSystemEntries(store.Root).Length);
    }

    [Fact]
    public void Two_writers_at_once_make_the_store_that_one_would_make()
    {
        SortedSet<string> all = MakeSources("one", 300);
        all.UnionWith(MakeSources("two", 350));
        var store = new CorpusStore(_folder.At("store"));
        Process[] writers = [CorpusProcess.Start("corpus", "import", store.Root, _folder.At("one")), CorpusProcess.Start("corpus", "import", store.Root, _folder.At("two"))];
        foreach (Process writer in writers)
        {
            string errors = writer.StandardError.ReadToEnd();
            writer.WaitForExit();
            Assert.Equal(0, writer.ExitCode);
            Assert.All(errors.Split('\n')[..^1], l => Assert.StartsWith("corpus import: ", l, StringComparison.Ordinal)); // progress
            writer.Dispose();
        }

        Assert.Equal(all, Whole(store));
        Assert.Equal(350, Directory.GetFileSystemEntries(store.Root).Length);
    }

    [Fact]
    public void A_killed_minimisation_goes_on_and_comes_to_the_same()
    {
        for (int i = 0; i < 120; i++)
        {
            _folder.Write($"in/{i}.mapsim", $"mapsim 1\nhash identity\nmap m map[uint64]uint64\nrepeat {3 + i * 7 % 50} assign m $i {i}\nrepeat {i % 13 + 1} delete m $i\nrepeat 2000 lookup m {i % 5}\n");
        }

        Assert.Equal(0, Cli.MapsimProcess.Run("corpus", "import", _folder.At("whole"), _folder.At("in")).Code);
        Assert.Equal(0, Cli.MapsimProcess.Run("corpus", "merge", _folder.At("killed"), _folder.At("whole")).Code);
        (_, string expected, _) = Cli.MapsimProcess.Run("corpus", "minimize", _folder.At("whole"));
        Assert.Contains("of 120 entries", expected, StringComparison.Ordinal);

        string control = _folder.At("killed", ".minimize");
        int resumed = 0;
        for (int lines = 20; lines <= 180; lines += 40)
        {
            using Process process = CorpusProcess.Start("corpus", "minimize", _folder.At("killed"));
            int wanted = lines;
            Until(() => process.HasExited || (File.Exists(control) && Lines(control) >= wanted));
            process.Kill();
            process.WaitForExit();
            resumed += process.ExitCode == 128 + 9 ? 1 : 0;
        }

        Assert.True(resumed >= 3, $"only {resumed} minimisations were killed");
        (int code, string output, _) = Cli.MapsimProcess.Run("corpus", "minimize", _folder.At("killed"));
        Assert.Equal(0, code);
        Assert.NotEqual(expected, output.Replace("killed:", "whole:", StringComparison.Ordinal)); // it ran fewer
        Assert.Equal(Whole(new CorpusStore(_folder.At("whole"))), Whole(new CorpusStore(_folder.At("killed"))));
        Assert.False(File.Exists(control));
    }

    private static int Lines(string file)
    {
        // The command holds a lock that .NET would respect; a plain process does not.
        using Process cat = Process.Start(new ProcessStartInfo("wc", ["-l", file]) { RedirectStandardOutput = true })!;
        string output = cat.StandardOutput.ReadToEnd();
        cat.WaitForExit();
        return int.TryParse(output.Split(' ')[0], out int lines) ? lines : 0;
    }

    private static List<string> Whole(CorpusStore store) => [.. store.Read(d => Assert.Fail(d.ToString())).Select(e => e.Name)];

    /// <summary>Waits for at most half a minute; sleeping, as the children need the cores.</summary>
    private static void Until(Func<bool> condition)
    {
        for (long end = Environment.TickCount64 + 30_000; !condition() && Environment.TickCount64 < end;)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Waits for so many microseconds.</summary>
    private static void Wait(int microseconds)
    {
        long until = Stopwatch.GetTimestamp() + microseconds * Stopwatch.Frequency / 1_000_000;
        while (Stopwatch.GetTimestamp() < until)
        {
            Thread.Yield();
        }
    }

    /// <summary>Binary programs of 1 to 40 KB, so that one is seldom written at a stroke.</summary>
    /// <returns>The names that a store gives them.</returns>
    private SortedSet<string> MakeSources(string folder, int count)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            byte[] content = [.. Enumerable.Repeat(Encoding.UTF8.GetBytes($"program {i} "), 100 + i * 37 % 3000).SelectMany(b => b)];
            _folder.Write($"{folder}/{i}.bin", content);
            names.Add(CorpusName.Of(content));
        }

        return names;
    }
}
