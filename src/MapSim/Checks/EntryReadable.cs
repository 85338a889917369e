using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// H3.19: what a live cell points to is alive: an indirect key and elem, the bytes of a key string, the type and the
/// value of a key interface. It does not look at what elems point to.
/// </summary>
internal static class EntryReadable
{
    public const string Id = "H3.19";

    public static void Check(MapScan scan, EntryScan entries, List<Violation> found)
    {
        if (entries.Unreadable is { } violation)
        {
            found.Add(violation);
        }
    }

    /// <summary>What is wrong with the entry in a slot; null if nothing is.</summary>
    public static string? Problem(Machine m, MapType t, BucketView bucket, int slot)
    {
        if (t.IndirectElem && !m.Memory.IsLive(bucket.Elem(slot), t.Elem.Size))
        {
            return $"the elem pointer is {bucket.Elem(slot)}";
        }

        Addr key = bucket.Key(slot);
        return t.IndirectKey && !m.Memory.IsLive(key, t.Key.Size) ? $"the key pointer is {key}" : KeyProblem(m, t.Key, key);
    }

    private static string? KeyProblem(Machine m, GoType t, Addr key)
    {
        if (t.IsPlainMemory)
        {
            return null;
        }

        switch (t.Kind)
        {
            case GoKind.String:
                ulong length = KeyHash.Word(m, key + m.PointerSize);
                var data = new Addr(KeyHash.Word(m, key));
                return length == 0 || (length < 1 << 20 && m.Memory.IsLive(data, (int)length)) ? null : $"a string of {length} bytes at {data}";
            case GoKind.Interface:
                return InterfaceProblem(m, key);
            case GoKind.Array:
                for (int i = 0; i < t.Length; i++)
                {
                    if (KeyProblem(m, t.Elem!, key + i * t.Elem!.Size) is { } problem)
                    {
                        return problem;
                    }
                }

                return null;
            case GoKind.Struct:
                foreach (GoField field in t.Fields)
                {
                    if (KeyProblem(m, field.Type, key + field.Offset) is { } problem)
                    {
                        return problem;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    private static string? InterfaceProblem(Machine m, Addr key)
    {
        var descriptor = new Addr(KeyHash.Word(m, key));
        if (descriptor.IsNil)
        {
            return null;
        }

        if (m.RuntimeTypeAt(descriptor) is not { } type || !type.IsComparable)
        {
            return $"an interface with the type word {descriptor}";
        }

        Addr value = type.IsDirectInterface ? key + m.PointerSize : new Addr(KeyHash.Word(m, key + m.PointerSize));
        return type.Size == 0 || m.Memory.IsLive(value, type.Size) ? KeyProblem(m, type, value) : $"a boxed value at {value}";
    }
}
