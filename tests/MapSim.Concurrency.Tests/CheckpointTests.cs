using System.Security.Cryptography;
using System.Text.Json;
using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Tests.Litmus;
using MapSim.Concurrency.Tests.Models;
using MapSim.Concurrency.Tests.Sampling;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests;

/// <summary>An exploration that is interrupted anywhere, and goes on from its file, ends as one that nobody interrupted.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mapsim-checkpoint").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, int> Explorations => new()
    {
        { "source", "fib_bench(3,3thr)", 20 },
        { "source", "reorder(3+1)", 20 },
        { "source", "deadlock01_bad", 20 },
        { "source", "lastzero(7)", 40 },
        { "optimal", "fib_bench(3,3thr)", 20 },
        { "optimal", "reorder(3+1)", 20 },
        { "optimal", "deadlock01_bad", 20 },
        { "optimal", "filesystem(16)", 5 },
        { "optimal", "lastzero(7)", 35 },
        { "traces", "lastzero(10)", 4 },
        { "states", "reorder(3+1)", 30 },
        { "states", "SafeStack(2,1)", 30 },
        { "states", "deadlock01_bad", 20 },
        { "states", "lastzero(6)", 20 },
        { "state graph", "reorder(3+1)", 30 },
        { "state graph", "SafeStack(2,1)", 20 },
        { "state graph", "deadlock01_bad", 20 },
        { "shared", "reorder(3+1)", 40 },
        { "shared", "SafeStack(2,1)", 30 },
    };

    [Theory]
    [MemberData(nameof(Explorations))]
    public void Interrupted_at_any_step_it_goes_on_to_the_same_totals_and_schedules(string engine, string name, int points)
    {
        IModel Model() => new LitmusModel(LitmusProgram.Parse(Programs.Text(name)));
        string whole = Explore(engine, Model(), long.MaxValue, null);
        long steps = JsonDocument.Parse(whole).RootElement.GetProperty("Steps").GetInt64();
        var random = new Random(5);
        for (int i = 0; i < points; i++)
        {
            long point = 1 + random.NextInt64(steps - 1);
            Assert.NotEqual(whole, Explore(engine, Model(), point, New()));
            Assert.True(File.Exists(FileName), $"no file at step {point}");
            if (i % 2 == 0)
            {
                Explore(engine, Model(), point + random.NextInt64(steps - point), New());
            }

            Checkpoint last = New();
            Assert.Equal(whole, Explore(engine, Model(), long.MaxValue, last));
            Assert.True(last.HasResumed);
            Assert.False(File.Exists(FileName));
        }
    }

    [Theory]
    [InlineData("source")]
    [InlineData("optimal")]
    [InlineData("states")]
    [InlineData("shared")]
    [InlineData("state graph")]
    public void So_it_does_with_random_programs(string engine)
    {
        var random = new Random(6);
        for (int number = 0; number < 60; number++)
        {
            string whole = Explore(engine, RandomPrograms.Write(number), 3000, null);
            long steps = JsonDocument.Parse(whole).RootElement.GetProperty("Steps").GetInt64();
            if (steps is > 1 and < 3000)
            {
                long point = 1 + random.NextInt64(steps - 1);
                Explore(engine, RandomPrograms.Write(number), point, New());
                string resumed = Explore(engine, RandomPrograms.Write(number), long.MaxValue, New());
                Assert.True(whole == resumed, $"program {number} at step {point}: expected {whole}, found {resumed}");
            }
        }
    }

    [Theory]
    [InlineData("source", "fib_bench(4,3thr)")]
    [InlineData("optimal", "fib_bench(3,3thr)")]
    [InlineData("states", "lastzero(7)")]
    [InlineData("shared", "lastzero(7)")]
    [InlineData("state graph", "lastzero(7)")]
    public void A_file_that_was_written_on_the_way_is_enough_when_the_process_dies_later(string engine, string name)
    {
        IModel Model() => new LitmusModel(LitmusProgram.Parse(Programs.Text(name)));
        string whole = Explore(engine, Model(), long.MaxValue, null);
        int copies = 0;
        void Copy()
        {
            if (File.Exists(FileName) && copies < 5)
            {
                File.Copy(FileName, FileName + copies++);
            }
        }

        Checkpoint often = New(TimeSpan.Zero);
        Assert.Equal(whole, Explore(engine, Model(), long.MaxValue, often, Copy));
        Assert.True(often.Saves > 1 && copies > 0, $"{often.Saves} saves, {copies} copies");
        for (int i = 0; i < copies; i++)
        {
            File.Move(FileName + i, FileName);
            Assert.Equal(whole, Explore(engine, Model(), long.MaxValue, New()));
        }
    }

    public static TheoryData<string> AllSamplers => [.. Samplers.Names];

    [Theory]
    [MemberData(nameof(AllSamplers))]
    public void Samplers_go_on_with_what_they_have_learnt(string sampler)
    {
        string Sample(Checkpoint? checkpoint, int most)
        {
            LitmusModel model = new(LitmusProgram.Parse(StartedPrograms.Text("twostage(2+1)+s")));
            using var cancel = new CancellationTokenSource();
            int runs = 0;
            var options = new SampleOptions { Seed = 9, Schedules = 300, CountTraces = true, Checkpoint = checkpoint, Cancellation = cancel.Token, Visitor = (_, _) =>
            {
                if (++runs == most)
                {
                    cancel.Cancel();
                }
            } };
            return JsonSerializer.Serialize(SampleRun.Explore(model, Samplers.New(sampler, model), options));
        }

        string whole = Sample(null, int.MaxValue);
        var random = new Random(7);
        for (int i = 0; i < 10; i++)
        {
            int point = random.Next(1, 200);
            Sample(New(), point);
            Sample(New(TimeSpan.Zero), random.Next(1, 99));
            Assert.Equal(whole, Sample(New(), int.MaxValue));
            Assert.False(File.Exists(FileName));
        }
    }

    [Fact]
    public void What_belongs_to_something_else_is_refused()
    {
        IModel Model(string name = "reorder(3+1)") => new LitmusModel(LitmusProgram.Parse(Programs.Text(name)));
        Explore("optimal", Model(), 500, New());
        byte[] content = File.ReadAllBytes(FileName);
        string Refusal(Action resume)
        {
            string message = Assert.Throws<ExplorationException>(resume).Message;
            Assert.Equal(content, File.ReadAllBytes(FileName));
            return message.Replace(FileName, "FILE", StringComparison.Ordinal);
        }

        Assert.Equal("FILE: expected a checkpoint of engine source, depth 5000, found one of engine optimal, depth 5000", Refusal(() => Explore("source", Model(), 999, New())));
        Assert.Equal("FILE: expected a checkpoint of engine traces, depth 5000 or engine traces, then optimal, depth 5000, found one of engine optimal, depth 5000",
            Refusal(() => Explore("traces", Model(), 999, New())));
        Assert.Equal("FILE: expected a checkpoint of engine states, shared places not looked for, found one of engine optimal, depth 5000", Refusal(() => Explore("states", Model(), 999, New())));
        Assert.Equal("FILE: expected a checkpoint of program other, found one of program this",
            Refusal(() => Explore("optimal", Model(), 999, new Checkpoint(FileName, "other", TimeSpan.FromHours(1)))));
        Assert.Equal("FILE: expected a checkpoint of this program, found one of a program that does something else", Refusal(() => Explore("optimal", Model("twostage(1+1)"), 999, New())));
        Assert.Contains("pct of depth 3", Refusal(() => SampleRun.Explore(Model(), new PriorityChangeSampler(), new SampleOptions { Checkpoint = New() })), StringComparison.Ordinal);
        byte[] next = [.. content[..4], 99, .. content[5..^32]];
        File.WriteAllBytes(FileName, content = [.. next, .. SHA256.HashData(next)]);
        Assert.Equal("FILE: expected a checkpoint of this version of mapsim, found another", Refusal(() => Explore("optimal", Model(), 999, New())));
    }

    [Fact]
    public void What_is_cut_or_damaged_is_refused_wherever_the_damage_is()
    {
        IModel Model() => new LitmusModel(LitmusProgram.Parse(Programs.Text("deadlock01_bad")));
        Explore("source", Model(), 10, New());
        byte[] content = File.ReadAllBytes(FileName);
        for (int i = 0; i < content.Length; i++)
        {
            foreach (byte[] wrong in new byte[][] { content[..i], [.. content[..i], unchecked((byte)(content[i] + 1)), .. content[(i + 1)..]] })
            {
                File.WriteAllBytes(FileName, wrong);
                string message = Assert.Throws<ExplorationException>(() => Explore("source", Model(), 999, New())).Message;
                Assert.Equal($"{FileName}: expected a checkpoint {(i < 4 ? "of mapsim, found something else" : "that is whole, found one that is cut or damaged")}", message);
            }
        }

        Assert.True(content.Length > 100);
        Assert.Equal(FileName, Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public void The_same_limit_again_does_nothing_more()
    {
        foreach (string engine in new[] { "source", "optimal", "states", "shared" })
        {
            IModel Model() => new LitmusModel(LitmusProgram.Parse(Programs.Text("reorder(3+1)")));
            string cut = Explore(engine, Model(), 100, New());
            Assert.Equal(cut, Explore(engine, Model(), 100, New()));
            File.Delete(FileName);
        }
    }

    [Fact]
    public void Engines_that_keep_none_say_so()
    {
        var model = new LitmusModel(LitmusProgram.Parse(Programs.Text("reorder(2+1)")));
        var states = new StateOptions { Checkpoint = New() };
        Assert.Throws<ArgumentException>(() => ParallelStates.Explore(model, 2, states));
        Assert.Throws<ArgumentException>(() => PreemptionBound.Explore(model, 1, states));
        Assert.Throws<ArgumentException>(() => SplitTraces.Explore(model, 2, new TraceOptions { Checkpoint = New() }));
    }

    private string FileName => Path.Combine(_folder, "checkpoint");

    private Checkpoint New(TimeSpan? every = null) => new(FileName, "this", every ?? TimeSpan.FromHours(1));

    private static string Explore(string engine, IModel model, long steps, Checkpoint? checkpoint, Action? progress = null)
    {
        var traces = new TraceOptions { Steps = steps, Checkpoint = checkpoint, Progress = _ => progress?.Invoke(), ProgressSteps = 1024 };
        var states = new StateOptions { MostSteps = steps, Checkpoint = checkpoint, FindsShared = engine == "shared", Progress = _ => progress?.Invoke() };
        return engine switch
        {
            "source" => JsonSerializer.Serialize(SourceDpor.Explore(model, traces)),
            "optimal" => JsonSerializer.Serialize(OptimalDpor.Explore(model, traces)),
            "traces" => JsonSerializer.Serialize(TraceExplorer.Explore(model, traces)),
            "state graph" => Describe(StateGraph.Build(model, states)),
            _ => JsonSerializer.Serialize(StateExplorer.Explore(model, states)),
        };
    }

    private static string Describe(StateGraph graph) => JsonSerializer.Serialize(new
    {
        // A graph that is cut has no number of steps to go by.
        Steps = graph.IsComplete ? graph.Transitions : long.MaxValue, graph.Count, graph.FailedStates, graph.HasCycle, graph.IsComplete, graph.Failures, Deadlocks = graph.Deadlocks.Order(),
        Shares = graph.IsComplete ? EndShare.Of(graph) : null, Way = FewestPreemptions.Find(graph)?.Threads, Lassos = graph.IsComplete ? Lassos.Find(graph) : null,
    });
}
