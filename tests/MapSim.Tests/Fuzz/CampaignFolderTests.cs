using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class CampaignFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_with_something_else_in_it_is_refused_and_stays_as_it_is()
    {
        _folder.Write("c/thesis.txt", "years of work");
        CampaignFolderException e = Assert.Throws<CampaignFolderException>(() => Open(CampaignRun.Options()));
        Assert.Contains("found 'thesis.txt' and no campaign.json; begin in another folder (--dir)", e.Message, StringComparison.Ordinal);
        Assert.Equal(_folder.At("c", "thesis.txt"), Directory.GetFileSystemEntries(_folder.At("c")).Single());
        _folder.Write("file", "");
        Assert.Throws<CampaignFolderException>(() => CampaignFolder.Open(_folder.At("file"), CampaignRun.Options(), []));
    }

    [Fact]
    public void A_campaign_with_other_options_is_refused()
    {
        CampaignOptions options = CampaignRun.Options(5);
        Open(options).Dispose();
        foreach ((CampaignOptions other, string what) in new[]
        {
            (options with { Seed = 6 }, "its campaign has --seed 5, this one 6"),
            (options with { ShrinkExecutions = 41 }, "its campaign has --shrink-execs 40, this one 41"),
            (options with { Target = new TargetOptions { Releases = [GoVersion.Go123] } }, "its campaign has --go 1.19,1.21,1.22,1.23, this one 1.23"),
            (options with { Target = new TargetOptions { Repairs = ModelChanges.None.With(Repair.IterFilterOnce) } }, "its campaign has --repair none, this one --repair iter-filter-once"),
            (options with { Seeds = [[0x83]] }, "its campaign began with other seeds"),
        })
        {
            CampaignFolderException e = Assert.Throws<CampaignFolderException>(() => Open(other));
            Assert.Contains(what, e.Message, StringComparison.Ordinal);
            Assert.Contains("begin anew in another folder", e.Message, StringComparison.Ordinal);
        }

        using CampaignFolder same = Open(options with { Seed = null });
        Assert.Equal((5UL, false), (same.Seed, same.IsNew));
    }

    [Fact]
    public void Two_cannot_work_on_one_campaign()
    {
        using (CampaignFolder held = Open(CampaignRun.Options()))
        {
            Assert.True(CampaignFolder.IsRunning(held.Root));
            CampaignFolderException e = Assert.Throws<CampaignFolderException>(() => Open(CampaignRun.Options()));
            Assert.Contains("another process works on this campaign", e.Message, StringComparison.Ordinal);
        }

        Assert.False(CampaignFolder.IsRunning(_folder.At("c")));
        Open(CampaignRun.Options()).Dispose();
    }

    [Fact]
    public void A_damaged_state_or_journal_is_told_and_not_used()
    {
        CampaignRun.Run(_folder.At("c"), CampaignRun.Options(), 33);
        byte[] checkpoint = File.ReadAllBytes(_folder.At("c", "checkpoint")), journal = File.ReadAllBytes(_folder.At("c", "queue.log"));
        File.WriteAllBytes(_folder.At("c", "checkpoint"), checkpoint[..^1]);
        Assert.Contains("the file is damaged", Assert.Throws<CampaignFolderException>(Again).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.At("c", "checkpoint"), checkpoint);
        File.WriteAllBytes(_folder.At("c", "queue.log"), journal[..30]);
        Assert.Contains("queue.log", Assert.Throws<CampaignFolderException>(Again).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.At("c", "queue.log"), journal);
        Again();
    }

    [Fact]
    public void Lost_files_of_the_corpus_come_back_and_what_came_after_the_state_goes()
    {
        CampaignRun.Run(_folder.At("c"), CampaignRun.Options(), 32);
        IReadOnlyList<string> before = CampaignRun.Found(_folder.At("c"));
        string lost = Directory.GetFiles(_folder.At("c", "queue"))[0];
        File.Delete(lost);
        File.WriteAllBytes(_folder.At("c", "queue", CorpusName.Of("\u0083later"u8)), "\u0083later"u8);
        File.AppendAllText(_folder.At("c", "queue.log"), "33\t-1\thalf a li");
        Again();
        Assert.Equal(before, CampaignRun.Found(_folder.At("c")));
    }

    [Fact]
    public void Seeds_stay_with_their_campaign()
    {
        byte[] seed = [0x83, 1, 2];
        Open(CampaignRun.Options() with { Seeds = [seed] }).Dispose();
        using CampaignFolder again = Open(CampaignRun.Options());
        Assert.Equal(seed, again.Seeds.Single());
    }

    [Fact]
    public void The_readme_has_the_command_line_and_the_limits()
    {
        CampaignFolder.Open(_folder.At("c"), CampaignRun.Options(), ["mapsim", "fuzz", "--dir", "a b"]).Dispose();
        string text = File.ReadAllText(_folder.At("c", "README.txt"));
        Assert.Contains("    mapsim fuzz --dir 'a b'\n", text, StringComparison.Ordinal);
        Assert.Contains("1024 ops a program", text, StringComparison.Ordinal);
        Assert.Equal("mapsim\nfuzz\n--dir\na b\n", File.ReadAllText(_folder.At("c", "cmdline"), Encoding.UTF8));
    }

    private CampaignFolder Open(CampaignOptions options) => CampaignFolder.Open(_folder.At("c"), options, ["mapsim"]);

    private void Again() => CampaignRun.Run(_folder.At("c"), CampaignRun.Options(), 32);
}
