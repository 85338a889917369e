using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Tests.Machines;

/// <summary>
/// Situations in which each operation takes its interesting paths: the material for tests that hold for every step of
/// every operation (snapshots, undo, peeking).
/// </summary>
internal static class EveryOperation
{
    private static readonly string[] Types =
    [
        "map[uint64]uint64", "map[uint32]uint32", "map[string]string", "map[float64]int64", "map[uint8]struct{}", "map[uint64]*T", "map[[136]byte][136]byte",
        "map[struct{ a int8; b float64 }]uint16",
    ];

    public sealed record Case(string Name, string Type, GoVersion Version, Arch Arch, Func<MapSession> Prepare, Action<MapSession> Begin)
    {
        public override string ToString() => $"{Name} {Type} {Version} {Arch}";
    }

    public static IEnumerable<Case> All(int storeBuffers = 0)
    {
        foreach (GoVersion version in new[] { GoVersion.Go119, GoVersion.Go123 })
        {
            foreach (string type in Types)
            {
                foreach (Case c in Of(type, version, Arch.Amd64, storeBuffers))
                {
                    yield return c;
                }
            }
        }

        foreach (Case c in Of("map[uint64]uint64", GoVersion.Go121, Arch.I386, storeBuffers))
        {
            yield return c;
        }
    }

    private static IEnumerable<Case> Of(string type, GoVersion version, Arch arch, int storeBuffers)
    {
        Case Make(string name, int entries, DegenerateHashKind? hash, Action<MapSession, Addr> begin)
        {
            Addr map = default;
            return new Case(name, type, version, arch, Prepare, s => begin(s, map));

            MapSession Prepare()
            {
                MapSession s = Sessions.Of(type, version, arch, hash, storeBuffers: storeBuffers);
                map = s.Make(0);
                for (int i = 0; i < entries; i++)
                {
                    s.Assign(0, map, Key(s, i), Elem(s, i));
                }

                return s;
            }
        }

        yield return Make("make with a hint", 0, null, (s, _) => s.BeginMake(0, MakeForm.Hint, 120));
        yield return Make("make on the stack", 0, null, (s, _) => s.BeginMake(0, MakeForm.Stack));
        yield return Make("first assign", 0, null, (s, m) => s.BeginAssign(0, m, Key(s, 1)));
        yield return Make("assign that updates", 5, null, (s, m) => s.BeginAssign(0, m, Key(s, 3)));
        yield return Make("assign that links an overflow bucket", 8, DegenerateHashKind.OneBucket, (s, m) => s.BeginAssign(0, m, Key(s, 100)));
        yield return Make("assign that starts a grow", 26, null, (s, m) => s.BeginAssign(0, m, Key(s, 100)));
        yield return Make("assign while growing", 28, null, (s, m) => s.BeginAssign(0, m, Key(s, 101)));
        yield return Make("lookup that hits", 14, null, (s, m) => s.BeginLookup(0, m, Key(s, 7)));
        yield return Make("lookup that misses while growing", 28, null, (s, m) => s.BeginLookup(0, m, Key(s, 111)));
        yield return Make("delete of the last cell of a chain", 9, DegenerateHashKind.OneBucket, (s, m) => s.BeginDelete(0, m, Key(s, 8)));
        yield return Make("delete of the only entry", 1, null, (s, m) => s.BeginDelete(0, m, Key(s, 0)));
        yield return Make("delete of an absent key while growing", 28, null, (s, m) => s.BeginDelete(0, m, Key(s, 120)));
        yield return Make("clear while growing", 28, null, (s, m) => MapClear.Call(s.Machine, 0, m));
        yield return Make("start of an iteration while growing", 28, null, (s, m) => MapIterInit.Call(s.Machine, 0, m, s.NewIterator()));
        yield return Make("length", 3, null, (s, m) => MapLen.Call(s.Machine, m));
        if (version.HasClone)
        {
            yield return Make("clone of one bucket", 6, null, (s, m) => MapClone.Call(s.Machine, 0, m));
            yield return Make("clone while growing", 28, null, (s, m) => MapClone.Call(s.Machine, 0, m));
        }
    }

    private static byte[] Key(MapSession s, int i) => Value(s, s.TypeOf(0).Key, i);

    private static byte[] Elem(MapSession s, int i) => Value(s, s.TypeOf(0).Elem, 1000 + i);

    private static byte[] Value(MapSession s, GoType type, int i)
    {
        if (type.Kind == GoKind.String)
        {
            return Sessions.Str(s, $"text {i}");
        }

        var bytes = new byte[type.Size];
        if (type.Kind == GoKind.Pointer)
        {
            return BitConverter.GetBytes(s.NewObject(new byte[8], Heap.ObjectKind.Pointee).Value);
        }

        byte[] number = type.Kind == GoKind.Float ? BitConverter.GetBytes((double)i) : BitConverter.GetBytes((long)i);
        number.AsSpan(0, Math.Min(8, bytes.Length)).CopyTo(bytes);
        return bytes;
    }
}
