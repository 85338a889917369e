using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>fuzzer_stats, plot_data and the warnings.</summary>
public sealed class CampaignFilesTests : IDisposable
{
    private const string Keys =
        "start_time last_update run_time fuzzer_pid cycles_done cycles_wo_finds time_wo_finds fuzz_time calibration_time cmplog_time sync_time trim_time execs_done execs_per_sec execs_ps_last_min corpus_count corpus_favored corpus_found corpus_imported corpus_variable max_depth cur_item pending_favs pending_total stability bitmap_cvg saved_crashes saved_hangs last_find last_crash last_hang execs_since_crash exec_timeout slowest_exec_ms peak_rss_mb cpu_affinity edges_found total_edges var_byte_count havoc_expansion auto_dict_entries testcache_size testcache_count testcache_evict afl_banner afl_version target_mode command_line";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CampaignSnapshot Snapshot => new()
    {
        Folder = "dir", Seconds = 100, SecondsHere = 100, StartUnix = 1000, Executions = 5000, Entries = 40, Features = 300, LastNewAt = 70, LastFindingAt = -1, Rounds = 3, Singletons = 10, Rate = 50,
        Domains = [new DomainAccount("State", 300, 40)],
    };

    [Fact]
    public void Fuzzer_stats_has_the_keys_of_AFL_in_their_order_and_then_our_own()
    {
        string[] lines = FuzzerStats.Of(Snapshot, 1100, 17, ["mapsim", "fuzz"]).TrimEnd('\n').Split('\n');
        Assert.All(lines.Take(Keys.Split(' ').Length), l => Assert.Equal(": ", l[18..20]));
        string[] keys = [.. lines.Select(l => l.Split(':')[0].TrimEnd())];
        Assert.Equal(Keys.Split(' '), keys.TakeWhile(k => !k.StartsWith("mapsim_", StringComparison.Ordinal)));
        Assert.All(keys.Skip(Keys.Split(' ').Length), k => Assert.StartsWith("mapsim_", k, StringComparison.Ordinal));
        Assert.Contains("last_find         : 1070", lines);
        Assert.Contains("last_crash        : 0", lines);
        Assert.Contains("execs_per_sec     : 50.00", lines);
        Assert.Contains("edges_found       : 300", lines);
    }

    [Fact]
    public void What_parsers_divide_by_is_never_zero()
    {
        string text = FuzzerStats.Of(new CampaignSnapshot { Folder = "dir" }, 1100, 17, []);
        Assert.Contains("execs_done        : 1\n", text, StringComparison.Ordinal);
        Assert.Contains("corpus_count      : 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plot_data_has_one_header_no_row_twice_and_no_half_line()
    {
        string file = _folder.At("plot_data");
        using (var plot = new PlotData(file))
        {
            plot.Add(Snapshot);
            plot.Add(Snapshot with { Seconds = 200 });
            plot.Add(Snapshot with { Executions = 6000 });
        }

        File.AppendAllText(file, "100, 3, 39, 4");
        using (var plot = new PlotData(file))
        {
            plot.Add(Snapshot with { Executions = 7000 });
        }

        string[] lines = File.ReadAllLines(file);
        Assert.Equal(PlotData.Header, lines[0]);
        Assert.Equal(["100, 3, 39, 40, 0, 0, 0.00%, 0, 0, 0, 50.00, 5000, 300", "100, 3, 39, 40, 0, 0, 0.00%, 0, 0, 0, 50.00, 6000, 300", "100, 3, 39, 40, 0, 0, 0.00%, 0, 0, 0, 50.00, 7000, 300"], lines[1..]);
        Assert.All(lines, l => Assert.Equal(13, l.Split(", ").Length));
    }

    [Fact]
    public void Warnings_are_sentences()
    {
        Assert.Empty(CampaignWarnings.Of(Snapshot));
        string stale = Assert.Single(CampaignWarnings.Of(Snapshot with { Seconds = 70 + (31 * 60) }));
        Assert.Equal("nothing new for 31 min; the next execution shows something new with a chance of 2E-003 (Good-Turing, an estimate)", stale);
        Assert.Contains(CampaignWarnings.Of(Snapshot with { Inconsistent = 1 }), w => w.Contains("a bug in MapSim", StringComparison.Ordinal));
        Assert.Contains(CampaignWarnings.Of(Snapshot with { Rate = 2 }), w => w.StartsWith("2 executions a second, a tenth of the average of 50", StringComparison.Ordinal));
        Assert.Contains(CampaignWarnings.Of(Snapshot with { Limits = 1000 }), w => w.StartsWith("20 % of the executions run into a limit", StringComparison.Ordinal));
        Assert.Contains(CampaignWarnings.Of(Snapshot with { Domains = [new DomainAccount("State", FeatureTable.MostInDomain, 40)] }), w => w.StartsWith("the domain State is full", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_bug_key_has_a_file_name_of_its_own()
    {
        Assert.Equal("structure_H3.2_assign", CampaignFiles.NameOf("structure/H3.2/assign"));
        Assert.NotEqual(CampaignFiles.NameOf("a/b-c"), CampaignFiles.NameOf("a-b/c"));
    }
}
