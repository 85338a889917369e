using MapSim.Checks;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>
/// Defects of the real runtime that random programs found (observed on Go 1.19, 1.21, 1.22 and 1.23): the model shows
/// them, and the cursor tells their cause. Which start bucket meets them is a matter of the seed.
/// </summary>
public sealed class KnownDefectTests
{
    private const ulong Keys = 27;

    [Fact]
    public void Entries_come_twice_when_a_same_size_grow_begins_under_an_iteration_that_stands_in_an_old_bucket()
    {
        Assert.Contains(Enumerable.Range(1, 30), seed =>
        {
            MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity, seed: (ulong)seed);
            Addr map = Sessions.Filled(s, Keys);
            Assert.True(Sessions.View(s, map).IsGrowing);
            var range = new Range(s, map);
            Finish(s, map);
            MakeSameSizeGrow(s, map);
            range.ToTheEnd();
            bool twice = range.Seen.Any(k => k.Value > 1);
            Assert.True(!twice || range.Cursor.LostFilter);
            return twice;
        });
    }

    [Fact]
    public void Entries_are_missed_when_an_old_bucket_is_cleared_under_an_iteration_older_than_the_previous_grow()
    {
        Assert.Contains(Enumerable.Range(1, 30), seed =>
        {
            MapSession s = Sessions.Of("map[uint64]*T", hash: DegenerateHashKind.Identity, seed: (ulong)seed);
            Addr map = Sessions.Filled(s, Keys);
            Finish(s, map);
            var range = new Range(s, map);
            MakeSameSizeGrow(s, map);
            Finish(s, map);
            MakeSameSizeGrow(s, map);
            for (int i = 0; i < 4; i++)
            {
                range.Step();
            }

            Finish(s, map);
            range.ToTheEnd();
            bool missed = range.Seen.Count(k => k.Key < Keys) < (int)Keys;
            Assert.True(!missed || range.Cursor.LostBucket);
            return missed;
        });
    }

    [Fact]
    public void NaN_entries_are_missed_when_a_same_size_grow_ends_under_an_iteration()
    {
        Assert.Contains(Enumerable.Range(1, 60), seed =>
        {
            MapSession s = Sessions.Of("map[float64]uint64", hash: DegenerateHashKind.Identity, seed: (ulong)seed);
            Addr map = s.Make(0, Map.MakeForm.Hint, 50);
            for (ulong i = 0; i < Keys; i++)
            {
                s.Assign(0, map, Sessions.F64(double.NaN), Sessions.U64(i));
            }

            MakeSameSizeGrow(s, map);
            var range = new Range(s, map, byElem: true);
            range.Step();
            Finish(s, map);
            range.ToTheEnd();
            bool missed = range.Seen.Count(k => k.Key < Keys) < (int)Keys;
            Assert.True(!missed || range.Cursor.GainedFilter);
            return missed;
        });
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void Entries_come_twice_when_clear_gives_the_overflow_bucket_under_an_iteration_to_another_chain(ulong bucket, bool isOther)
    {
        Assert.Contains(Enumerable.Range(1, 10), seed =>
        {
            MapSession s = Sessions.Of("map[uint64]uint64", hash: DegenerateHashKind.Identity, seed: (ulong)seed);
            Addr map = s.Make(0, Map.MakeForm.Hint, 90);
            Fill(s, map, 0);
            var range = new Range(s, map);
            for (int i = 0; i < 8; i++)
            {
                range.Step();
            }

            s.Clear(0, map);
            range.Cursor.MapCleared();
            Fill(s, map, bucket);
            range.ToTheEnd();
            Assert.Equal(isOther, range.Cursor.BucketRelinked);
            Assert.False(range.Cursor.SeedChanged);
            return isOther == range.Seen.Any(k => k.Value > 1);
        });

        // Twelve entries of one bucket: four are in the first spare overflow bucket.
        static void Fill(MapSession s, Addr map, ulong bucket)
        {
            for (ulong i = 1; i <= 12; i++)
            {
                s.Assign(0, map, Sessions.U64((16 * i) + bucket), Sessions.U64(bucket));
            }
        }
    }

    /// <summary>Fills bucket after bucket with 24 keys and empties it again, until a grow of the same size is in progress.</summary>
    private static void MakeSameSizeGrow(MapSession s, Addr map)
    {
        MapView view = Sessions.View(s, map);
        for (ulong i = 0; i < 8 * 24; i++)
        {
            s.Delete(0, map, Sessions.U64(8 * 100 + i));
        }

        for (ulong bucket = 0; bucket < 8; bucket++)
        {
            for (ulong i = 0; i < 24; i++)
            {
                s.Assign(0, map, Sessions.U64(bucket + 8 * (100 + i)), Sessions.U64(1000));
                if (view.IsSameSizeGrow)
                {
                    return;
                }
            }

            for (ulong i = 0; i < 24; i++)
            {
                s.Delete(0, map, Sessions.U64(bucket + 8 * (100 + i)));
            }
        }

        Assert.Fail($"no grow of the same size: {MapHeader.Read(s.Machine, 0, map)}");
    }

    /// <summary>Deletes an absent key until the grow is over: that does nothing but growth work.</summary>
    private static void Finish(MapSession s, Addr map)
    {
        while (Sessions.View(s, map).IsGrowing)
        {
            s.Delete(0, map, Sessions.U64(1UL << 40));
        }
    }

    /// <summary>An iteration that counts what it yields.</summary>
    private sealed class Range
    {
        private readonly MapSession _s;
        private readonly Addr _iterator;
        private readonly bool _byElem;

        public Range(MapSession s, Addr map, bool byElem = false)
        {
            (_s, _byElem, _iterator) = (s, byElem, s.NewIterator());
            Cursor = new RangeCursor(s.Machine, s.TypeOf(0), map, _iterator);
            Assert.True(s.IterInit(0, map, _iterator).IsOk);
            Note();
        }

        public RangeCursor Cursor { get; }

        public Dictionary<ulong, int> Seen { get; } = [];

        public void Step()
        {
            if (!_s.IteratorKey(_iterator).IsNil)
            {
                Cursor.BeforeStep();
                Assert.True(_s.IterNext(_iterator).IsOk);
                Note();
            }
        }

        public void ToTheEnd()
        {
            while (!_s.IteratorKey(_iterator).IsNil)
            {
                Step();
            }
        }

        private void Note()
        {
            Addr key = _s.IteratorKey(_iterator);
            if (!key.IsNil)
            {
                Cursor.AfterStep();
                ulong seen = BitConverter.ToUInt64(_s.Machine.Memory.Raw(_byElem ? _s.IteratorElem(_iterator) : key, 8));
                Seen[seen] = Seen.GetValueOrDefault(seen) + 1;
            }
        }
    }
}
