using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;
using static MapSim.Tests.Sessions;

namespace MapSim.Tests.Programs;

/// <summary>The model oracle on single operations: silent on what a real map does, and each finding shown by a lie.</summary>
public sealed class ModelOracleTests
{
    private const int Ints = 0, Floats = 1, Anys = 2;
    private static OperationEnd Ok => default;

    private static byte[] GoNaN => U64(0x7FF8000000000001);

    private readonly JudgedSession _s;
    private readonly ModelOracle _oracle;
    private readonly Addr _m;

    public ModelOracleTests()
    {
        var options = new MachineOptions(GoVersion.Go123, Arch.Amd64, HashRegimes.Create(HashRegime.Identity, GoVersion.Go123, Arch.Amd64, _ => 1));
        _s = new JudgedSession(new MapSession(options, MapType.Parse("map[uint64]uint64"), MapType.Parse("map[float64]uint64"), MapType.Parse("map[interface{}]int8")));
        _oracle = _s.Oracle;
        _m = _s.Make(Ints, "m");
        _s.Assign(Ints, _m, U64(1), U64(10));
        _s.Assign(Ints, _m, U64(2), U64(20));
        _s.Delete(Ints, _m, U64(2));
    }

    [Fact]
    public void What_a_real_map_does_is_never_a_finding()
    {
        Addr f = _s.Make(Floats, "f"), a = _s.Make(Anys, "a");
        foreach (byte[] x in new[] { F64(0.0), F64(-0.0), GoNaN, GoNaN, F64(1.5) })
        {
            _s.Assign(Floats, f, x, U64(1));
            _s.Lookup(Floats, f, x);
            _s.Length(Floats, f);
        }

        _s.Delete(Floats, f, GoNaN);
        _s.Length(Floats, f);
        Assert.Equal(Failure.Unhashable, _s.Assign(Anys, a, Any("[]int", new byte[24]), [1]).Failure);
        Assert.Equal(Failure.Unhashable, _s.Lookup(Anys, a, Any("func()", new byte[8])).Failure);
        Assert.Equal(Failure.Unhashable, _s.Delete(Anys, default, Any("[]int", new byte[24])).Failure);
        Assert.Equal(Failure.AssignToNilMap, _s.Assign(Anys, default, Any("[]int", new byte[24]), [1]).Failure);
        _s.Lookup(Ints, default, U64(1));
        _s.Delete(Ints, default, U64(1));
        _s.Clear(Ints, default);
        _s.Length(Ints, default);
        _s.Clone(Ints, default, "n", out _);
        _s.Start(0, "i", Ints, default);
        _s.Clone(Floats, f, "g", out Addr g);
        _s.Clear(Floats, f);
        _s.Length(Floats, f);
        _s.Length(Floats, g);
        _s.Start(1, "j", Floats, g);
        _s.ToTheEnd(1);
        Assert.Equal((4, 2), (_s.Yields, _s.Ends));
        Assert.Empty(_s.Findings);
    }

    [Fact]
    public void A_lookup_that_lies_is_found()
    {
        Expect("lookup-wrong/missing", "the lookup of 1 in m finds nothing, but 10 was assigned to it last", _oracle.LookedUp(Ints, _m, U64(1), false, [], Ok));
        Expect("lookup-wrong/stale-elem", "the lookup of 1 in m finds 11, but 10 was assigned to it last", _oracle.LookedUp(Ints, _m, U64(1), true, U64(11), Ok));
        Expect("lookup-wrong/phantom", "the lookup of 2 in m finds 20, but it was deleted", _oracle.LookedUp(Ints, _m, U64(2), true, U64(20), Ok));
        Expect("lookup-wrong/phantom", "the lookup of 3 in m finds 30, but it was never assigned", _oracle.LookedUp(Ints, _m, U64(3), true, U64(30), Ok));
        _s.Clear(Ints, _m);
        Expect("lookup-wrong/phantom", "the lookup of 1 in m finds 10, but m was cleared", _oracle.LookedUp(Ints, _m, U64(1), true, U64(10), Ok));
        Expect("lookup-wrong/phantom", "the lookup of 1 in the nil map finds 10, but it was never assigned", _oracle.LookedUp(Ints, default, U64(1), true, U64(10), Ok));
        Addr f = _s.Make(Floats, "f");
        _s.Assign(Floats, f, GoNaN, U64(1));
        Expect("lookup-wrong/phantom", "the lookup of NaN in f finds 1, but a NaN equals nothing", _oracle.LookedUp(Floats, f, GoNaN, true, U64(1), Ok));
    }

    [Fact]
    public void A_wrong_length_is_found()
    {
        Expect("len-wrong/count", "len(m) is 2, but m has 1 entries", _oracle.Length(Ints, _m, 2));
        Expect("len-wrong/count", "len(the nil map) is 1, but the nil map has 0 entries", _oracle.Length(Ints, default, 1));
    }

    [Fact]
    public void A_panic_that_does_not_come_is_found_and_so_is_a_wrong_one()
    {
        Addr a = _s.Make(Anys, "a");
        byte[] slice = Any("[]int", new byte[24]), number = Any("int", U64(5));
        OperationEnd intSlice = _s.Session.Assign(Anys, a, slice, [1]), func = _s.Session.Assign(Anys, a, Any("func()", new byte[8]), [1]);
        OperationEnd nil = _s.Session.Assign(Anys, default, number, [1]);
        Expect("panic-missing/unhashable", "a[[]int(nil)] = 1 ends well, but must panic: runtime error: hash of unhashable type []int", _oracle.Assigned(Anys, a, slice, [1], Ok));
        a = _s.Make(Anys, "a");
        Expect("panic-missing/unhashable", "delete(a, []int(nil)) ends well, but must panic: runtime error: hash of unhashable type []int", _oracle.Deleted(Anys, a, slice, Ok));
        a = _s.Make(Anys, "a");
        Expect("panic-missing/unhashable", "the lookup of []int(nil) in a ends well, but must panic: runtime error: hash of unhashable type []int", _oracle.LookedUp(Anys, a, slice, false, [0], Ok));
        a = _s.Make(Anys, "a");
        Expect("panic-wrong/unhashable", "the lookup of int(5) in a panics (runtime error: hash of unhashable type []int), but must not panic", _oracle.LookedUp(Anys, a, number, false, [0], intSlice));
        Expect("panic-wrong/unhashable", "a[[]int(nil)] = 1 panics (runtime error: hash of unhashable type func()), but must panic so: runtime error: hash of unhashable type []int", _oracle.Assigned(Anys, a, slice, [1], func));
        Expect("panic-missing/nil-map", "the nil map[int(5)] = 1 ends well, but must panic: assignment to entry in nil map", _oracle.Assigned(Anys, default, number, [1], Ok));
        Expect("panic-wrong/nil-map", "a[int(5)] = 1 panics (assignment to entry in nil map), but must not panic", _oracle.Assigned(Anys, a, number, [1], nil));
        Assert.Null(_oracle.Length(Anys, a, 0));
    }

    [Fact]
    public void What_is_wrong_in_a_clone_is_the_clones_fault_until_somebody_writes_to_it()
    {
        _s.Clone(Ints, _m, "c", out Addr c);
        Expect("clone-wrong/missing", "the lookup of 1 in c finds nothing, but 10 was assigned to it last", _oracle.LookedUp(Ints, c, U64(1), false, [], Ok));
        Expect("clone-wrong/stale-elem", null, _oracle.LookedUp(Ints, c, U64(1), true, U64(11), Ok));
        Expect("clone-wrong/phantom", null, _oracle.LookedUp(Ints, c, U64(5), true, U64(11), Ok));
        Expect("clone-wrong/len", null, _oracle.Length(Ints, c, 2));
        _s.Start(1, "i", Ints, c);
        Expect("clone-wrong/duplicate", null, _oracle.Yielded(1, U64(1), U64(10)));
        Expect("clone-wrong/unknown-key", null, _oracle.Yielded(1, U64(4), U64(10)));
        _oracle.RangeStarting(1, "i", Ints, c, _s.Session.NewIterator());
        Expect("clone-wrong/miss", null, _oracle.RangeEnded(1));
        _s.Assign(Ints, c, U64(3), U64(30));
        Expect("lookup-wrong/missing", null, _oracle.LookedUp(Ints, c, U64(1), false, [], Ok));
        Expect("lookup-wrong/phantom", null, _oracle.LookedUp(Ints, _m, U64(3), true, U64(30), Ok));
        Assert.Empty(_s.Findings);
    }

    [Fact]
    public void After_a_write_that_failed_half_way_nothing_about_the_map_is_judged()
    {
        Assert.Null(_oracle.Assigned(Ints, _m, U64(1), U64(5), new OperationEnd(Failure.ConcurrentWrites, 0)));
        Assert.Null(_oracle.LookedUp(Ints, _m, U64(1), false, [], Ok));
        Assert.Null(_oracle.Length(Ints, _m, 77));
        _s.Clone(Ints, _m, "c", out Addr c);
        Assert.Null(_oracle.Length(Ints, c, 77));
        Addr other = _s.Make(Ints, "other");
        Expect("len-wrong/count", null, _oracle.Length(Ints, other, 77));
        _oracle.Cleared(Ints, other, new OperationEnd(Failure.ConcurrentWrites, 0));
        Assert.Null(_oracle.Length(Ints, other, 77));
    }

    [Fact]
    public void A_map_made_where_another_was_is_empty_again()
    {
        _oracle.Made(Ints, _m, "again");
        Expect("len-wrong/count", "len(again) is 1, but again has 0 entries", _oracle.Length(Ints, _m, 1));
        Assert.Throws<ArgumentException>(() => _oracle.Length(Ints, new Addr(0x1234), 1));
    }

    private static void Expect(string key, string? text, OracleFinding? finding)
    {
        Assert.Equal(key, finding?.Key);
        Assert.Equal(text ?? finding!.Text, finding!.Text);
    }

    private byte[] Any(string type, byte[] content)
    {
        GoType t = GoTypeParser.Parse(type, Arch.Amd64);
        byte[] data = t.IsDirectInterface ? content : U64(_s.Session.NewObject(content, ObjectKind.Boxed, t).Value);
        return [.. U64(_s.Session.Machine.RuntimeType(t).Value), .. data];
    }
}
