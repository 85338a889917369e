using MapSim.Checks;
using MapSim.Gc;
using MapSim.Hash;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>G10: what only a dead entry held is gone.</summary>
public sealed class LeakProbeTests
{
    [Fact]
    public void A_pointer_left_in_a_dead_slot_keeps_its_referent_and_is_named()
    {
        (MapSession s, Addr map, Addr pointee, LeakProbe probe) = WithPointee();
        Addr slot = Sessions.View(s, map).Bucket(Sessions.View(s, map).Buckets, 0).ElemSlot(0);
        s.Delete(0, map, Sessions.U64(7));
        s.Machine.Memory.Poke(slot, Sessions.U64(pointee.Value));
        s.Collect();
        Leak leak = Assert.Single(StillAlive(s, probe));
        Assert.Equal(("pointee of 7", pointee), (leak.Name, leak.Address));
        Assert.Equal(["hmap.buckets", "bucket 0, elem slot 0"], leak.Chain.Skip(1).Select(l => l.From));
        Assert.Contains("pointee of 7", leak.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_leaks_from_a_deleted_an_overwritten_and_a_cleared_entry()
    {
        foreach (int way in (int[])[0, 1, 2])
        {
            (MapSession s, Addr map, _, LeakProbe probe) = WithPointee();
            s.Collect();
            Assert.Single(StillAlive(s, probe));
            switch (way)
            {
                case 0: s.Delete(0, map, Sessions.U64(7)); break;
                case 1: s.Assign(0, map, Sessions.U64(7), new byte[8]); break;
                default: s.Clear(0, map); break;
            }

            Assert.Empty(StillAlive(s, probe, 1));
            s.Collect();
            Assert.Empty(StillAlive(s, probe));
            Assert.Equal(0, probe.Count);
        }
    }

    [Theory]
    [InlineData("map[string]string", false)]
    [InlineData("map[string]string", true)]
    [InlineData("map[[200]byte]int", false)]
    [InlineData("map[uint64][160]byte", false)]
    [InlineData("map[uint64][160]byte", true)]
    [InlineData("map[interface{}]int", false)]
    public void Referents_die_with_their_entries_one_by_one_and_all_at_once(string type, bool clears)
    {
        MapSession s = Sessions.Of(type, hash: DegenerateHashKind.LowBits);
        s.UseCollector(new GcOptions());
        Addr map = s.Make(0);
        var probe = new LeakProbe();
        var keys = new List<byte[]>();
        for (int i = 0; i < 40; i++)
        {
            byte[] key = Key(s, i);
            byte[] elem = s.TypeOf(0).Elem.Kind == GoKind.String ? Sessions.Str(s, $"elem {i}") : new byte[s.TypeOf(0).Elem.Size];
            s.Assign(0, map, key, elem);
            keys.Add(key);
        }

        while (Sessions.View(s, map).IsGrowing)
        {
            s.Delete(0, map, Key(s, 1000));
            s.Assign(0, map, keys[0], new byte[s.TypeOf(0).Elem.Size]);
        }

        ExpectEntries(s, map, probe);
        int expected = probe.Count;
        Assert.InRange(expected, 39, 80);
        for (int i = 0; i < (clears ? 0 : 40); i++)
        {
            s.Delete(0, map, Key(s, i));
        }

        s.Clear(0, map);
        s.Collect();
        Assert.Empty(StillAlive(s, probe));
    }

    private static void ExpectEntries(MapSession s, Addr map, LeakProbe probe)
    {
        MapView view = Sessions.View(s, map);
        MapType t = s.TypeOf(0);
        for (Addr b = view.Buckets; !b.IsNil; b = view.BucketAt(b).Overflow)
        {
            for (int i = 0; i < Bmap.Slots; i++)
            {
                if (view.BucketAt(b).Top(i) >= Bmap.MinTopHash)
                {
                    ExpectPointers(s, probe, view.BucketAt(b).KeySlot(i), t.IndirectKey ? [0] : t.Key.PointerOffsets);
                    ExpectPointers(s, probe, view.BucketAt(b).ElemSlot(i), t.IndirectElem ? [0] : t.Elem.PointerOffsets);
                }
            }
        }
    }

    private static void ExpectPointers(MapSession s, LeakProbe probe, Addr slot, IReadOnlyList<int> offsets)
    {
        foreach (int offset in offsets)
        {
            probe.Expect(s.Machine, s.ReadPointer(slot + offset), $"referent at {slot + offset}");
        }
    }

    private static byte[] Key(MapSession s, int i)
    {
        switch (s.TypeOf(0).Key.Kind)
        {
            case GoKind.String: return Sessions.Str(s, $"key {i}");
            case GoKind.Interface:
                Addr type = s.Machine.RuntimeType(GoTypeParser.Parse("int", Arch.Amd64));
                return [.. BitConverter.GetBytes(type.Value), .. BitConverter.GetBytes(s.NewObject(Sessions.U64((ulong)i), ObjectKind.Boxed).Value)];
            default:
                var key = new byte[s.TypeOf(0).Key.Size];
                key[0] = (byte)i;
                key[1] = (byte)(i >> 8);
                return key;
        }
    }

    private static (MapSession Session, Addr Map, Addr Pointee, LeakProbe Probe) WithPointee()
    {
        MapSession s = Sessions.Of("map[uint64]*T", hash: DegenerateHashKind.Identity);
        s.UseCollector(new GcOptions());
        Addr map = s.Make(0), pointee = s.NewObject(new byte[24], ObjectKind.Pointee);
        s.Assign(0, map, Sessions.U64(7), Sessions.U64(pointee.Value));
        s.Assign(0, map, Sessions.U64(8), new byte[8]);
        var probe = new LeakProbe();
        probe.Expect(s.Machine, pointee, "pointee of 7");
        return (s, map, pointee, probe);
    }

    /// <summary>Leaks with a holder; those nobody leads to any more wait for a collection.</summary>
    private static List<Leak> StillAlive(MapSession s, LeakProbe probe, int uncollected = 0)
    {
        Fingerprint before = s.Machine.StateHash;
        IReadOnlyList<Leak> leaks = probe.StillAlive(s.Machine);
        Assert.Equal(before, s.Machine.StateHash);
        Assert.Equal(uncollected, leaks.Count(l => l.Chain.Count == 0));
        return [.. leaks.Where(l => l.Chain.Count > 0)];
    }
}
