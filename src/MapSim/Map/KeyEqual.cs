using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>Go's == on two keys that both lie in the goroutine's own memory.</summary>
internal static class KeyEqual
{
    /// <summary>True if the values of type <paramref name="t"/> at the two addresses are equal.</summary>
    public static bool Test(Machine m, GoType t, Addr a, Addr b)
    {
        if (t.IsPlainMemory)
        {
            return m.Memory.Raw(a, t.Size).SequenceEqual(m.Memory.Raw(b, t.Size));
        }

        switch (t.Kind)
        {
            case GoKind.String:
                return KeyHash.StringAt(m, a).SequenceEqual(KeyHash.StringAt(m, b));
            case GoKind.Float:
                return KeyHash.FloatAt(m, a, t.Size) == KeyHash.FloatAt(m, b, t.Size);
            case GoKind.Complex:
                int half = t.Size / 2;
                return KeyHash.FloatAt(m, a, half) == KeyHash.FloatAt(m, b, half)
                    && KeyHash.FloatAt(m, a + half, half) == KeyHash.FloatAt(m, b + half, half);
            case GoKind.Interface:
                bool some = KeyHash.TryDynamic(m, a, out GoType? ta, out Addr va);
                bool other = KeyHash.TryDynamic(m, b, out GoType? tb, out Addr vb);
                return some == other && (!some || (ta == tb && ta!.IsComparable && Test(m, ta, va, vb)));
            case GoKind.Array:
                for (int i = 0; i < t.Length; i++)
                {
                    if (!Test(m, t.Elem!, a + i * t.Elem!.Size, b + i * t.Elem!.Size))
                    {
                        return false;
                    }
                }

                return true;
            case GoKind.Struct:
                foreach (GoField field in t.Fields)
                {
                    if (field.Name != "_" && !Test(m, field.Type, a + field.Offset, b + field.Offset))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>True if the value equals itself: false for NaN and what contains one.</summary>
    public static bool IsReflexive(Machine m, GoType t, Addr a) => t.IsReflexive || Test(m, t, a, a);
}
