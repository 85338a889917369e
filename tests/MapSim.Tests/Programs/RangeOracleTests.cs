using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class RangeOracleTests
{
    private readonly RandomKeys _keys;
    private readonly NaiveMap _map = new(true);
    private readonly RandomKey _a;
    private readonly RandomKey _b;
    private readonly RandomKey _nan;

    public RangeOracleTests()
    {
        var options = new MachineOptions(GoVersion.Go123, Arch.Amd64, new DegenerateHash(DegenerateHashKind.Identity, 8));
        var session = new MapSession(options, MapType.Parse("map[float64]int", Arch.Amd64));
        _keys = new RandomKeys(new RandomValues(session, new RandomSource(1)), session.TypeOf(0).Key, 40);
        RandomKey[] reflexive = [.. _keys.All.Where(k => k.IsReflexive).DistinctBy(k => k.Class)];
        (_a, _b, _nan) = (reflexive[0], reflexive[1], _keys.All.First(k => !k.IsReflexive));
        _map.Assign(_a, [1]);
        _map.Assign(_nan, [9]);
    }

    [Fact]
    public void An_entry_comes_once_and_a_second_time_is_a_fault()
    {
        var oracle = new RangeOracle(_map, _keys);
        Assert.Equal(RangeFault.None, oracle.Yield(_a.Bytes, [1], out _));
        Assert.Equal(RangeFault.Twice, oracle.Yield(_a.Bytes, [1], out _));
        Assert.Equal(RangeFault.None, oracle.Yield(_nan.Bytes, [9], out _));
        Assert.Equal(RangeFault.Twice, oracle.Yield(_nan.Bytes, [9], out _));
    }

    [Fact]
    public void A_key_may_come_again_if_it_was_deleted_and_made_again()
    {
        var oracle = new RangeOracle(_map, _keys);
        oracle.Yield(_a.Bytes, [1], out _);
        _map.Delete(_a);
        Assert.Equal(RangeFault.Dead, oracle.Yield(_a.Bytes, [1], out _));
        _map.Assign(_a, [2]);
        Assert.Equal(RangeFault.Stale, oracle.Yield(_a.Bytes, [1], out _));
        Assert.Equal(RangeFault.None, oracle.Yield(_a.Bytes, [2], out _));
    }

    [Fact]
    public void Whoever_lives_from_start_to_end_must_come_and_whoever_came_later_need_not()
    {
        var oracle = new RangeOracle(_map, _keys);
        _map.Assign(_b, [3]);
        Assert.Equal(RangeFault.Missed, oracle.End(out _));
        oracle.Yield(_a.Bytes, [1], out _);
        Assert.Equal(RangeFault.Missed, oracle.End(out NaiveEntry? missed));
        Assert.Same(_nan, missed!.Key);
        oracle.Yield(_nan.Bytes, [9], out _);
        Assert.Equal(RangeFault.None, oracle.End(out _));
    }

    [Fact]
    public void After_a_clear_nothing_old_may_come_and_what_it_killed_is_remembered()
    {
        var oracle = new RangeOracle(_map, _keys);
        oracle.BeforeClear();
        _map.Clear();
        Assert.Equal(RangeFault.Dead, oracle.Yield(_nan.Bytes, [9], out _));
        Assert.True(oracle.WasCleared(_nan.Bytes, [9]));
        Assert.False(oracle.WasCleared(_nan.Bytes, [8]));
        Assert.Equal(RangeFault.None, oracle.End(out _));
        Assert.Equal(RangeFault.UnknownKey, oracle.Yield([1, 2, 3, 4, 5, 6, 7, 8], [9], out _));
    }
}
