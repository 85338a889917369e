using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;
using static MapSim.Tests.Sessions;

namespace MapSim.Tests.Programs;

/// <summary>The model oracle on range loops: real loops over a real map, with one lie told about each.</summary>
public sealed class ModelOracleRangeTests
{
    private const int Loop = 7;
    private static readonly byte[] GoNaN = U64(0x7FF8000000000001);
    private readonly JudgedSession _s;
    private readonly ModelOracle _oracle;
    private readonly Addr _m;

    public ModelOracleRangeTests()
    {
        (_s, _m) = Begin(GoVersion.Go123, "map[uint64]uint64");
        _oracle = _s.Oracle;
    }

    [Fact]
    public void A_second_time_without_a_deletion_is_a_duplicate()
    {
        (byte[] key, byte[] elem) = _s.At(Loop);
        string text = $"i yields {BitConverter.ToUInt64(key)} {BitConverter.ToUInt64(elem)} a second time: it was yielded in turn 1 already and not deleted since";
        Expect("iter-duplicate/plain", text, _oracle.Yielded(Loop, key, elem));
        _s.Delete(0, _m, key);
        _s.Assign(0, _m, key, elem);
        Assert.Null(_oracle.Yielded(Loop, key, elem));
        Expect("iter-duplicate/delete", null, _oracle.Yielded(Loop, key, elem));
    }

    [Fact]
    public void What_was_deleted_or_cleared_or_never_there_must_not_come()
    {
        Expect("iter-unknown-key/plain", "i yields 9 90, which was never in m", _oracle.Yielded(Loop, U64(9), U64(90)));
        _s.Assign(0, _m, U64(9), U64(90));
        Expect("iter-unknown-key/assign", "i yields 8 80, which was never in m", _oracle.Yielded(Loop, U64(8), U64(80)));
        _s.Delete(0, _m, U64(9));
        Expect("iter-dead/delete", "i yields 9 90, which was deleted from m before", _oracle.Yielded(Loop, U64(9), U64(90)));
        _s.Clear(0, _m);
        Expect("iter-dead/clear", "i yields 1 10, but m was cleared before", _oracle.Yielded(Loop, U64(1), U64(10)));
        Expect("iter-dead/clear-other", "i yields 1 11, but m was cleared before", _oracle.Yielded(Loop, U64(1), U64(11)));
        Expect("iter-dead/clear-other", "i yields 9 90, which was deleted from m before", _oracle.Yielded(Loop, U64(9), U64(90)));
        _s.Assign(0, _m, U64(1), U64(12));
        Expect("iter-stale/clear", "i yields 1 10, but the elem in m is 12 now", _oracle.Yielded(Loop, U64(1), U64(10)));
    }

    [Fact]
    public void What_is_yielded_must_be_the_present_key_and_elem()
    {
        Expect("iter-stale/plain", "i yields 1 11, but the elem in m is 10 now", _oracle.Yielded(Loop, U64(1), U64(11)));
        (JudgedSession s, Addr m) = Begin(GoVersion.Go123, "map[float64]uint64");
        s.Assign(0, m, F64(0.0), U64(1));
        s.Assign(0, m, F64(-0.0), U64(1));
        Expect("iter-stale/assign", "i yields 0 1, but the key stored in m is another, equal one: -0", s.Oracle.Yielded(Loop, F64(0.0), U64(1)));
        Assert.Null(s.Oracle.Yielded(Loop, F64(-0.0), U64(1)));
    }

    [Fact]
    public void Whoever_lives_from_start_to_end_must_come()
    {
        byte[] first = _s.At(Loop).Key;
        _s.Assign(0, _m, U64(9), U64(90));
        byte[] gone = U64(first[0] == 1 ? 2UL : 1UL);
        _s.Delete(0, _m, gone);
        _s.Assign(0, _m, gone, U64(5));
        ulong missed = first[0] == 3 ? 2UL : 3UL;
        if (first[0] == 3)
        {
            _s.Assign(0, _m, U64(2), U64(20));
        }

        Expect("iter-miss/delete", $"i ends without {missed} {10 * missed}, which was in m from the start of the loop to its end", _oracle.RangeEnded(Loop));
        _s.Start(Loop, "i", 0, _m);
        Expect("iter-miss/plain", null, _oracle.RangeEnded(Loop));
        _s.Start(Loop, "i", 0, _m);
        _oracle.RangeBroken(Loop);
        Assert.Throws<ArgumentException>(() => _oracle.RangeEnded(Loop));
    }

    [Fact]
    public void NaN_entries_that_look_alike_are_counted()
    {
        (JudgedSession s, Addr m) = Begin(GoVersion.Go123, "map[float64]uint64");
        byte[] nan = GoNaN;
        s.Assign(0, m, nan, U64(7));
        s.Assign(0, m, nan, U64(7));
        Assert.Null(s.Oracle.Yielded(Loop, nan, U64(7)));
        Assert.Null(s.Oracle.Yielded(Loop, nan, U64(7)));
        Expect("iter-duplicate/assign", "i yields NaN 7 once too often: there are 2 of them in m, and this is number 3", s.Oracle.Yielded(Loop, nan, U64(7)));
        Expect("iter-unknown-key/assign", "i yields NaN 8, which was never in m", s.Oracle.Yielded(Loop, nan, U64(8)));
        s.Break(Loop);
        s.Oracle.RangeStarting(Loop, "i", 0, m, s.Session.NewIterator());
        for (ulong key = 1; key <= 3; key++)
        {
            Assert.Null(s.Oracle.Yielded(Loop, F64(key), U64(10 * key)));
        }

        Assert.Null(s.Oracle.Yielded(Loop, nan, U64(7)));
        Expect("iter-miss/plain", "i ends without NaN 7, which was in m from the start of the loop to its end", s.Oracle.RangeEnded(Loop));
        s.Oracle.RangeStarting(Loop, "i", 0, m, s.Session.NewIterator());
        s.Clear(0, m);
        Expect("iter-dead/nan-after-clear", "i yields NaN 7, but m was cleared before", s.Oracle.Yielded(Loop, nan, U64(7)));
        s.Assign(0, m, nan, U64(7));
        Expect("iter-duplicate/nan-after-clear", null, s.Oracle.Yielded(Loop, nan, U64(7)));
        Assert.Null(s.Oracle.RangeEnded(Loop));
    }

    [Fact]
    public void Without_a_known_cause_WHERE_is_the_most_telling_thing_that_the_map_did()
    {
        (byte[] key, byte[] elem) = _s.At(Loop);
        _s.Assign(0, _m, U64(1), U64(10));
        Expect("iter-duplicate/assign", null, _oracle.Yielded(Loop, key, elem));
        _s.Delete(0, _m, U64(99));
        Expect("iter-duplicate/delete", null, _oracle.Yielded(Loop, key, elem));
        for (ulong i = 4; i <= 27; i++)
        {
            _s.Assign(0, _m, U64(i), U64(0));
        }

        Expect("iter-duplicate/grow", null, _oracle.Yielded(Loop, key, elem));
        (JudgedSession s, Addr m) = Begin(GoVersion.Go123, "map[uint64]uint64", hint: 20);
        (key, elem) = s.At(Loop);
        MakeSameSizeGrow(s, m);
        Expect("iter-duplicate/same-size-grow-other", null, s.Oracle.Yielded(Loop, key, elem));
        Expect("iter-dead/same-size-grow", null, s.Oracle.Yielded(Loop, U64(4), U64(0)));
        s.Start(8, "j", 0, m);
        (key, elem) = s.At(8);
        Expect("iter-duplicate/same-size-grow-other", null, s.Oracle.Yielded(8, key, elem));
    }

    [Fact]
    public void Of_an_unknown_map_and_of_a_loop_that_failed_nothing_is_judged()
    {
        _s.Start(8, "j", 0, _m);
        Assert.Null(_oracle.StepFailed(8, new OperationEnd(Failure.NilDereference, 0)));
        Assert.Null(_oracle.Yielded(8, U64(9), U64(9)));
        Assert.Null(_oracle.RangeEnded(8));
        Assert.Null(_oracle.Deleted(0, _m, U64(1), new OperationEnd(Failure.ConcurrentWrites, 0)));
        Assert.Null(_oracle.Yielded(Loop, U64(9), U64(9)));
        Assert.Null(_oracle.RangeEnded(Loop));
    }

    [Fact]
    public void A_key_that_points_to_nothing_was_never_stored()
    {
        (JudgedSession s, Addr m) = (new JudgedSession(Of("map[string]int")), default);
        m = s.Make(0, "m");
        s.Oracle.RangeStarting(Loop, "i", 0, m, s.Session.NewIterator());
        Expect("iter-unknown-key/plain", "i yields <not readable> 0, a key that cannot be read: no program stored it", s.Oracle.Yielded(Loop, [.. U64(0x1234), .. U64(5)], U64(0)));
    }

    /// <summary>Works on a map of four buckets under the identity hash until it grows to the same size.</summary>
    private static void MakeSameSizeGrow(JudgedSession s, Addr m)
    {
        for (ulong bucket = 0; bucket < 4 && !View(s.Session, m).IsGrowing; bucket += 3)
        {
            for (ulong i = 1; i <= 18 && !View(s.Session, m).IsGrowing; i++)
            {
                s.Assign(0, m, U64(4 * i + bucket), U64(0));
            }

            for (ulong i = 1; i <= 18 && !View(s.Session, m).IsGrowing; i++)
            {
                s.Delete(0, m, U64(4 * i + bucket));
            }
        }

        Assert.True(View(s.Session, m).IsSameSizeGrow);
    }

    /// <summary>A map m of 1: 10, 2: 20 and 3: 30, and a loop over it in its first turn.</summary>
    private static (JudgedSession Session, Addr Map) Begin(GoVersion version, string type, long hint = 0)
    {
        var s = new JudgedSession(Of(type, version, hash: DegenerateHashKind.Identity));
        Addr m = s.Make(0, "m", MakeForm.Hint, hint);
        for (ulong key = 1; key <= 3; key++)
        {
            s.Assign(0, m, s.Session.TypeOf(0).Key.Kind == GoKind.Float ? F64(key) : U64(key), U64(10 * key));
        }

        s.Start(Loop, "i", 0, m);
        Assert.Empty(s.Findings);
        return (s, m);
    }

    private static void Expect(string key, string? text, OracleFinding? finding)
    {
        Assert.Equal(key, finding?.Key);
        Assert.Equal(text ?? finding!.Text, finding!.Text);
    }
}
