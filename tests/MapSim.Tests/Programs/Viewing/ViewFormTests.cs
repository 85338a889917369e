using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Viewing;

public sealed partial class ViewFormTests
{
    private const string Hostile = "mapsim 1\nmap m map[string]string\nassign m \"a<b>&\\\"\\\\\\n\\x00\\x1b\" \"--> [x] #end;\"\nassign m \"日本\" \"\"\niter i m\nexpect clean\n";

    public static TheoryData<string> Programs =>
    [
        Hostile, .. ((string[])["examples/iterate-across-grow", "examples/overflow-chain", "examples/nil-map", "regression/racing-writers-past-the-first-check", "regression/thirty-two-bit-maps",
            "regression/store-buffer-publishes-a-map-under-a-lock", "regression/gc-across-every-phase-of-a-grow"]).Select(f => File.ReadAllText(Repository.Path("corpus", f + ".mapsim"))),
    ];

    [Theory]
    [MemberData(nameof(Programs))]
    public void An_SVG_picture_is_XML_and_shows_every_key(string program)
    {
        foreach (TimelineState state in States(program))
        {
            var svg = XDocument.Parse(StateSvg.Of(state));
            Assert.Equal("svg", svg.Root!.Name.LocalName);
            string[] names = [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
            Assert.All(Buckets(state), b => Assert.Contains(names, n => n.StartsWith(b.Name, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_graph_of_a_state_is_DOT(string program)
    {
        foreach (TimelineState state in States(program))
        {
            string dot = StateDot.Of(state);
            CheckDot(dot);
            Assert.All(Buckets(state), b => Assert.Contains($"{StateDot.Quote(b.Name)} [label=", dot, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_graph_of_the_steps_is_DOT_and_its_edges_join_nodes_that_are_there(string program)
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse(program));
        string dot = ExecutionDot.Of(timeline);
        CheckDot(dot);
        HashSet<string> nodes = [.. Node().Matches(dot).Select(m => m.Groups[1].Value)];
        Assert.All(Edge().Matches(dot), m => Assert.True(nodes.Contains(m.Groups[1].Value) && nodes.Contains(m.Groups[2].Value), m.Value));
        Assert.All(TimelineEdges.Of(timeline), e => Assert.Contains($"s{e.Earlier} -> s{e.Later} [constraint=false", dot, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_Mermaid_chart_has_one_statement_a_line_and_links_what_it_declares(string program)
    {
        foreach (TimelineState state in States(program))
        {
            string[] lines = StateMermaid.Of(state).TrimEnd('\n').Split('\n');
            Assert.Equal("flowchart LR", lines[0]);
            Assert.All(lines[1..], l => Assert.Matches(@"^ *(n\w+\[""[^""\n]*""\]|n\w+\(\[""[^""\n]*""\]\)|subgraph n\w+\[""[^""\n]*""\]|end|n\w+ (-->|-\.->)(\|\w+\|)? n\w+)$", l));
            HashSet<string> declared = [.. lines.Select(l => Declared().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
            Assert.All(lines.Where(l => l.Contains("->", StringComparison.Ordinal) && !l.Contains('"', StringComparison.Ordinal)), l => Assert.All(Name().Matches(l), m => Assert.Contains(m.Value, declared)));
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_trace_for_Perfetto_is_JSON_with_a_slice_for_each_step(string program)
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse(program));
        using JsonDocument trace = JsonDocument.Parse(PerfettoTrace.Of(timeline));
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        string Phase(JsonElement e) => e.GetProperty("ph").GetString()!;
        Assert.All(events, e => Assert.True(e.TryGetProperty("name", out _) && e.TryGetProperty("ts", out _) && e.TryGetProperty("pid", out _) && e.TryGetProperty("tid", out _)));
        Assert.Equal(timeline.Count, events.Count(e => Phase(e) == "X" && e.GetProperty("args").TryGetProperty("step", out _)));
        Assert.Equal(timeline.Steps.Select(s => s.Goroutine).Distinct(), events.Where(e => e.GetProperty("name").GetString() == "thread_name").Select(e => e.GetProperty("args").GetProperty("name").GetString()));
        int[] starts = [.. events.Where(e => Phase(e) == "s").Select(e => e.GetProperty("id").GetInt32())], ends = [.. events.Where(e => Phase(e) == "f").Select(e => e.GetProperty("id").GetInt32())];
        Assert.Equal(starts, ends);
        Assert.Equal(TimelineEdges.Of(timeline).Count, starts.Length);
    }

    [Fact]
    public void A_large_map_is_no_Mermaid_chart()
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse("mapsim 1\nmap m map[int]int make(1000)\n"));
        Assert.Throws<ArgumentException>(() => StateMermaid.Of(timeline.State));
        Assert.NotEmpty(StateSvg.Of(timeline.State));
    }

    private static IEnumerable<TimelineState> States(string program)
    {
        Timeline timeline = Timeline.Of(ProgramParser.Parse(program));
        for (int at = 0; at <= timeline.Count; at += Math.Max(1, timeline.Count / 7))
        {
            timeline.GoTo(at);
            yield return timeline.State;
        }
    }

    private static IEnumerable<BucketState> Buckets(TimelineState state) => state.Maps.SelectMany(m => m.Arrays).SelectMany(a => a.Buckets).SelectMany(b => b.Chain.Prepend(b));

    /// <summary>Strings are closed, labels of HTML are XML, and what is left has no odd characters and closes its braces.</summary>
    private static void CheckDot(string dot)
    {
        foreach (Match html in Html().Matches(dot))
        {
            XElement.Parse("<r>" + html.Groups[1].Value + "</r>");
        }

        string rest = Strings().Replace(Html().Replace(dot, "="), "x");
        Assert.DoesNotContain("\"", rest, StringComparison.Ordinal);
        Assert.Matches(@"^[\w\s={}\[\];,.\->]*$", rest);
        int depth = 0;
        Assert.All(rest.Where(c => c is '{' or '}'), c => Assert.True((depth += c == '{' ? 1 : -1) >= 0));
        Assert.Equal(0, depth);
    }

    [GeneratedRegex(@"=<(<table.*?</table>)>", RegexOptions.Singleline)]
    private static partial Regex Html();

    [GeneratedRegex(@"""(\\.|[^""\\])*""", RegexOptions.Singleline)]
    private static partial Regex Strings();

    [GeneratedRegex(@"^\s+(s\d+) \[", RegexOptions.Multiline)]
    private static partial Regex Node();

    [GeneratedRegex(@"(s\d+) -> (s\d+) \[")]
    private static partial Regex Edge();

    [GeneratedRegex(@"^ *(?:subgraph )?(n\w+)[\[(]")]
    private static partial Regex Declared();

    [GeneratedRegex(@"\bn\w+")]
    private static partial Regex Name();
}
