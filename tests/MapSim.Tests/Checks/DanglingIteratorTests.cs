using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>
/// Three ways in which the real runtime (every modelled release) lets a range loop walk into freed memory, in maps whose
/// buckets hold no pointers. G5 sees both before a collection runs, G4 explains the crash after one.
/// </summary>
public sealed class DanglingIteratorTests
{
    private ulong _serial;

    public static TheoryData<string> Versions => [.. GoVersion.All.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_map_that_is_cleared_filled_and_grown_under_an_iterator_drops_the_chains_of_the_iterators_array(string version)
    {
        // it.overflow is the list from before the clear; the chains of the same array are in a new one since.
        (MapSession s, MapView map) = Start(version, "map[uint64]uint64");
        Insert(s, map, 0, 2);
        Insert(s, map, 1, 2);
        Addr it = s.NewIterator();
        s.IterInit(0, map.Address, it);
        s.Clear(0, map.Address);
        Addr array = map.Buckets;
        Insert(s, map, 0, 9);
        Insert(s, map, 1, 2);
        Assert.Equal(1, map.B);
        Assert.False(map.Bucket(array, 0).Overflow.IsNil);
        Assert.Empty(ChainCoverageTests.Check(s, [new KnownMap(0, map.Address)], [it]));
        while (map.B == 1 || map.IsGrowing)
        {
            Insert(s, map, 1, 1);
        }

        FindsAndCrashes(s, map, it, map.Bucket(array, 0).Overflow, "hiter.buckets");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void An_iterator_in_the_old_array_of_the_second_grow_to_the_same_size_loses_the_rest_of_its_chain(string version)
    {
        // it.oldoverflow was taken at the start; nobody but extra.oldoverflow has the second grow's list.
        (MapSession s, MapView map, Addr it) = InSecondGrow(version, "map[uint64]uint64");
        Assert.Empty(ChainCoverageTests.Check(s, [new KnownMap(0, map.Address)], [it]));
        Addr next = map.BucketAt(s.ReadPointer(it + s.Machine.L.ItBptr)).Overflow;
        Assert.False(next.IsNil);
        EndGrow(s, map);
        FindsAndCrashes(s, map, it, next, "hiter.bptr");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Of_two_ranges_that_begin_at_the_same_time_one_may_have_a_list_that_the_map_does_not_have(string version)
    {
        // Both find no mapextra and make one; the second store wins, and the first iterator has its list from the lost one.
        (MapSession s, MapView map) = Start(version, "map[uint64]uint64");
        Machine m = s.Machine;
        Insert(s, map, 0, 2);
        Addr loser = s.NewIterator(), winner = s.NewIterator(), array = map.Buckets;
        int other = m.AddGoroutine(256).Id;
        m.Select(other);
        MapIterInit.Call(m, 0, map.Address, winner);
        while (m.Where() != "CreateOverflow.StoreExtra")
        {
            m.Step(other);
        }

        m.Select(0);
        Assert.True(s.IterInit(0, map.Address, loser).IsOk);
        m.Select(other);
        Assert.True(m.Run());
        m.Select(0);
        Addr Lists(Addr it) => s.ReadPointer(it + m.L.ItOverflow);
        Assert.Equal(map.ExtraOverflow, Lists(winner));
        Assert.NotEqual(map.ExtraOverflow, Lists(loser));

        // The other range ends; nobody has written until now.
        s.Forget(winner);
        Insert(s, map, 0, 9);
        while (map.B == 1 || map.IsGrowing)
        {
            Insert(s, map, 1, 1);
        }

        FindsAndCrashes(s, map, loser, map.Bucket(array, 0).Overflow, "hiter.buckets");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void In_maps_whose_buckets_hold_pointers_the_chain_is_kept(string version)
    {
        (MapSession s, MapView map, Addr it) = InSecondGrow(version, "map[uint64]*T");
        EndGrow(s, map);
        s.Collect();
        Assert.Empty(ChainCoverageTests.Check(s, [new KnownMap(0, map.Address)], [it]));
        while (!s.IteratorKey(it).IsNil)
        {
            Assert.True(s.IterNext(it).IsOk);
        }
    }

    private static void FindsAndCrashes(MapSession s, MapView map, Addr it, Addr bucket, string holder)
    {
        Violation found = Assert.Single(ChainCoverageTests.Check(s, [new KnownMap(0, map.Address)], [it]));
        Assert.Equal((ChainCoverage.Id, bucket), (found.Id, found.Bucket));
        Assert.Contains($"(iterator {it})", found.Found, StringComparison.Ordinal);
        s.Collect();
        OperationEnd end = default;
        for (int i = 0; i < 100 && end.IsOk; i++)
        {
            end = s.IterNext(it);
        }

        Assert.Equal(Failure.UseAfterFree, end.Failure);
        FreedAccess access = FreedAccess.Of(s.Machine)!;
        Assert.Equal(bucket, access.Object.Start);
        Assert.False(access.Chain[^1].Seen);
        TestContext.Current.SendDiagnosticMessage($"{found}\n{access}");
        Assert.Contains(access.Chain, l => l.From.EndsWith(holder, StringComparison.Ordinal) || l.From.Contains("MapIterNext", StringComparison.Ordinal));
    }

    /// <summary>An iterator that began before two grows to the same size, and stands in the old array of the second, in a main bucket that has a chain.</summary>
    private (MapSession Session, MapView Map, Addr Iterator) InSecondGrow(string version, string type)
    {
        (MapSession s, MapView map) = Start(version, type);
        List<ulong> keys = [];
        while (map.B < 3)
        {
            keys.AddRange(Insert(s, map, (ulong)keys.Count % 8, 1));
        }

        EndGrow(s, map);
        foreach (ulong key in keys.Skip(8))
        {
            s.Delete(0, map.Address, Sessions.U64(key));
        }

        Addr it = s.NewIterator();
        s.IterInit(0, map.Address, it);
        Addr first = map.Buckets;
        GrowToSameSize(s, map);
        EndGrow(s, map);
        Assert.NotEqual(first, map.Buckets);
        Addr second = map.Buckets;
        GrowToSameSize(s, map);
        Assert.Equal((second, (byte)3), (map.OldBuckets, map.B));
        ulong size = 8UL * (ulong)s.TypeOf(0).BucketSize;
        for (int i = 0; i < 100; i++)
        {
            Addr bucket = s.ReadPointer(it + s.Machine.L.ItBptr);
            if (bucket - second < size && !map.BucketAt(bucket).Overflow.IsNil)
            {
                return (s, map, it);
            }

            Assert.True(s.IterNext(it).IsOk);
        }

        throw new InvalidOperationException("the iterator never came to the old array");
    }

    /// <summary>Piles of keys in one bucket after the other, of which few stay, until there are too many overflow buckets.</summary>
    private void GrowToSameSize(MapSession s, MapView map)
    {
        Addr array = map.Buckets;
        for (ulong bucket = 0; map.Buckets == array; bucket = (bucket + 1) % 8)
        {
            var keys = new List<ulong>();
            while (keys.Count < 9 && map.Buckets == array)
            {
                keys.AddRange(Insert(s, map, bucket, 1));
            }

            // One stays in the main bucket; an overflow bucket stays linked even if it is empty.
            for (int i = 1; i < keys.Count && map.Buckets == array; i++)
            {
                s.Delete(0, map.Address, Sessions.U64(keys[i]));
            }
        }
    }

    private static void EndGrow(MapSession s, MapView map)
    {
        for (ulong i = 0; map.IsGrowing; i++)
        {
            s.Delete(0, map.Address, Sessions.U64((1UL << 40) + i));
        }
    }

    private List<ulong> Insert(MapSession s, MapView map, ulong bucket, int count)
    {
        var keys = new List<ulong>();
        for (int i = 0; i < count; i++)
        {
            keys.Add((++_serial << 8) + bucket);
            s.Assign(0, map.Address, Sessions.U64(keys[^1]), new byte[8]);
        }

        return keys;
    }

    private static (MapSession Session, MapView Map) Start(string version, string type)
    {
        MapSession s = Sessions.Of(type, GoVersion.Parse(version), hash: DegenerateHashKind.Identity);
        s.UseCollector(new GcOptions());
        return (s, Sessions.View(s, s.Make(0, MakeForm.Hint, 9)));
    }
}
