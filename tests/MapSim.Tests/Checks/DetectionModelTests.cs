using MapSim.Checks;
using MapSim.Machines;
using MapSim.Memory;
using Xunit;
using static MapSim.Checks.MicroStep;

namespace MapSim.Tests.Checks;

/// <summary>
/// The detection model alone, on every order of two writers' and of a writer's and a reader's micro-steps. What it says
/// is held against a second formulation: comparisons of positions, as the rows of D2 are worded.
/// </summary>
public sealed class DetectionModelTests
{
    private static readonly Addr Map = new(0xC000_0000);

    /// <summary>None stands for the body: w4 of a writer, r2 of a reader.</summary>
    private static readonly MicroStep[] Writer = [W1, W3a, W3b, None, W5, W6a, W6b];
    private static readonly MicroStep[] Reader = [R1, None];

    [Fact]
    public void Two_writers_are_caught_or_missed_as_the_positions_of_their_micro_steps_say()
    {
        var tally = new SortedDictionary<DetectionRow, int>();
        int orders = 0;
        foreach (int[] order in Orders(Writer.Length, Writer.Length))
        {
            orders++;
            DetectionModel model = Play(order, Writer, Writer, MapOperation.Assign);
            DetectionRow expected = TwoWriters(Positions(order, 0, Writer), Positions(order, 1, Writer));
            Assert.True(expected == model.Rows, $"{string.Join("", order)}: expected {expected}, found {model.Rows}");
            tally[model.Rows] = tally.GetValueOrDefault(model.Rows) + 1;
        }

        Assert.Equal(3432, orders);
        Assert.Equal(
            "None=2, CaughtInWindow=658, BothToggled=1230, LostToggleCaught=240, LostToggleMissed=1260, WriteBeforeToggle=18, BothToggled, WriteBeforeToggle=24",
            string.Join(", ", tally.Select(t => $"{t.Key}={t.Value}")));
    }

    [Fact]
    public void The_set_of_missed_orders_grows_if_the_bit_is_set_instead_of_toggled()
    {
        // Fault 66 (det-or-not-xor): what Go did before 1.11.
        int missed = 0, missedByOr = 0, onlyByXor = 0;
        foreach (int[] order in Orders(Writer.Length, Writer.Length))
        {
            DetectionVerdict verdict = Play(order, Writer, Writer, MapOperation.Assign).Verdict;
            bool passes = PassesIfSet(order);
            missed += verdict == DetectionVerdict.MissedByDesign ? 1 : 0;
            missedByOr += verdict != DetectionVerdict.NoConflict && passes ? 1 : 0;
            onlyByXor += verdict == DetectionVerdict.MissedByDesign && !passes ? 1 : 0;
        }

        Assert.Equal((1278, 2310, 0), (missed, missedByOr, onlyByXor));
    }

    [Theory]
    [InlineData(MapOperation.Lookup, Failure.ConcurrentReadWrite)]
    [InlineData(MapOperation.IterInit, Failure.ConcurrentIterationWrite)]
    [InlineData(MapOperation.IterNext, Failure.ConcurrentIterationWrite)]
    [InlineData(MapOperation.Clone, Failure.ConcurrentCloneWrite)]
    public void A_reader_is_caught_exactly_if_its_test_falls_into_the_window(MapOperation reader, Failure message)
    {
        int caught = 0, missed = 0;
        foreach (int[] order in Orders(Writer.Length, Reader.Length))
        {
            DetectionModel model = Play(order, Writer, Reader, reader);
            int[] w = Positions(order, 0, Writer), r = Positions(order, 1, Reader);
            bool inWindow = r[0] > w[2] && r[0] < w[6];
            bool bodyTouches = r[0] < w[2] && r[1] > w[2];

            // The operation began before everything else: all but a next had looked at the map.
            bool lookedBefore = r[0] > w[6] && reader != MapOperation.IterNext;
            DetectionRow expected = inWindow ? DetectionRow.CaughtInWindow
                : bodyTouches ? DetectionRow.ReaderPassedThenWrite
                : lookedBefore ? DetectionRow.WriteBeforeTest
                : DetectionRow.None;
            Assert.Equal((expected, inWindow ? message : Failure.None), (model.Rows, model.Ended));
            caught += inWindow ? 1 : 0;
            missed += bodyTouches ? 1 : 0;
        }

        Assert.Equal((14, 15), (caught, missed));
    }

    [Fact]
    public void A_writer_that_leaves_without_w5_should_have_been_caught_there()
    {
        // Fault 68 (det-no-exit-check) in a program of two toggles.
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Assign);
        Begin(model, 1, MapOperation.Assign);
        Apply(model, (0, W1), (1, W1), (0, W3a), (0, W3b), (1, W3a), (1, W3b));
        Assert.Equal(Failure.ConcurrentWrites, model.Apply(0, W6a, Map));
        Assert.Equal(DetectionRow.BothToggled, model.Rows);
    }

    [Fact]
    public void A_next_that_goes_on_without_its_test_should_have_been_caught_there()
    {
        // Fault 65 (det-iter-unchecked).
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Assign);
        Begin(model, 1, MapOperation.IterNext);
        Apply(model, (0, W1), (0, W3a), (0, W3b));
        Assert.Equal(Failure.ConcurrentIterationWrite, model.Apply(1, PastTest, Map));
    }

    [Fact]
    public void A_writer_that_toggles_without_w1_should_have_been_caught_there()
    {
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Assign);
        Begin(model, 1, MapOperation.Assign);
        Apply(model, (0, W1), (0, W3a), (0, W3b));
        Assert.Equal(Failure.ConcurrentWrites, model.Apply(1, W3a, Map));
    }

    [Fact]
    public void An_unhashable_key_leaves_the_bit_alone_even_if_the_toggle_came_first()
    {
        // Fault 67 (det-flag-before-hash): the next write would be a false fatal.
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Assign);
        Apply(model, (0, W1), (0, W3a), (0, W3b));
        model.Finish(0, Failure.Unhashable);
        Assert.False(model.IsWriting(Map));
        Begin(model, 0, MapOperation.Assign);
        Assert.Equal(Failure.None, model.Apply(0, W1, Map));
    }

    [Fact]
    public void A_clear_that_stores_old_flags_can_hide_another_writers_toggle()
    {
        // Not among the rows of D2: the store of w4 puts the bit back that the other writer's toggle took away.
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Clear);
        Begin(model, 1, MapOperation.Assign);
        Apply(model, (0, W1), (1, W1), (0, W3a), (0, W3b), (0, CarryLoad), (1, W3a), (1, W3b), (0, CarryStore), (0, W5), (1, W5));
        Apply(model, (0, W6a), (0, W6b), (1, W6a), (1, W6b));
        Assert.Equal((DetectionRow.HiddenByLaterStore, DetectionVerdict.MissedByDesign), (model.Rows, model.Verdict));
    }

    [Fact]
    public void A_third_reader_passes_inside_a_window_when_two_writers_have_toggled()
    {
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Assign);
        Begin(model, 1, MapOperation.Assign);
        Begin(model, 2, MapOperation.Lookup);
        Apply(model, (0, W1), (1, W1), (0, W3a), (0, W3b), (1, W3a), (1, W3b));
        Assert.Equal(Failure.None, model.Apply(2, R1, Map));
        Assert.Equal(DetectionRow.PassedWhileWriterInside, model.Rows & DetectionRow.PassedWhileWriterInside);
    }

    [Fact]
    public void Undoing_brings_back_the_bits_the_rows_and_the_monitor_hash()
    {
        var model = new DetectionModel { Journaling = true };
        foreach (int[] order in Orders(Writer.Length, Writer.Length).Where((_, i) => i % 97 == 0))
        {
            model.Reset();
            Begin(model, 0, MapOperation.Assign);
            Begin(model, 1, MapOperation.Delete);
            var marks = new Stack<(int Mark, Fingerprint Hash, DetectionRow Rows)>();
            foreach ((int actor, MicroStep step) in Steps(order, Writer, Writer))
            {
                marks.Push((model.Mark, model.MonitorHash, model.Rows));
                model.Apply(actor, step, Map);
            }

            model.Finish(0, Failure.None);
            foreach ((int mark, Fingerprint hash, DetectionRow rows) in marks)
            {
                model.UndoTo(mark);
                Assert.Equal((hash, rows), (model.MonitorHash, model.Rows));
            }
        }
    }

    /// <summary>The rows of two writers by position: 0 w1, 1 w3a, 2 w3b, 3 w4, 4 w5, 5 w6a, 6 w6b.</summary>
    private static DetectionRow TwoWriters(int[] a, int[] b)
    {
        if (a[2] > b[2])
        {
            (a, b) = (b, a);
        }

        // a toggles first. What b had loaded decides what its toggle does.
        bool loadedSet = b[1] > a[2] && b[1] < a[6];
        bool wasThrough = a[6] < b[2];
        DetectionRow between = wasThrough ? DetectionRow.WriteBeforeToggle : DetectionRow.None;
        return b[0] > a[6] ? DetectionRow.None
            : b[0] > a[2] ? DetectionRow.CaughtInWindow
            : loadedSet ? DetectionRow.BothToggled | between
            : wasThrough ? between
            : a[6] < b[4] || b[6] < a[4] ? DetectionRow.LostToggleCaught
            : DetectionRow.LostToggleMissed;
    }

    /// <summary>True if two writers that set the bit with |= run to their ends without a fatal.</summary>
    private static bool PassesIfSet(int[] order)
    {
        bool bit = false;
        foreach ((_, MicroStep step) in Steps(order, Writer, Writer))
        {
            if (step == W1 && bit || step == W5 && !bit)
            {
                return false;
            }

            bit = step == W3b || bit && step != W6b;
        }

        return true;
    }

    private static DetectionModel Play(int[] order, MicroStep[] first, MicroStep[] second, MapOperation operation)
    {
        var model = new DetectionModel();
        Begin(model, 0, MapOperation.Assign);
        Begin(model, 1, operation);
        int[] left = [first.Length, second.Length];
        foreach ((int actor, MicroStep step) in Steps(order, first, second))
        {
            if (model.Apply(actor, step, Map) != Failure.None)
            {
                break;
            }

            if (--left[actor] == 0)
            {
                model.Finish(actor, Failure.None);
            }
        }

        return model;
    }

    private static void Begin(DetectionModel model, int actor, MapOperation operation) => model.Begin(actor, operation, Map);

    private static void Apply(DetectionModel model, params (int Actor, MicroStep Step)[] steps)
    {
        foreach ((int actor, MicroStep step) in steps)
        {
            Assert.Equal(Failure.None, model.Apply(actor, step, Map));
        }
    }

    private static IEnumerable<(int Actor, MicroStep Step)> Steps(int[] order, MicroStep[] first, MicroStep[] second)
    {
        int[] next = new int[2];
        foreach (int actor in order)
        {
            yield return (actor, (actor == 0 ? first : second)[next[actor]++]);
        }
    }

    private static int[] Positions(int[] order, int actor, MicroStep[] steps) =>
        [.. Enumerable.Range(0, order.Length).Where(i => order[i] == actor).Take(steps.Length)];

    private static IEnumerable<int[]> Orders(int first, int second)
    {
        foreach (uint bits in Enumerable.Range(0, 1 << (first + second)).Select(i => (uint)i))
        {
            if (System.Numerics.BitOperations.PopCount(bits) == second)
            {
                yield return [.. Enumerable.Range(0, first + second).Select(i => (int)(bits >> i & 1))];
            }
        }
    }
}
