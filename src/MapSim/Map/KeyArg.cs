using System.Buffers.Binary;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>
/// A key as one of the entry points receives it: a pointer to the key (generic), its value (fast32, fast64), a
/// pointer value (fast64ptr) or a string header (faststr).
/// </summary>
/// <param name="Variant">Which entry point.</param>
/// <param name="Pointer">Generic: where the key lies; pointer variants: the key; faststr: the string's data.</param>
/// <param name="Bits">fast32 and fast64: the value; faststr: the length.</param>
internal readonly record struct KeyArg(MapVariant Variant, Addr Pointer, ulong Bits)
{
    /// <summary>True for the variants whose key is a pointer.</summary>
    public static bool IsPointer(MapVariant variant) => variant is MapVariant.Fast32Ptr or MapVariant.Fast64Ptr;

    /// <summary>Takes the key that lies in the goroutine's own memory.</summary>
    public static KeyArg Load(Machine m, MapVariant variant, Addr key)
    {
        switch (variant)
        {
            case MapVariant.Fast32 or MapVariant.Fast32Ptr:
                uint narrow = BinaryPrimitives.ReadUInt32LittleEndian(m.Memory.Raw(key, 4));
                return new KeyArg(variant, variant == MapVariant.Fast32Ptr ? new Addr(narrow) : default, narrow);
            case MapVariant.Fast64 or MapVariant.Fast64Ptr:
                ulong wide = BinaryPrimitives.ReadUInt64LittleEndian(m.Memory.Raw(key, 8));
                return new KeyArg(variant, variant == MapVariant.Fast64Ptr ? new Addr(wide) : default, wide);
            case MapVariant.FastStr:
                return new KeyArg(variant, new Addr(KeyHash.Word(m, key)), KeyHash.Word(m, key + m.PointerSize));
            default:
                return new KeyArg(variant, key, 0);
        }
    }
}
