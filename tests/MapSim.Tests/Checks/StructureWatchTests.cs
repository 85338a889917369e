using MapSim.Checks;
using MapSim.Faults;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using MapSim.Programs;
using MapSim.Tests.Programs.Binary;
using MapSim.Tests.Programs.Sequential;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>Who looks at what changed says what says who looks at the whole map.</summary>
public sealed class StructureWatchTests
{
    private readonly StructureWatch _watch = new();
    private readonly MapScan _scan = new();
    private readonly List<Violation> _short = [], _whole = [];
    private readonly HashSet<string> _seen = [];
    private long _looks, _broken;

    [Fact]
    public void After_each_operation_of_random_programs_it_says_what_a_whole_look_says()
    {
        var target = new SequentialTarget { Watcher = (Machine m, in MapEvent e) => Compare(m, e.Type, e.Map) };
        BinaryFormTests.ForAll(random => target.Run(Program(random)), 60);
        Assert.InRange(_looks, 5_000, long.MaxValue);
        Assert.InRange(_watch.Short, _looks * 9 / 10, _looks);
    }

    [Fact]
    public void With_faults_planted_it_says_what_a_whole_look_says()
    {
        var target = new SequentialTarget { Watcher = (Machine m, in MapEvent e) => Compare(m, e.Type, e.Map) };
        BinaryFormTests.ForAll(random =>
        {
            target.Run(Program(random));
            for (int n = 0; n < 6; n++)
            {
                target.RunAgain(ModelChanges.None.With(random.Pick(FaultCatalogue.All).Fault).With(random.Pick(FaultCatalogue.All).Fault));
            }
        }, 25);
        Assert.InRange(_looks, 8_000, long.MaxValue);
        Assert.InRange(_broken, 100, long.MaxValue);
        Assert.InRange(_seen.Count, 4, MapChecks.Ids.Count);
    }

    [Theory]
    [InlineData("map[uint64]uint64")]
    [InlineData("map[uint64]*int")]
    [InlineData("map[float64]string")]
    [InlineData("map[[200]byte]int8")]
    [InlineData("map[int32][200]byte")]
    public void A_changed_byte_anywhere_is_seen_as_by_a_whole_look(string type)
    {
        MapType parsed = MapType.Parse(type);
        BinaryFormTests.ForAll(random =>
        {
            MapSession s = Sessions.Of(type, hash: random.Pick([DegenerateHashKind.Identity, DegenerateHashKind.OneBucket]));
            Addr map = s.Make(0);
            var key = new byte[parsed.Key.Size];
            for (int n = 0; n < 60; n++)
            {
                BitConverter.GetBytes(random.Below(40)).CopyTo(key, 0);
                if (random.Chance(75))
                {
                    s.Assign(0, map, key, new byte[parsed.Elem.Size]);
                }
                else
                {
                    s.Delete(0, map, key);
                }

                Compare(s.Machine, 0, map);
                for (int k = 0; k < 4; k++)
                {
                    Break(s, map, random);
                }
            }
        }, 12);
        Assert.InRange(_broken, 200, long.MaxValue);
    }

    [Fact]
    public void What_a_key_points_to_is_part_of_it()
    {
        MapSession s = Sessions.Of("map[string]int");
        Addr map = s.Make(0);
        s.Assign(0, map, Sessions.Str(s, "abc"), new byte[8]);
        Compare(s.Machine, 0, map);
        Assert.Equal(0, _broken);
        BucketView bucket = Sessions.View(s, map).Bucket(Sessions.View(s, map).Buckets, 0);
        var data = new Addr(SliceView.WordAt(s.Machine.Memory, Arch.Amd64, bucket.Key(0)));
        s.Machine.Memory.Poke(data, "x"u8);
        Compare(s.Machine, 0, map);
        Assert.Equal(1, _broken);
        s.Machine.Heap.Free(data);
        Compare(s.Machine, 0, map);
        Assert.Equal(2, _broken);
        Assert.Equal("H3.19", _short[0].Id);
    }

    private static BinaryProgram Program(RandomSource random) => SequentialPrograms.Make(random, 20 + random.Below(150), random.Below(100));

    /// <summary>Changes a byte of the header, of mapextra, a list, or a bucket, looks, and puts it back.</summary>
    private void Break(MapSession s, Addr map, RandomSource random)
    {
        MapView view = Sessions.View(s, map);
        List<(Addr At, int Size)> places = [(map, s.Machine.L.HmapSize), (view.Extra, s.Machine.L.MapExtraSize)];
        foreach ((Addr array, ulong count) in new[] { (view.Buckets, view.BucketCount), (view.OldBuckets, view.IsGrowing ? view.OldBucketCount : 0) })
        {
            for (ulong i = 0; !array.IsNil && i < count; i++)
            {
                for (Addr at = view.Bucket(array, i).Address; !at.IsNil; at = view.BucketAt(at).Overflow)
                {
                    places.Add((at, view.Type.BucketSize));
                    places.Add((at, 8));
                }
            }
        }

        places.AddRange(new[] { view.ExtraOverflow, view.ExtraOldOverflow }.Where(l => !l.IsNil && view.Slice(l).Length > 0)
            .SelectMany(l => new[] { (l, 24), (view.Slice(l).Array, 8) }));
        (Addr place, int size) = random.Pick(places.Where(p => !p.At.IsNil).ToList());
        Addr broken = place + random.Below(size);
        byte before = s.Machine.Memory.Raw(broken, 1)[0];
        s.Machine.Memory.Poke(broken, [(byte)(random.Chance(50) ? random.Below(7) : random.Below(256))]);
        Compare(s.Machine, 0, map);
        s.Machine.Memory.Poke(broken, [before]);
        Compare(s.Machine, 0, map);
    }

    private void Compare(Machine m, int type, Addr map)
    {
        if (map.IsNil)
        {
            return;
        }

        _short.Clear();
        _whole.Clear();
        (MemoryFault fault, int accesses) = (m.Memory.Fault, m.Memory.Accesses);
        _watch.Check(m, type, map, _short);
        Assert.Equal((fault, accesses), (m.Memory.Fault, m.Memory.Accesses));
        MapChecks.Check(_scan, m, type, map, _whole);
        Assert.Equal(_whole, _short);
        _looks++;
        _broken += _whole.Count > 0 ? 1 : 0;
        _seen.UnionWith(_whole.Select(v => v.Id));
    }
}
