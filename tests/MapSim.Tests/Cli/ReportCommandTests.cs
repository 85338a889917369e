using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

public sealed partial class ReportCommandTests : IDisposable
{
    private readonly ProgramFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("corpus/examples/iterate-across-grow.mapsim")]
    [InlineData("corpus/discoveries/iter-dangling-after-clear.mapsim")]
    [InlineData("corpus/regression/racing-writers-past-the-first-check.mapsim")]
    [InlineData("corpus/regression/store-buffer-publishes-a-map-under-a-lock.mapsim")]
    [InlineData("corpus/regression/thirty-two-bit-maps.mapsim")]
    public void The_page_needs_nothing_but_itself(string file)
    {
        (string page, JsonDocument data) = ReportPages.Parts(Encoding.UTF8.GetString(ReportPages.OfFile(file)));
        using (data)
        {
            Assert.Equal("mapsim.report/1", data.RootElement.GetProperty("schema").GetString());
        }

        // No address, no import, nothing that a browser would load.
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(Loads(), page);
        Assert.DoesNotContain("<!-- style", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!-- script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_still_come_of_each_step_is_there_if_the_states_are_few()
    {
        const string File = "corpus/regression/lost-update-that-no-check-sees.mapsim";
        using JsonDocument data = ReportPages.Parts(Encoding.UTF8.GetString(ReportPages.OfFile(File, 20_000))).Data;
        JsonElement fates = data.RootElement.GetProperty("fates");
        string[] kinds = [.. fates.GetProperty("kinds").EnumerateArray().Select(k => k.GetString()!)];
        Assert.Equal("", kinds[0]);
        Assert.Contains("structure/H3.2/assign", kinds);
        int[][] sets = [.. fates.GetProperty("sets").EnumerateArray().Select(s => s.EnumerateArray().Select(e => e.GetInt32()).ToArray())];
        int[][] after = [.. fates.GetProperty("after").EnumerateArray().Select(p => p.EnumerateArray().Select(s => s.GetInt32()).ToArray())];
        Timeline timeline = Timeline.Of(ReportPages.Read(File));
        Assert.Equal(timeline.Count + 1, after.Length);
        Assert.All(after[^1], s => Assert.Equal(-1, s));

        // The step that was made is the one whose fate the next position has; what is lost does not come back.
        int critical = fates.GetProperty("critical").GetInt32();
        Assert.InRange(critical, 1, timeline.Count);
        for (int step = 1; step <= timeline.Count; step++)
        {
            int[] left = sets[after[step - 1][timeline.Steps[step - 1].Mover]];
            Assert.Equal(step < critical, left.Contains(0));
            Assert.All(after[step].Where(s => s >= 0), s => Assert.Subset(left.ToHashSet(), sets[s].ToHashSet()));
        }

        using JsonDocument few = ReportPages.Parts(Encoding.UTF8.GetString(ReportPages.OfFile(File, 100))).Data;
        Assert.Equal(JsonValueKind.Null, few.RootElement.GetProperty("fates").ValueKind);
    }

    [Fact]
    public void More_than_five_thousand_steps_fit_into_three_megabytes()
    {
        byte[] page = ReportPages.OfText(ReportPages.Long);
        using JsonDocument data = ReportPages.Parts(Encoding.UTF8.GetString(page)).Data;
        Assert.True(data.RootElement.GetProperty("frames").GetArrayLength() > 5000);
        Assert.InRange(page.Length, 1, 3_000_000);
    }

    [Theory]
    [InlineData("corpus/examples/clone-while-growing.mapsim")]
    [InlineData("corpus/regression/gc-across-every-phase-of-a-grow.mapsim")]
    [InlineData("corpus/regression/big-keys-and-elems.mapsim")]
    public void First_frame_and_deltas_give_the_memory_of_the_last_step(string file)
    {
        using JsonDocument data = ReportPages.Parts(Encoding.UTF8.GetString(ReportPages.OfFile(file))).Data;
        Timeline timeline = Timeline.Of(ReportPages.Read(file));
        timeline.GoTo(timeline.Count);
        JsonElement root = data.RootElement;
        JsonElement[] objects = [.. root.GetProperty("objects").EnumerateArray()];
        byte[][] memory = [.. root.GetProperty("memory").EnumerateArray().Select((m, i) => Padded(Convert.FromHexString(m.GetString()!), objects[i][3].GetInt32()))];
        foreach (JsonElement frame in root.GetProperty("frames").EnumerateArray())
        {
            JsonElement[] m = frame[8].TryGetProperty("m", out JsonElement changes) ? [.. changes.EnumerateArray()] : [];
            for (int i = 0; i < m.Length; i += 3)
            {
                Convert.FromHexString(m[i + 2].GetString()!).CopyTo(memory[m[i].GetInt32()], m[i + 1].GetInt32());
            }
        }

        Assert.True(objects.Length >= timeline.Objects.Count);
        for (int n = 0; n < objects.Length; n++)
        {
            var start = new Addr(objects[n][2].GetUInt64());
            Region region = timeline.Memory.RegionOf(start)!;
            Assert.True(region.Bytes.Span((int)(start - region.Base), memory[n].Length).SequenceEqual(memory[n]), $"object {objects[n][0]}");
        }
    }

    [Fact]
    public void No_text_of_a_program_can_end_the_data()
    {
        string page = Encoding.UTF8.GetString(ReportPages.OfText("mapsim 1\nmap m map[string]int\nassign m \"</script><script>alert(1)</script>\" 1\n"));
        (string rest, JsonDocument data) = ReportPages.Parts(page);
        using (data)
        {
            Assert.DoesNotContain("alert(1)", rest, StringComparison.Ordinal);
            Assert.Contains("</script><script>alert(1)", data.RootElement.GetProperty("program")[2].GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_finding_says_what_went_wrong_and_how_to_show_it_again()
    {
        string file = "corpus/faults/delete-count-miss.mapsim";
        using JsonDocument data = ReportPages.Parts(Encoding.UTF8.GetString(ReportPages.OfFile(file))).Data;
        JsonElement root = data.RootElement;
        Assert.Equal("structure/H3.2/delete", root.GetProperty("key").GetString());
        Assert.True(root.GetProperty("findingStep").GetInt32() > 0);
        string[] commands = [.. root.GetProperty("commands").EnumerateArray().Select(c => c.GetString()!)];
        Assert.Equal($"mapsim replay {file}", commands[0]);
        Assert.All(commands, c => Assert.Equal(c.Contains("replay", StringComparison.Ordinal) ? 0 : 77, MapsimProcess.Run(c.Split(' ')[1..]).Code));
    }

    [Fact]
    public void Decisive_edges_are_among_the_edges_of_a_race()
    {
        using JsonDocument data = ReportPages.Parts(Encoding.UTF8.GetString(ReportPages.OfFile("corpus/regression/racing-writers-past-the-first-check.mapsim"))).Data;
        int[] edges = [.. data.RootElement.GetProperty("edges").EnumerateArray().Select(e => e.GetInt32())];
        Assert.Equal(5, edges.Where((_, i) => i % 3 == 2).Sum());
        Assert.All(Enumerable.Range(0, edges.Length / 3), i => Assert.True(edges[3 * i] < edges[3 * i + 1]));
    }

    [Fact]
    public void The_command_writes_the_file_and_refuses_what_is_no_program()
    {
        string program = _folder.Add("a.mapsim", ProgramFolder.Clean), page = _folder.Path("a.html");
        (int code, string output, string error) = MapsimProcess.Run("report", program, "-o", page);
        Assert.True(code == 0, error);
        Assert.Equal("", output);
        Assert.Contains("wrote", error, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(page), StringComparison.Ordinal);
        string wrong = _folder.Add("wrong.mapsim", "mapsim 1\nparty\n"), none = _folder.Path("none.html");
        foreach (string[] arguments in (string[][])[["report", wrong, "-o", none], ["report", _folder.Root, "-o", none], ["report", program, "--steps", "0", "-o", none], ["report", program, "-o", _folder.Root]])
        {
            (code, _, error) = MapsimProcess.Run(arguments);
            Assert.Equal(2, code);
            Assert.Contains("expected", error, StringComparison.Ordinal);
            Assert.False(File.Exists(none));
        }
    }

    [Fact]
    public void A_campaign_is_shown_with_its_milestones_findings_and_curves()
    {
        string folder = _folder.Path("campaign"), page = _folder.Path("campaign.html");
        MapsimProcess.Run("fuzz", "--execs", "120", "--workers", "1", "--fault", "delete-no-value-clear", "--shrink-execs", "0", "--progress", "none", "--dir", folder);
        (int code, _, string error) = MapsimProcess.Run("report", folder, "-o", page);
        Assert.True(code == 0, error);
        (string rest, JsonDocument data) = ReportPages.Parts(File.ReadAllText(page));
        Assert.DoesNotMatch(Loads(), rest);
        using (data)
        {
            JsonElement root = data.RootElement, status = root.GetProperty("status");
            Assert.True(status.GetProperty("executions").GetInt64() >= 120);
            Assert.Contains(status.GetProperty("milestones").EnumerateArray(), m => m.GetProperty("executions").GetInt64() == 0);
            Assert.NotEqual(0, root.GetProperty("curves").GetArrayLength());
            JsonElement finding = root.GetProperty("findings")[0];
            Assert.Contains("mapsim 1", finding.GetProperty("program").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("mapsim replay", finding.GetProperty("command").GetString(), StringComparison.Ordinal);
        }
    }

    private static byte[] Padded(byte[] bytes, int size)
    {
        Array.Resize(ref bytes, size);
        return bytes;
    }

    [GeneratedRegex(@"<(link|iframe|img|object|embed|script\s+src)|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket", RegexOptions.IgnoreCase)]
    private static partial Regex Loads();
}
