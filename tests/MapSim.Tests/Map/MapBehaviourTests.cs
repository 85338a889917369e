using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Maps;

/// <summary>Subtleties of go-map.md section 11, each where a reader can see it in a few lines.</summary>
public class MapBehaviourTests
{
    [Fact]
    public void The_ninth_colliding_key_links_an_overflow_bucket()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.OneBucket);
        Addr map = Sessions.Filled(s, 8);
        Assert.True(Sessions.View(s, map).BucketAt(Sessions.View(s, map).Buckets).Overflow.IsNil);
        MapSession t = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.LowBits);
        map = Sessions.Filled(t, 13);
        MapView view = Sessions.View(t, map);
        Assert.Equal((1, 1), (view.B, view.Noverflow));
        Assert.False(view.Bucket(view.Buckets, 0).Overflow.IsNil);
    }

    [Fact]
    public void The_first_write_of_a_grow_already_evacuates_and_a_two_bucket_map_finishes_in_it()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 13);
        Assert.Equal(1, Sessions.View(s, map).B);
        s.Assign(0, map, Sessions.U64(13), Sessions.U64(1));
        MapView view = Sessions.View(s, map);
        Assert.Equal((2, false, 2UL), (view.B, view.IsGrowing, view.Nevacuate));
    }

    [Fact]
    public void A_delete_of_an_absent_key_does_growth_work_and_a_lookup_does_not()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 27);
        Assert.True(Sessions.View(s, map).IsGrowing);
        Fingerprint before = s.Machine.Memory.LiveHash;
        s.Lookup(0, map, Sessions.U64(999), out _);
        Assert.Equal(before, s.Machine.Memory.LiveHash);
        s.Delete(0, map, Sessions.U64(999));
        Assert.NotEqual(before, s.Machine.Memory.LiveHash);
    }

    [Fact]
    public void Delete_turns_trailing_emptyOne_cells_into_emptyRest_across_overflow_links()
    {
        MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.LowBits);
        Addr map = Sessions.Filled(s, 10);
        MapView view = Sessions.View(s, map);
        BucketView first = view.Bucket(view.Buckets, 0), second = view.BucketAt(first.Overflow);
        for (ulong i = 7; i < 9; i++)
        {
            s.Delete(0, map, Sessions.U64(i));
        }

        Assert.Equal((Bmap.EmptyOne, Bmap.EmptyOne), (first.Top(7), second.Top(0)));
        s.Delete(0, map, Sessions.U64(9));
        Assert.Equal((Bmap.EmptyRest, Bmap.EmptyRest, Bmap.EmptyRest), (first.Top(7), second.Top(0), second.Top(1)));
        Assert.NotEqual(Bmap.EmptyRest, first.Top(6));
    }

    [Fact]
    public void Minus_zero_replaces_plus_zero_as_the_key()
    {
        MapSession s = Sessions.Of("map[float64]int64");
        Addr map = s.Make(0);
        s.Assign(0, map, Sessions.F64(0.0), Sessions.U64(1));
        s.Assign(0, map, Sessions.F64(-0.0), Sessions.U64(2));
        Assert.Equal(1UL, s.Length(map));
        MapView view = Sessions.View(s, map);
        Assert.True(double.IsNegative(BitConverter.ToDouble(s.Machine.Memory.Raw(view.BucketAt(view.Buckets).Key(0), 8))));
    }

    [Fact]
    public void Every_NaN_is_an_entry_of_its_own_and_none_is_ever_found()
    {
        MapSession s = Sessions.Of("map[float64]int64");
        Addr map = s.Make(0);
        ulong drawn = s.Machine.Choices.Count;
        for (int i = 0; i < 5; i++)
        {
            s.Assign(0, map, Sessions.F64(double.NaN), Sessions.U64(1));
        }

        Assert.Equal((5UL, 5UL), (s.Length(map), s.Machine.Choices.Count - drawn));
        s.Lookup(0, map, Sessions.F64(double.NaN), out bool found);
        Assert.False(found);
    }

    [Fact]
    public void The_delete_that_empties_a_map_draws_a_new_seed()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 2);
        uint seed = Sessions.View(s, map).Hash0;
        s.Delete(0, map, Sessions.U64(0));
        Assert.Equal(seed, Sessions.View(s, map).Hash0);
        s.Delete(0, map, Sessions.U64(1));
        Assert.NotEqual(seed, Sessions.View(s, map).Hash0);
    }

    [Fact]
    public void A_string_delete_leaves_the_length_word_and_a_generic_one_does_not()
    {
        foreach ((bool generic, ulong left) in new[] { (false, 3UL), (true, 0UL) })
        {
            MapSession s = Sessions.Of("map[string]int64");
            s.ForceGeneric = generic;
            Addr map = s.Make(0);
            s.Assign(0, map, Sessions.Str(s, "abc"), Sessions.U64(1));
            s.Delete(0, map, Sessions.Str(s, "abc"));
            Addr key = Sessions.View(s, map).BucketAt(Sessions.View(s, map).Buckets).KeySlot(0);
            Assert.Equal((0UL, left), (BitConverter.ToUInt64(s.Machine.Memory.Raw(key, 8)), BitConverter.ToUInt64(s.Machine.Memory.Raw(key + 8, 8))));
        }
    }

    [Fact]
    public void Starting_an_iteration_over_a_pointer_free_map_creates_its_overflow_list()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 1);
        Assert.True(Sessions.View(s, map).Extra.IsNil);
        s.IterInit(0, map, s.StackIterator());
        Assert.False(Sessions.View(s, map).ExtraOverflow.IsNil);
        Assert.Equal(HmapFlags.Iterator | HmapFlags.OldIterator, Sessions.View(s, map).Flags);
    }

    [Fact]
    public void A_nil_map_reads_as_empty_and_panics_on_assignment()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Assert.True(s.Lookup(0, default, Sessions.U64(1), out bool found).IsOk);
        Assert.False(found);
        Assert.Equal(0UL, s.Length(default));
        Assert.True(s.Delete(0, default, Sessions.U64(1)).IsOk);
        Assert.True(s.Clear(0, default).IsOk);
        Assert.Equal(Failure.AssignToNilMap, s.Assign(0, default, Sessions.U64(1), Sessions.U64(1)).Failure);
        s.Clone(0, default, out Addr clone);
        Assert.True(clone.IsNil);
    }

    [Fact]
    public void An_unhashable_key_panics_before_anything_changes_even_on_an_empty_map()
    {
        foreach (GoVersion version in GoVersion.All)
        {
            MapSession s = Sessions.Of("map[interface{}]int", version);
            GoType slice = GoTypeParser.Parse("[]int", Arch.Amd64);
            byte[] key = [.. BitConverter.GetBytes(s.Machine.RuntimeType(slice).Value), .. BitConverter.GetBytes(s.NewObject(new byte[24], Heap.ObjectKind.Boxed).Value)];
            Addr map = s.Make(0);
            OperationEnd end = s.Lookup(0, map, key, out _);
            Assert.Equal("runtime error: hash of unhashable type []int", s.Machine.FailureText(end.Failure, end.Detail));
            Assert.Equal(Failure.Unhashable, s.Delete(0, map, key).Failure);
            Assert.Equal(Failure.Unhashable, s.Assign(0, map, key, Sessions.U64(1)).Failure);
            Assert.Equal((0UL, (byte)0, true), (s.Length(map), Sessions.View(s, map).Flags, Sessions.View(s, map).Buckets.IsNil));
        }
    }

    [Fact]
    public void Clear_keeps_B_and_the_iterator_flags_and_restores_the_sentinel()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = Sessions.Filled(s, 120);
        s.IterInit(0, map, s.StackIterator());
        byte b = Sessions.View(s, map).B;
        s.Clear(0, map);
        MapView view = Sessions.View(s, map);
        ulong total = MakeBucketArray.BucketCount(s.TypeOf(0), b, GoVersion.Go123);
        Assert.Equal((b, 0UL, (byte)3, false), (view.B, view.Count, view.Flags, view.IsGrowing));
        Assert.Equal(view.Buckets + (view.BucketCount * (ulong)s.TypeOf(0).BucketSize), view.NextOverflow);
        Assert.Equal(view.Buckets, view.Bucket(view.Buckets, total - 1).Overflow);
    }

    [Fact]
    public void A_map_on_the_stack_has_its_bucket_at_once_and_its_use_is_no_visible_step()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Addr map = s.Make(0, MakeForm.Stack);
        Assert.False(Sessions.View(s, map).Buckets.IsNil);
        ulong steps = s.Machine.Steps;
        s.Assign(0, map, Sessions.U64(1), Sessions.U64(2));
        s.Lookup(0, map, Sessions.U64(1), out bool found);
        Assert.True(found);
        Assert.Equal(steps, s.Machine.Steps);
    }

    [Fact]
    public void A_hint_that_is_negative_or_too_large_for_the_address_space_counts_as_nothing()
    {
        MapSession s = Sessions.Of("map[uint64]uint64");
        Assert.Equal(0, Sessions.View(s, s.Make(0, MakeForm.Hint, -5)).B);
        Assert.Equal(0, Sessions.View(s, s.Make(0, MakeForm.Hint, long.MaxValue)).B);
        Assert.Equal(5, Sessions.View(s, s.Make(0, MakeForm.Hint, 200)).B);
    }

    [Fact]
    public void Cloning_an_overloaded_map_reads_outside_the_source_in_1_21_and_not_from_1_22_on()
    {
        foreach (GoVersion version in new[] { GoVersion.Go121, GoVersion.Go123 })
        {
            MapSession s = Overloaded(version, out Addr map);
            MapView view = Sessions.View(s, map);
            Assert.True(view.IsGrowing && view.IsSameSizeGrow && Bmap.OverLoadFactor(view.Count, view.B, version, 8));
            OperationEnd end = s.Clone(0, map, out _);
            Assert.Equal(version == GoVersion.Go121 ? Failure.OutOfBounds : Failure.None, end.Failure);
        }
    }

    /// <summary>Overflow buckets that are never given back start a same-size grow; inserts into one bucket then pass the limit before it ends.</summary>
    private static MapSession Overloaded(GoVersion version, out Addr map)
    {
        MapSession s = Sessions.Of("map[uint64]uint64", version, hash: DegenerateHashKind.Identity);
        map = s.Make(0, MakeForm.Hint, 340);
        ulong limit = version.LoadFactorNum * 32, next = 1;
        while (s.Length(map) < limit - 45)
        {
            ulong key = next++;
            s.Assign(0, map, Sessions.U64((key << 16) | (key % 64)), Sessions.U64(1));
        }

        for (ulong bucket = 0; !Sessions.View(s, map).IsGrowing; bucket = (bucket + 1) % 64)
        {
            var added = new List<ulong>();
            while (added.Count < 9 && !Sessions.View(s, map).IsGrowing)
            {
                added.Add((next++ << 16) | bucket);
                s.Assign(0, map, Sessions.U64(added[^1]), Sessions.U64(1));
            }

            if (!Sessions.View(s, map).IsGrowing)
            {
                foreach (ulong key in added)
                {
                    s.Delete(0, map, Sessions.U64(key));
                }
            }
        }

        while (!Bmap.OverLoadFactor(Sessions.View(s, map).Count, Sessions.View(s, map).B, version, 8))
        {
            s.Assign(0, map, Sessions.U64((next++ << 16) | 1), Sessions.U64(2));
        }

        return s;
    }
}
