using System.Globalization;
using System.Text;
using MapSim.Concurrency;
using MapSim.Concurrency.States;
using MapSim.Fuzz;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>States that no oracle can tell apart are one: fewer states, the same ends.</summary>
public sealed class ForEndsTests
{
    /// <summary>More of them with MAPSIM_LONG=1; programs with more states are left out.</summary>
    private static readonly (int Programs, int States) Most = Environment.GetEnvironmentVariable("MAPSIM_LONG") == "1" ? (3_000, 100_000) : (150, 20_000);

    [Fact]
    public void Random_programs_end_in_the_same_ways_when_states_that_no_oracle_can_tell_apart_are_one()
    {
        (int compared, int fewer, int kinds) = (0, 0, 0);
        for (int number = 0; number < Most.Programs; number++)
        {
            MapProgram program = ProgramParser.Parse(Write(number));
            if (Ends(new ProgramModel(program)) is not { } all)
            {
                continue;
            }

            (HashSet<string> Keys, long States) few = Ends(new ProgramModel(program, isForEnds: true))!.Value;
            Exploration reduced = ProgramExplorer.ByReduction(program, new ExploreOptions());
            Assert.True(all.Keys.SetEquals(few.Keys), $"program {number}: {string.Join(' ', all.Keys)}, for ends {string.Join(' ', few.Keys)}\n{Write(number)}");
            Assert.True(all.Keys.SetEquals(reduced.Ends.Select(e => e.Key ?? "clean")), $"program {number}: {string.Join(' ', all.Keys)}, reduced {string.Join(' ', reduced.Ends.Select(e => e.Key ?? "clean"))}\n{Write(number)}");
            Assert.InRange(few.States, 1, all.States);
            compared++;
            fewer += few.States < all.States ? 1 : 0;
            kinds = Math.Max(kinds, all.Keys.Count);
        }

        Assert.InRange(compared, Most.Programs / 3, Most.Programs);
        Assert.InRange(fewer, compared / 8, compared);
        Assert.InRange(kinds, 4, 40);
    }

    [Theory]
    [InlineData("map[string]string", "\"k{0}\"", "\"v{0}\"")]
    [InlineData("map[interface{}][3]uint64", "{0}", "{{{0},{0},{0}}}")]
    [InlineData("map[[17]uint64]uint8", "{{{0}}}", "{0}")]
    public void Keys_and_elems_that_steps_read_at_one_go_are_read_like_others(string type, string key, string elem)
    {
        (int compared, int fewer) = (0, 0);
        for (int number = 0; number < Most.Programs / 5; number++)
        {
            MapProgram program = ProgramParser.Parse(Write(number, type, key, elem));
            if (Ends(new ProgramModel(program)) is { } all)
            {
                Exploration reduced = ProgramExplorer.ByReduction(program, new ExploreOptions());
                Assert.True(all.Keys.SetEquals(reduced.Ends.Select(e => e.Key ?? "clean")), $"program {number}: {string.Join(' ', all.Keys)}, reduced {string.Join(' ', reduced.Ends.Select(e => e.Key ?? "clean"))}\n{Write(number, type, key, elem)}");
                compared++;
                fewer += reduced.States < all.States ? 1 : 0;
            }
        }

        Assert.InRange(compared, Most.Programs / 25, Most.Programs);
        Assert.InRange(fewer, compared / 4, compared);
    }

    [Fact]
    public void Who_notices_at_the_end_of_a_turn_what_was_broken_beside_it_is_told()
    {
        MapProgram program = ProgramParser.Parse(
            "mapsim 1\nhash identity\nmap m map[uint64]uint64\nassign m 1 10\nassign m 2 10\nassign m 3 10\ngoroutine w\nrange e3 m\ndelete m 3\nend\nclear m\ndelete m 1\nend\nspawn w\ndelete m 3\njoin w\n");
        Assert.Contains("structure/H3.2/iterate", Ends(new ProgramModel(program, isForEnds: true), 100_000)!.Value.Keys);
        Assert.Contains("structure/H3.2/iterate", ProgramExplorer.ByReduction(program, new ExploreOptions()).Ends.Select(e => e.Key));
    }

    [Fact]
    public void A_goroutine_that_dies_in_another_operation_is_another_end_though_it_has_ended_as_many()
    {
        // A range over nothing and the assign behind it, or a range with a turn and the delete in it: both are the third operation.
        MapProgram program = ProgramParser.Parse(
            "mapsim 1\nhash identity\nmap m map[uint64]uint64 make(9)\ngoroutine w\nassign m 1 20\nrange e2 m\ndelete m 2\nend\nassign m 1 10\nend\nspawn w\nclear m\njoin w\n");
        string?[] states = [.. ProgramExplorer.ByStates(program, new ExploreOptions()).Ends.Select(e => e.Key)];
        Assert.Contains("fatal/concurrent-map-writes/delete", states);
        Assert.Equal(states.Order(StringComparer.Ordinal), ProgramExplorer.ByReduction(program, new ExploreOptions()).Ends.Select(e => e.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Who_forgets_all_results_loses_ends()
    {
        int wrong = 0;
        for (int number = 0; number < 30; number++)
        {
            MapProgram program = ProgramParser.Parse(Write(number));
            var model = new ProgramModel(program, isForEnds: true);
            if (Ends(model) is { } all)
            {
                var forgetful = new ProgramModel(program, isForEnds: true);
                wrong += all.Keys.SetEquals(Ends(new Forgetful(forgetful))!.Value.Keys) ? 0 : 1;
            }
        }

        Assert.InRange(wrong, 1, 30);
    }

    [Fact]
    public void The_turns_of_a_range_beside_a_write_to_another_key_are_not_told_one_by_one()
    {
        MapProgram program = ProgramParser.Parse("mapsim 1\nhash identity\nmap m map[uint64]uint64\nassign m 1 10\nassign m 2 10\nassign m 3 10\ngoroutine w\nassign m 3 20\nend\nspawn w\nrange e m\nend\njoin w\n");
        (HashSet<string> Keys, long States) all = Ends(new ProgramModel(program))!.Value, few = Ends(new ProgramModel(program, isForEnds: true))!.Value;
        Assert.Equal(all.Keys.Order(StringComparer.Ordinal), few.Keys.Order(StringComparer.Ordinal));
        Assert.True(4 * few.States < 3 * all.States, $"{few.States} of {all.States}");
    }

    [Fact]
    public void An_old_array_that_a_clear_has_let_go_is_the_same_whatever_it_holds()
    {
        MapProgram program = new InterleavingCell("doubling", "delete", "clear").ToProgram();
        (HashSet<string> Keys, long States) all = Ends(new ProgramModel(program))!.Value, few = Ends(new ProgramModel(program, isForEnds: true))!.Value;
        Assert.Equal(all.Keys.Order(StringComparer.Ordinal), few.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(few.States, 1, all.States);
        InterleavingRow row = InterleavingRow.Of(new InterleavingCell("doubling", "assign existing", "clear"), new ExploreOptions(MostStates: 10_000, MostTraces: 10) { MostReduced = 700_000 });
        Assert.True(row.Proof is { Engine: "reduced" }, "proved by as many states as show every end");
        Assert.Null(row.ByStates.States);
    }

    /// <summary>How a model can end, and its states; null if there are too many.</summary>
    private static (HashSet<string> Keys, long States)? Ends(IModel model, int most = 0)
    {
        StateGraph graph = StateGraph.Build(model, new StateOptions { MostStates = Math.Max(most, Most.States) });
        HashSet<string> keys = [.. Enumerable.Range(0, graph.Count).Where(s => graph.Enabled(s) == 0).Select(s => graph.Failure(s) ?? "clean")];
        return graph.IsComplete ? (keys, graph.Count) : null;
    }

    /// <summary>A small map with a few entries, and two goroutines that do one to three things with it.</summary>
    private static string Write(int number, string type = "map[uint64]uint64", string key = "{0}", string elem = "{0}")
    {
        var random = new Random(number);
        string Of(FormattableString line) => string.Format(CultureInfo.InvariantCulture, line.Format, [.. line.GetArguments().Select((a, i) => string.Format(CultureInfo.InvariantCulture, i == 0 ? key : elem, a))]);
        var text = new StringBuilder("mapsim 1\nhash identity\nmap m ").Append(type).Append(random.Next(3) == 0 ? " make(9)" : "").Append('\n');
        int entries = random.Next(8) == 0 ? 8 : random.Next(4);
        for (int k = 1; k <= entries; k++)
        {
            text.Append(Of($"assign m {k} {10}\n"));
        }

        string[] bodies = [Body(random, "e", entries, Of), Body(random, "f", entries, Of)];
        return text.Append("goroutine w\n").Append(bodies[0]).Append("end\nspawn w\n").Append(bodies[1]).Append("join w\n").ToString();
    }

    private static string Body(Random random, string range, int entries, Func<FormattableString, string> of)
    {
        var text = new StringBuilder();
        for (int left = entries == 8 ? 1 : random.Next(1, 4); left > 0; left--)
        {
            int key = random.Next(1, 5);
            text.Append(random.Next(8) switch
            {
                0 or 1 => of($"assign m {key} {10 * random.Next(1, 3)}\n"),
                2 or 3 => of($"delete m {key}\n"),
                4 => of($"lookup m {key}\n"),
                5 when random.Next(2) == 0 => "clear m\n",
                5 => $"range {range}{left} m\n{of($"delete m {key}\n")}end\n",
                6 when random.Next(2) == 0 => FormattableString.Invariant($"range {range}{left} m\nturn 1 break\nend\n"),
                _ => FormattableString.Invariant($"range {range}{left} m\nend\n"),
            });
        }

        return text.ToString();
    }

    /// <summary>A program whose states do not tell what operations have returned.</summary>
    private sealed class Forgetful(ProgramModel inner) : IModel
    {
        public int Threads => inner.Threads;

        public ulong Enabled => inner.Enabled;

        public ulong Unfinished => inner.Unfinished;

        public ulong Failed => inner.Failed;

        public int Depth => inner.Depth;

        public UInt128 StateHash
        {
            get
            {
                Fingerprint hash = inner.Stepper.Run.Session.Machine.ReachableHash;
                return new UInt128(hash.High, hash.Low);
            }
        }

        public string? Failure => inner.Failure;

        public StepInfo Next(int thread) => inner.Next(thread);

        public void Step(int thread) => inner.Step(thread);

        public void Undo() => inner.Undo();

        public IModel Fork() => throw new NotSupportedException("nobody forks it");
    }
}
