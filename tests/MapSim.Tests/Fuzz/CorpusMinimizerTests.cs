using System.Text;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class CorpusMinimizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Control => _folder.At("control");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_smallest_comes_first_and_of_equal_size_the_one_with_more_that_is_new()
    {
        // An input's bytes are its features.
        string[] contents = ["a", "ab", "bc", "aaa", "bcd", "cxy", "xyz", "abcdxyz1"];
        Assert.Equal(["a", "bc", "xyz", "bcd", "abcdxyz1"], Texts(Minimize(contents), contents));
    }

    [Fact]
    public void What_stays_has_every_feature_and_does_not_depend_on_the_order()
    {
        string[] contents = RandomContents(7, 200);
        MinimizeResult result = Minimize(contents);
        Assert.Equal(contents.SelectMany(c => c).Distinct().Count(), Texts(result, contents).SelectMany(c => c).Distinct().Count());
        Assert.Equal(contents.SelectMany(c => c).Distinct().Count(), result.Features);
        Assert.InRange(result.Kept.Count, 2, 60);
        Assert.Equal(result.Kept, Minimize([.. contents.Reverse()]).Kept);
    }

    [Fact]
    public void The_lazy_choice_is_the_plain_greedy_one()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            string[] contents = RandomContents(seed, 60);
            Assert.Equal(Greedy(contents), Minimize(contents).Kept);
        }
    }

    [Fact]
    public void Killed_at_any_byte_of_its_control_file_it_comes_to_the_same()
    {
        string[] contents = RandomContents(3, 12);
        MinimizeResult whole = Minimize(contents);
        byte[] control = File.ReadAllBytes(Control);
        Assert.InRange(control.Length, 1000, 10000);
        for (int length = 0; length <= control.Length; length++)
        {
            File.WriteAllBytes(Control, control[..length]);
            MinimizeResult again = Run(contents);
            Assert.Equal(whole.Kept, again.Kept);
            Assert.Equal((0, whole.Features), (again.Killers.Count, again.Features));
            int done = Encoding.ASCII.GetString(control, 0, length).Split('\n')[..^1].Count(l => l.StartsWith("FT", StringComparison.Ordinal));
            Assert.Equal(contents.Distinct().Count() - done, again.Executed);
        }
    }

    [Fact]
    public void What_was_run_is_not_run_again_unless_the_features_are_others()
    {
        string[] contents = RandomContents(5, 20);
        Assert.Equal(contents.Distinct().Count(), Minimize(contents).Executed);
        Assert.Equal(0, Run(contents).Executed);
        Assert.Equal(1, Run([.. contents, "one more"]).Executed);
        Assert.Equal(contents.Distinct().Count(), Run(contents, schema: "test/2").Executed);
    }

    [Fact]
    public void An_input_that_kills_the_process_each_time_is_named_and_skipped()
    {
        string[] contents = ["a", "ab", "killer", "abcdefghi"];
        for (int death = 1; death <= 3; death++)
        {
            Assert.Throws<InsufficientExecutionStackException>(() => Run(contents, deadly: "killer"));
            Assert.EndsWith($"STARTED {Id("killer")} 6\n", File.ReadAllText(Control), StringComparison.Ordinal);
        }

        MinimizeResult result = Run(contents, deadly: "killer");
        Assert.Equal([Id("killer")], result.Killers);
        Assert.Equal(["a", "ab", "abcdefghi"], Texts(result, contents));
    }

    [Fact]
    public void An_input_that_ran_after_all_is_not_blamed()
    {
        Assert.Throws<InsufficientExecutionStackException>(() => Run(["ab"], deadly: "ab"));
        Assert.Throws<InsufficientExecutionStackException>(() => Run(["ab"], deadly: "ab"));
        Assert.Empty(Run(["ab"]).Killers);
        Assert.Equal([Id("ab")], Run(["ab"], deadly: "ab").Kept);
    }

    [Fact]
    public void Inputs_that_stay_anyway_make_others_superfluous()
    {
        var inputs = new[] { Input("abc") with { IsKept = true }, Input("a"), Input("bc"), Input("d"), Input("nothing new here: abc") with { IsKept = true } };
        MinimizeResult result = new CorpusMinimizer(Control, "test/1", Features).Run(inputs, stop: TestContext.Current.CancellationToken);
        Assert.Equal(["abc", "nothing new here: abc", "d"], Texts(result, ["abc", "a", "bc", "d", "nothing new here: abc"]));
    }

    [Fact]
    public void It_can_be_stopped_between_two_inputs_and_goes_on_there()
    {
        using var stop = new CancellationTokenSource();
        var minimizer = new CorpusMinimizer(Control, "test/1", content =>
        {
            stop.Cancel();
            return Features(content);
        });
        Assert.Throws<OperationCanceledException>(() => minimizer.Run([Input("a"), Input("bb"), Input("ccc")], stop: stop.Token));
        Assert.Equal(2, Run(["a", "bb", "ccc"]).Executed);
    }

    [Theory]
    [InlineData("hello\n", ":1:1: expected a control file that begins with 'mapsim minimize 1', found something else")]
    [InlineData("mapsim minimize 1 test/1\nFINISHED x\n", ":2:1: expected STARTED id size or FT id features, found 'FINISHED'; delete the file to begin anew")]
    [InlineData("mapsim minimize 1 test/1\nFT x 1 g\n", ":2:1: expected features as hexadecimal numbers, found 'g'; delete the file to begin anew")]
    public void A_file_that_is_no_control_file_is_told_and_left_as_it_is(string content, string message)
    {
        File.WriteAllText(Control, content);
        Assert.Equal(Control + message, Assert.Throws<MinimizeLogException>(() => Run(["a"])).Message);
        Assert.Equal(content, File.ReadAllText(Control));
    }

    [Fact]
    public void Two_minimisations_do_not_share_a_control_file()
    {
        var minimizer = new CorpusMinimizer(Control, "test/1", content =>
        {
            Assert.Throws<MinimizeLogException>(() => Run(["b"]));
            return Features(content);
        });
        Assert.Single(minimizer.Run([Input("a")], stop: TestContext.Current.CancellationToken).Kept);
    }

    private static IReadOnlyList<ulong> Features(byte[] content) => [.. content.Select(b => (ulong)b * 0x0123456789ABCDUL)];

    private static string Id(string content) => CorpusName.Hash(Encoding.UTF8.GetBytes(content));

    private static MinimizeInput Input(string content) => new(Id(content), content.Length, () => Encoding.UTF8.GetBytes(content));

    private static string[] RandomContents(int seed, int count)
    {
        var random = new Programs.RandomPrograms(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new string([.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => (char)('0' + random.Next(70)))]))];
    }

    /// <summary>The rule, read word for word.</summary>
    private static List<string> Greedy(string[] contents)
    {
        var kept = new List<string>();
        var covered = new HashSet<char>();
        for (List<string> left = [.. contents.Distinct()]; left.Count > 0;)
        {
            string next = left.OrderBy(c => c.Length).ThenByDescending(c => c.Distinct().Count(f => !covered.Contains(f))).ThenBy(Id, StringComparer.Ordinal).First();
            left.Remove(next);
            if (next.Any(f => !covered.Contains(f)))
            {
                kept.Add(Id(next));
                covered.UnionWith(next);
            }
        }

        return kept;
    }

    private static IEnumerable<string> Texts(MinimizeResult result, string[] contents) => result.Kept.Select(id => contents.First(c => Id(c) == id));

    private MinimizeResult Minimize(string[] contents)
    {
        File.Delete(Control);
        return Run(contents);
    }

    private MinimizeResult Run(string[] contents, string? deadly = null, string schema = "test/1") =>
        new CorpusMinimizer(Control, schema, c => Encoding.UTF8.GetString(c) == deadly ? throw new InsufficientExecutionStackException() : Features(c))
            .Run(contents.Select(Input));
}
