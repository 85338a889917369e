using FsCheck;
using FsCheck.Fluent;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.History;

/// <summary>The judge of what several goroutines did with one key, against a judge that tries every order.</summary>
public sealed class KeyHistoryTests
{
    [Theory]
    [InlineData("W1 1-2, R1 3-4", "")]
    [InlineData("W1 1-4, R1 2-3", "")]
    [InlineData("W1 1-4, R- 2-3", "")]
    [InlineData("W1 1-2, R- 3-4", "missed-key")]
    [InlineData("R1 1-2, W1 3-4", "phantom")]
    [InlineData("W1 1-2, W2 3-4, R1 5-6", "stale-value")]
    [InlineData("W1 1-4, W2 2-3, R1 5-6", "")]
    [InlineData("W1 1-2, R3 3-4", "torn-value")]
    [InlineData("W1 1-2, R0 3-4", "zero-value")]
    [InlineData("R1 1-2", "phantom")]
    [InlineData("W1 1-2, W- 3-4, R- 5-6", "")]
    [InlineData("W1 1-2, W- 3-4, R1 5-6", "stale-value")]
    [InlineData("W1 1-4, W2 2-3, F- 5-5", "lost-update")]
    [InlineData("W1 1-2, W2 3-4, F1 5-5", "lost-update")]
    [InlineData("W1 1-2, W- 3-4, F1 5-5", "lost-delete")]
    [InlineData("W1 1-8, W2 2-7, R1 3-4, R2 5-6, F2 9-9", "")]
    [InlineData("W1 1-8, R1 3-4, R- 5-6, F1 9-9", "missed-key")]
    public void What_is_wrong_with_a_history_has_a_name(string history, string expected) =>
        Assert.Equal(expected, new KeyHistory(Read(history)).FirstImpossible()?.What ?? "");

    [Fact]
    public void A_random_history_is_impossible_exactly_if_no_order_explains_it()
    {
        int impossible = 0, possible = 0;
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            List<KeyEvent> events = Random((ulong)seed);
            bool isExplained = IsExplained(events, 0, null);
            Assert.Equal(isExplained, new KeyHistory(events).FirstImpossible() == null);
            _ = isExplained ? possible++ : impossible++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
        Assert.True(impossible > 100 && possible > 100, $"{impossible} impossible, {possible} possible");
    }

    [Fact]
    public void The_operation_that_is_named_is_the_first_one_that_nothing_explains()
    {
        (KeyEvent wrong, _) = new KeyHistory(Read("W1 1-2, R- 3-10, R- 4-5, R1 6-7")).FirstImpossible()!.Value;
        Assert.Equal(5, wrong.End);
    }

    [Fact]
    public void A_range_must_come_by_what_was_there_from_its_start_to_its_end_and_not_twice()
    {
        List<KeyEvent> there = Read("W1 1-2");
        var range = new IterationHistory("r", 3) { End = 10 };
        Assert.Equal("missed-key", range.Judge("k", there));
        Assert.Null(range.Judge("k", Read("W1 1-4")));
        Assert.Null(range.Judge("k", Read("W1 1-2, W- 5-6")));
        Assert.Equal("missed-key", range.Judge("k", Read("W1 1-2, W- 11-12")));
        range.Yielded("k");
        Assert.Null(range.Judge("k", there));
        range.Yielded("k");
        Assert.Equal("duplicate-key", range.Judge("k", there));
        Assert.Null(range.Judge("k", Read("W1 1-2, W- 4-5, W2 5-6")));
    }

    /// <summary>"W1 1-4" is a write of 1 that began at 1 and ended at 4, "W-" a delete, R a read, F the end.</summary>
    private static List<KeyEvent> Read(string text) => [.. text.Split(", ").Select(word =>
    {
        string[] moments = word[3..].Split('-');
        KeyEventKind kind = word[0] switch { 'W' => KeyEventKind.Write, 'R' => KeyEventKind.Read, _ => KeyEventKind.Final };
        return new KeyEvent(kind, word[1] == '-' ? null : ((char)(word[1] - '0')).ToString(), int.Parse(moments[0]), int.Parse(moments[1]));
    })];

    private static List<KeyEvent> Random(ulong seed)
    {
        var random = new RandomSource(seed);
        int count = 2 + random.Below(5);
        int[] moments = [.. Enumerable.Range(1, 2 * count).OrderBy(_ => random.Next())];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            (int a, int b) = (moments[2 * i], moments[(2 * i) + 1]);
            string? value = random.Below(3) == 0 ? null : ((char)random.Below(3)).ToString();
            return new KeyEvent(random.Chance(50) ? KeyEventKind.Write : KeyEventKind.Read, value, Math.Min(a, b), Math.Max(a, b));
        })];
    }

    private static bool IsExplained(List<KeyEvent> left, int done, string? value) =>
        done == left.Count || Enumerable.Range(done, left.Count - done).Any(i =>
        {
            KeyEvent next = left[i];
            if (left.Skip(done).Any(o => o.End < next.Begin) || (next.Kind == KeyEventKind.Read && next.Value != value))
            {
                return false;
            }

            List<KeyEvent> order = [.. left];
            (order[done], order[i]) = (order[i], order[done]);
            return IsExplained(order, done + 1, next.Kind == KeyEventKind.Write ? next.Value : value);
        });
}
