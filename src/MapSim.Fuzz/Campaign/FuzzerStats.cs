using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>
/// fuzzer_stats as AFL++ writes it: the same keys in the same order, so that afl-whatsup and everything else that reads it
/// can; what only MapSim knows stands at the end. Features are edges, a round is a cycle, findings are crashes.
/// </summary>
public static class FuzzerStats
{
    /// <summary>The file.</summary>
    /// <param name="s">Where the campaign stands.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="pid">The process.</param>
    /// <param name="commandLine">How it was called.</param>
    public static string Of(CampaignSnapshot s, long now, int pid, IReadOnlyList<string> commandLine)
    {
        // Parsers divide by these two.
        long executions = Math.Max(1, s.Executions + s.Running);
        int entries = Math.Max(1, s.Entries);
        long At(double second) => second < 0 ? 0 : now - (long)Math.Round(s.Seconds - second);
        var text = new StringBuilder();
        void Line(string key, object value) => text.Append(CultureInfo.InvariantCulture, $"{key,-18}: {value}\n");
        string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
        Line("start_time", s.StartUnix);
        Line("last_update", now);
        Line("run_time", (long)s.Seconds);
        Line("fuzzer_pid", pid);
        Line("cycles_done", s.Rounds);
        Line("cycles_wo_finds", s.RoundsWithoutNew);
        Line("time_wo_finds", (long)s.SinceNew);
        Line("fuzz_time", (long)s.Seconds);
        Line("calibration_time", 0);
        Line("cmplog_time", 0);
        Line("sync_time", 0);
        Line("trim_time", 0);
        Line("execs_done", executions);
        Line("execs_per_sec", Number(executions / Math.Max(1, s.Seconds)));
        Line("execs_ps_last_min", Number(s.Rate));
        Line("corpus_count", entries);
        Line("corpus_favored", 0);
        Line("corpus_found", s.Entries);
        Line("corpus_imported", 0);
        Line("corpus_variable", s.Inconsistent);
        Line("max_depth", s.Depth);
        Line("cur_item", Math.Max(0, s.Entries - 1));
        Line("pending_favs", 0);
        Line("pending_total", 0);
        Line("stability", Number(s.Stability) + "%");
        Line("bitmap_cvg", "0.00%");
        Line("saved_crashes", s.Findings.Count);
        Line("saved_hangs", 0);
        Line("last_find", At(s.Entries == 0 ? -1 : s.LastNewAt));
        Line("last_crash", At(s.LastFindingAt));
        Line("last_hang", 0);
        Line("execs_since_crash", s.ExecutionsSinceFinding);
        Line("exec_timeout", 0);
        Line("slowest_exec_ms", 0);
        Line("peak_rss_mb", s.PeakMemory >> 20);
        Line("cpu_affinity", -1);
        Line("edges_found", s.Features);
        Line("total_edges", 0);
        Line("var_byte_count", 0);
        Line("havoc_expansion", 0);
        Line("auto_dict_entries", 0);
        Line("testcache_size", 0);
        Line("testcache_count", 0);
        Line("testcache_evict", 0);
        Line("afl_banner", "mapsim");
        Line("afl_version", "mapsim-" + Version);
        Line("target_mode", "mapsim");
        Line("command_line", string.Join(' ', commandLine.Select(CampaignFiles.Quoted)));
        Line("mapsim_seed", s.Seed);
        Line("mapsim_workers", s.Workers);
        Line("mapsim_operations", s.Operations);
        Line("mapsim_limits", s.Limits);
        Line("mapsim_new_findings", s.NewFindings);
        Line("mapsim_known_findings", s.KnownFindings);
        Line("mapsim_inconsistent", s.Inconsistent);
        foreach (DomainAccount domain in s.Domains)
        {
            string name = domain.Name.ToLowerInvariant();
            Line("mapsim_" + name, domain.Features);
        }

        return text.ToString();
    }

    /// <summary>The version of MapSim.</summary>
    public static string Version => typeof(FuzzerStats).Assembly.GetName().Version!.ToString(3);
}
