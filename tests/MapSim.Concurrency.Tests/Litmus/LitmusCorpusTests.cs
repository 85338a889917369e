using MapSim.Concurrency.Litmus;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;
using Xunit;

namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>The programs of corpus/litmus, which the documents show.</summary>
public sealed class LitmusCorpusTests
{
    [Theory]
    [InlineData("SB", 3, 0, 0)]
    [InlineData("deadlock01", 3, 0, 1)]
    [InlineData("lastzero-5", 64, 0, 0)]
    [InlineData("reorder", 56, 12, 0)]
    [InlineData("token_ring", 24, 4, 0)]
    [InlineData("bluetooth", 10, 1, 0)]
    [InlineData("carter01", 4, 0, 2)]
    public void A_program_of_the_corpus_has_its_traces(string name, int traces, int failing, int deadlocks)
    {
        TraceReport report = OptimalDpor.Explore(Model(name));
        Assert.Equal((true, traces, failing, deadlocks), (report.Complete, (int)report.Traces, (int)report.FailingTraces, (int)report.Deadlocks));
    }

    [Fact]
    public void SafeStack_of_the_corpus_is_the_one_of_the_tests()
    {
        StateResult corpus = StateExplorer.Explore(Model("SafeStack"), new StateOptions { MostStates = 100_000 });
        StateResult generated = StateExplorer.Explore(new LitmusModel(LitmusProgram.Parse(Programs.Text("SafeStack(3,2)"))), new StateOptions { MostStates = 100_000 });
        Assert.Equal((generated.States, generated.Transitions, generated.Ends), (corpus.States, corpus.Transitions, corpus.Ends));
    }

    [Fact]
    public void Every_file_of_the_corpus_is_a_program() =>
        Assert.All(Directory.GetFiles(Folder), f => Assert.NotEmpty(LitmusProgram.Parse(File.ReadAllText(f)).ThreadNames));

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "litmus");

    private static LitmusModel Model(string name) => new(LitmusProgram.Parse(File.ReadAllText(Path.Combine(Folder, name + ".litmus"))));
}
