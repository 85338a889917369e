using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>
/// The content of a key as bytes without pointers: equal keys have equal content in every run, so that a recorded
/// hash can be found again. A string is its length and bytes, an interface its type's name and its value's content.
/// </summary>
internal static class KeyContent
{
    /// <summary>The content of a key as an entry point received it.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="t">The map's type.</param>
    /// <param name="key">The key.</param>
    /// <param name="isNaN">True if a NaN is in it: its hash is random.</param>
    public static byte[] Of(Machine m, MapType t, in KeyArg key, out bool isNaN)
    {
        isNaN = false;
        switch (key.Variant)
        {
            case MapVariant.Fast32 or MapVariant.Fast32Ptr: return BitConverter.GetBytes((uint)key.Bits);
            case MapVariant.Fast64 or MapVariant.Fast64Ptr: return BitConverter.GetBytes(key.Bits);
            case MapVariant.FastStr: return String(m.StringBytes(key.Pointer, key.Bits));
            default:
                var bytes = new List<byte>();
                Append(m, t.Key, key.Pointer, bytes, ref isNaN);
                return [.. bytes];
        }
    }

    private static byte[] String(ReadOnlySpan<byte> bytes) => [.. BitConverter.GetBytes(bytes.Length), .. bytes];

    private static void Append(Machine m, GoType t, Addr p, List<byte> content, ref bool isNaN)
    {
        switch (t.Kind)
        {
            case GoKind.String:
                content.AddRange(String(KeyHash.StringAt(m, p)));
                break;
            case GoKind.Float or GoKind.Complex:
                int size = t.Kind == GoKind.Complex ? t.Size / 2 : t.Size;
                for (int at = 0; at < t.Size; at += size)
                {
                    double x = KeyHash.FloatAt(m, p + at, size);
                    isNaN |= double.IsNaN(x);
                    content.AddRange(BitConverter.GetBytes(x == 0 ? 0.0 : x));
                }

                break;
            case GoKind.Interface:
                if (KeyHash.TryDynamic(m, p, out GoType? type, out Addr value))
                {
                    content.AddRange(System.Text.Encoding.UTF8.GetBytes(type!.Text));
                    content.Add(0);
                    Append(m, type, value, content, ref isNaN);
                }

                break;
            case GoKind.Array when !t.IsPlainMemory:
                for (int i = 0; i < t.Length; i++)
                {
                    Append(m, t.Elem!, p + i * t.Elem!.Size, content, ref isNaN);
                }

                break;
            case GoKind.Struct when !t.IsPlainMemory:
                foreach (GoField field in t.Fields)
                {
                    Append(m, field.Type, p + field.Offset, content, ref isNaN);
                }

                break;
            default:
                content.AddRange(m.Memory.Raw(p, t.Size));
                break;
        }
    }
}
