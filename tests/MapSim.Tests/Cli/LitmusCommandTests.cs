using System.Text.Json;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>mapsim litmus as users run it: exit codes, JSON, text.</summary>
public sealed class LitmusCommandTests : IDisposable
{
    private const string StoreBuffer = """
        litmus SB
        var x = 0, y = 0
        thread t0
          store x 1
          r0 = load y
        thread t1
          store y 1
          r1 = load x
        final r0 == 1 || r1 == 1
        """;

    private const string Reorder = """
        # A checker that sees one store without the other.
        litmus reorder
        var a, b
        thread setter
          store a 1
          store b -1
        thread checker
          r = load a
          q = load b
          assert r == 0 && q == 0 || r == 1 && q == -1
        """;

    private const string Deadlock = """
        litmus deadlock
        thread t1
          lock a
          lock b
          unlock b
          unlock a
        thread t2
          lock b
          lock a
          unlock a
          unlock b
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-litmus").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("states", "null", "null", "null", "13")]
    [InlineData("traces", "3", "0", "0", "null")]
    [InlineData("optimal", "3", "0", "0", "null")]
    [InlineData("graph", "3", "0", "0", "null")]
    public void Json_says_what_the_engine_counts_and_null_for_the_rest(string engine, string traces, string failing, string deadlocks, string states)
    {
        JsonElement json = Json(StoreBuffer, 0, "--engine", engine);
        Assert.Equal(("mapsim.litmus/1", "SB", engine, true), (json.GetProperty("schema").GetString(), json.GetProperty("name").GetString(), json.GetProperty("engine").GetString(), json.GetProperty("complete").GetBoolean()));
        Assert.Equal((traces, failing, deadlocks), (Raw(json, "traces"), Raw(json, "failingTraces"), Raw(json, "deadlocks")));
        Assert.Equal(states, Raw(json, "states"));
        Assert.Equal(engine == "states" ? "null" : "0", Raw(json, "sleepBlocked"));
        Assert.True(json.GetProperty("steps").GetInt64() > 6);
        Assert.True(json.GetProperty("milliseconds").GetInt64() >= 0);
    }

    [Fact]
    public void The_states_engine_says_whether_something_fails_or_deadlocks()
    {
        JsonElement json = Json(Deadlock, 0);
        Assert.Equal((false, true), (json.GetProperty("failing").GetBoolean(), json.GetProperty("deadlock").GetBoolean()));
        json = Json(Reorder, 0, "--engine", "states", "--workers", "2");
        Assert.Equal((true, false), (json.GetProperty("failing").GetBoolean(), json.GetProperty("deadlock").GetBoolean()));
        Assert.Equal("checker: assert r == 0 && q == 0 || r == 1 && q == -1 (line 10)", Assert.Single(json.GetProperty("failures").EnumerateArray()).GetString());
    }

    [Fact]
    public void Random_runs_find_what_they_find_and_are_never_complete()
    {
        JsonElement json = Json(Reorder, 0, "--engine", "random", "--runs", "200", "--seed", "3");
        Assert.Equal((false, true, false, 200), (json.GetProperty("complete").GetBoolean(), json.GetProperty("failing").GetBoolean(), json.GetProperty("deadlock").GetBoolean(), json.GetProperty("runs").GetInt32()));
        Assert.Equal(("null", "null"), (Raw(json, "traces"), Raw(json, "states")));
        Assert.True(Json(Deadlock, 0, "--engine", "random").GetProperty("deadlock").GetBoolean());
    }

    [Fact]
    public void Random_runs_tell_who_drew_them_how_many_failed_and_how_many_differ()
    {
        JsonElement json = Json(Reorder, 0, "--engine", "random", "--runs", "6000", "--sampler", "exact");
        JsonElement failing = Assert.Single(json.GetProperty("failingRuns").EnumerateArray());
        // 2 of 6 interleavings go wrong; they are 2 of 4 traces.
        Assert.InRange(failing.GetProperty("runs").GetInt32(), 1870, 2130);
        Assert.Equal(("exact", 4, Raw(json, "firstFailing")), (json.GetProperty("sampler").GetString(), json.GetProperty("distinctTraces").GetInt32(), Raw(failing, "first")));
        Assert.Equal("surw", Json(Reorder, 0, "--engine", "random").GetProperty("sampler").GetString());
        Assert.Contains("\n  1000 runs by pct, 2 different traces, ", Run(Deadlock, "--engine", "random", "--sampler", "pct", "--pct-depth", "1", "--runs", "1000").Output, StringComparison.Ordinal);
        Assert.Equal((2, "", "mapsim: --pct-depth: expected sampler pct, found sampler rw\n"), Run(Reorder, "--engine", "random", "--sampler", "rw", "--pct-depth", "2"));
        Assert.Equal((2, "", "mapsim: sampler exact: expected a program that always ends, found one that can come back to a state it was in\n"),
            Run("litmus spin\nvar x\nthread t\nagain:\n  r = load x\n  goto again\n", "--engine", "random", "--sampler", "exact"));
    }

    [Theory]
    [InlineData("traces")]
    [InlineData("graph")]
    public void Workers_share_the_traces_and_count_the_same(string engine)
    {
        JsonElement json = Json(StoreBuffer, 0, "--engine", engine, "--workers", "2");
        Assert.Equal(("3", "0"), (Raw(json, "traces"), Raw(json, "failingTraces")));
    }

    [Fact]
    public void The_text_shows_the_best_way_to_the_failure_and_its_chance()
    {
        (int code, string output, string error) = Run(Reorder);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\n  6 interleavings, 2 of them go wrong\n", output, StringComparison.Ordinal);
        Assert.Contains(" goes wrong with chance 0.25, exactly 1/4\n", output, StringComparison.Ordinal);
        Assert.EndsWith("""
            a way to checker: assert r == 0 && q == 0 || r == 1 && q == -1 (line 10) with 1 preemption and 3 steps (none has fewer):
              step  thread   does     line  then
                 1  setter   store a     5  a=1
                 2  checker  load a      8  a=1
                 3  checker  load b      9  b=0, and checker fails

            """, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("traces")]
    [InlineData("graph")]
    public void The_trace_engines_show_a_way_to_a_deadlock(string engine)
    {
        (int code, string output, _) = Run(Deadlock, "--engine", engine);
        Assert.Equal(0, code);
        Assert.Contains("\n  deadlocks\na way to the deadlock:\n", output, StringComparison.Ordinal);
        Assert.Contains("lock a     3  a=t1\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_ends_it_with_70()
    {
        Assert.False(Json(StoreBuffer, 70, "--limit-states", "5").GetProperty("complete").GetBoolean());
        Assert.False(Json(StoreBuffer, 70, "--limit-steps", "5").GetProperty("complete").GetBoolean());
        Assert.False(Json(StoreBuffer, 70, "--limit-steps", "5", "--engine", "optimal").GetProperty("complete").GetBoolean());
        (int code, string output, _) = Run(StoreBuffer, "--limit-states", "5");
        Assert.Equal(70, code);
        Assert.Contains("NOT everything was seen", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_goes_on_to_the_same_totals_and_only_with_its_own_program()
    {
        string kept = Path.Combine(_folder, "kept");
        string[] checkpoint = ["--engine", "optimal", "--checkpoint", kept, "--json"];
        (int code, _, string error) = Run(StoreBuffer, [.. checkpoint, "--limit-steps", "9"]);
        Assert.Equal((70, $"mapsim: {kept} has where it is: the same command goes on there, a limit counts from the start\n"), (code, error));
        string other = Run(Reorder, checkpoint).Error;
        Assert.StartsWith($"mapsim: {kept}: expected a checkpoint of program reorder (", other, StringComparison.Ordinal);
        Assert.Contains("), found one of program SB (", other, StringComparison.Ordinal);
        (code, string output, error) = Run(StoreBuffer, checkpoint);
        Assert.Equal((0, $"mapsim: went on from {kept}\n", false), (code, error, File.Exists(kept)));
        JsonElement whole = Json(StoreBuffer, 0, "--engine", "optimal");
        JsonElement resumed = JsonDocument.Parse(output).RootElement;
        Assert.Equal((Raw(whole, "traces"), Raw(whole, "steps")), (Raw(resumed, "traces"), Raw(resumed, "steps")));
        File.WriteAllText(kept, "something");
        Assert.Equal((2, "", $"mapsim: {kept}: expected a checkpoint of mapsim, found something else\n"), Run(StoreBuffer, checkpoint));
        Assert.Equal(2, Run(StoreBuffer, "--checkpoint", kept, "--workers", "2").Code);
        Assert.Equal(2, Run(StoreBuffer, "--checkpoint-every", "5").Code);
    }

    [Fact]
    public void A_bound_of_preemptions_says_what_was_seen_within_it()
    {
        JsonElement json = Json(Reorder, 0, "--preemptions", "0");
        Assert.Equal((false, false, 0, true),
            (json.GetProperty("complete").GetBoolean(), json.GetProperty("failing").GetBoolean(), json.GetProperty("preemptions").GetInt32(), json.GetProperty("completeWithinPreemptions").GetBoolean()));
        string output = Run(Reorder, "--preemptions", "1").Output;
        Assert.Contains("everything with at most 1 preemption was seen\n", output, StringComparison.Ordinal);
        Assert.Contains("a way to checker: assert r == 0", output, StringComparison.Ordinal);
        Assert.True(Json(Deadlock, 0, "--preemptions", "5").GetProperty("complete").GetBoolean());
        Assert.Contains("a way to the deadlock:\n", Run(Deadlock, "--preemptions", "1").Output, StringComparison.Ordinal);
        Assert.False(Json(StoreBuffer, 70, "--preemptions", "1", "--limit-steps", "5").GetProperty("completeWithinPreemptions").GetBoolean());
        Assert.Equal((2, "", "mapsim: --preemptions: expected 0 or more with one worker, found -1 with 1\n"), Run(Reorder, "--preemptions", "-1"));
    }

    [Fact]
    public void A_bad_file_and_bad_options_end_it_with_2()
    {
        string file = Path.Combine(_folder, "program.litmus");
        (int code, string output, string error) = Run("litmus a\nvar x\nthread t\n  stoer x 1\n", "--json");
        Assert.Equal((2, "", $"mapsim: {file}:4:3: expected a statement, found 'stoer'; did you mean 'store'?\n"), (code, output, error));
        Assert.Equal(2, MapsimProcess.Run("litmus", Path.Combine(_folder, "none")).Code);
        Assert.Equal(2, MapsimProcess.Run("litmus", _folder).Code);
        Assert.Equal(2, Run(StoreBuffer, "--engine", "nope").Code);
        Assert.Equal((2, "", "mapsim: --workers: expected engine states or traces or graph, found engine optimal\n"), Run(StoreBuffer, "--engine", "optimal", "--workers", "2"));
        Assert.Equal((2, "", "mapsim: --runs: expected engine random, found engine states\n"), Run(StoreBuffer, "--runs", "5"));
        Assert.Equal((2, "", "mapsim: --limit-states: expected at least 1, found 0\n"), Run(StoreBuffer, "--limit-states", "0"));
    }

    [Fact]
    public void The_graph_engine_refuses_two_spawns_of_one_thread_under_a_mutex()
    {
        const string Rivals = "litmus rivals\nthread a\n  lock m\n  spawn c\n  unlock m\nthread b\n  lock m\n  spawn c\n  unlock m\nthread c\n";
        (int code, string output, string error) = Run(Rivals, "--engine", "graph");
        Assert.Equal((2, "", "mapsim: engine graph: expected no step that depends on everything while a thread waits for a mutex, found one of thread 1; use engine traces or optimal\n"), (code, output, error));
        Assert.Equal(2, Run(Rivals, "--engine", "graph", "--workers", "2").Code);
        Assert.Equal("2", Raw(Json(Rivals, 0, "--engine", "traces"), "traces"));
    }

    private static string Raw(JsonElement json, string name) => json.GetProperty(name).GetRawText();

    private (int Code, string Output, string Error) Run(string program, params string[] options)
    {
        string file = Path.Combine(_folder, "program.litmus");
        File.WriteAllText(file, program);
        (int code, string output, string error) = MapsimProcess.Run(["litmus", file, .. options]);
        // On a busy machine anything can take a second, and then it is told how far it is.
        return (code, output, string.Concat(error.Split('\n').Where(l => l.Length > 0 && !l.StartsWith("litmus: ", StringComparison.Ordinal)).Select(l => l + "\n")));
    }

    private JsonElement Json(string program, int expectedCode, params string[] options)
    {
        (int code, string output, string error) = Run(program, [.. options, "--json"]);
        // A slow machine sees lines of progress.
        Assert.Equal((expectedCode, ""), (code, string.Concat(error.Split('\n', '\r').Where(l => !l.StartsWith("litmus: ", StringComparison.Ordinal)))));
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        return JsonDocument.Parse(output).RootElement;
    }
}
