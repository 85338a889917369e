using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class RandomRunTests
{
    [Fact]
    public void Every_map_type_stays_clean_on_every_release_and_architecture()
    {
        var tally = new RunTally();
        long index = 0;
        foreach (string type in RandomTypes.All)
        {
            foreach (GoVersion version in GoVersion.All)
            {
                Arch arch = Arch.All[(int)(index % 3)];
                RandomResult result = new RandomRun(RandomCase.Choose(2026, index++, new CaseFilter([version], [arch], [type]))).Execute();
                Assert.Null(result.Report);
                tally.Add(result.Tally);
            }
        }

        // What a run of this size must reach, or it proves little.
        Assert.True(
            tally is { SameSizeGrows: > 10, Clears: > 100, Clones: > 100, Panics: > 20, Emptied: > 100, WritesUnderRange: > 10_000, MostEntries: > 100 },
            $"same-size grows {tally.SameSizeGrows}, clears {tally.Clears}, clones {tally.Clones}, panics {tally.Panics}, emptied {tally.Emptied}, writes {tally.WritesUnderRange}");
    }

    [Fact]
    public void The_same_case_gives_the_same_digest_and_another_seed_another()
    {
        CaseFilter filter = CaseFilter.Everything;
        Assert.Equal(Digest(7, 3, filter), Digest(7, 3, filter));
        Assert.NotEqual(Digest(7, 3, filter), Digest(7, 4, filter));
        Assert.NotEqual(Digest(7, 3, filter), Digest(8, 3, filter));
    }

    [Fact]
    public void A_narrower_filter_shows_the_same_program_again()
    {
        RandomCase wide = RandomCase.Choose(5, 11, CaseFilter.Everything);
        RandomCase narrow = RandomCase.Choose(5, 11, new CaseFilter([wide.Version], [wide.Arch], [wide.Type.Text]));
        Assert.Equal(wide.Command, narrow.Command);
        Assert.Equal(new RandomRun(wide).Execute().Digest, new RandomRun(narrow).Execute().Digest);
    }

    [Fact]
    public void A_broken_map_is_reported_with_what_is_needed_to_see_it_again()
    {
        RandomCase broken = RandomCase.Choose(1, 2, new CaseFilter([GoVersion.Go123], [Arch.Amd64], ["map[uint64]uint64"]));
        RandomRun? run = null;
        int lines = 0;
        run = new RandomRun(broken, _ =>
        {
            // The first hmap is the first object of the heap; its flags byte says "somebody writes".
            if (++lines == 20)
            {
                run!.Machine.Memory.Poke(new Addr(run.Machine.Memory.HeapBase) + 8, [HmapFlags.HashWriting]);
            }
        });
        string report = Assert.IsType<string>(FirstHmapBroken(run));
        Assert.Contains("mapsim soak --program 1:2 --go 1.23 --arch amd64 --type 'map[uint64]uint64'", report, StringComparison.Ordinal);
        Assert.Contains("found", report, StringComparison.Ordinal);
        Assert.Contains("expected", report, StringComparison.Ordinal);
    }

    private static string? FirstHmapBroken(RandomRun run) => run.Execute().Report;

    private static Fingerprint Digest(ulong seed, long index, CaseFilter filter) =>
        new RandomRun(RandomCase.Choose(seed, index, filter)).Execute().Digest;
}
