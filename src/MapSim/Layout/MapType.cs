using System.Collections.Concurrent;

namespace MapSim.Layout;

/// <summary>Which of the runtime's entry points the compiler calls for a map type (go-map.md section 3).</summary>
public enum MapVariant : byte
{
    /// <summary>mapaccess1, mapassign, mapdelete.</summary>
    Generic,

    /// <summary>The _fast32 functions: 4 bytes of plain memory.</summary>
    Fast32,

    /// <summary>As Fast32, for a pointer key on a 32-bit machine: assignment is mapassign_fast32ptr.</summary>
    Fast32Ptr,

    /// <summary>The _fast64 functions: 8 bytes of plain memory.</summary>
    Fast64,

    /// <summary>As Fast64, for a key with a pointer in it: assignment is mapassign_fast64ptr.</summary>
    Fast64Ptr,

    /// <summary>The _faststr functions.</summary>
    FastStr,
}

/// <summary>
/// A map type as the runtime sees it (abi.MapType): slot sizes, bucket size and the five flag bits, computed from
/// key and elem type.
/// </summary>
public sealed class MapType
{
    /// <summary>More types than this are parsed anew each time: no program has so many.</summary>
    private const int MostKnown = 1024;

    private static readonly ConcurrentDictionary<(string Text, Arch Arch), MapType> Known = new();

    private MapType(GoType key, GoType elem, Arch arch)
    {
        Key = key;
        Elem = elem;
        Arch = arch;
        Text = $"map[{key.Text}]{elem.Text}";
        IndirectKey = key.Size > Bmap.MaxInline;
        IndirectElem = elem.Size > Bmap.MaxInline;
        KeySlot = IndirectKey ? arch.PointerSize : key.Size;
        ElemSlot = IndirectElem ? arch.PointerSize : elem.Size;
        ElemsOffset = Bmap.DataOffset + Bmap.Slots * KeySlot;
        OverflowOffset = ElemsOffset + Bmap.Slots * ElemSlot;
        BucketSize = OverflowOffset + arch.PointerSize;
        BucketHasPointers = IndirectKey || IndirectElem || key.HasPointers || elem.HasPointers;
        Variant = ChooseVariant();
    }

    /// <summary>The key's type.</summary>
    public GoType Key { get; }

    /// <summary>The elem's type.</summary>
    public GoType Elem { get; }

    /// <summary>The architecture it is laid out for.</summary>
    public Arch Arch { get; }

    /// <summary>Go's spelling.</summary>
    public string Text { get; }

    /// <summary>Keys above 128 bytes: the slot holds a pointer.</summary>
    public bool IndirectKey { get; }

    /// <summary>Elems above 128 bytes: the slot holds a pointer.</summary>
    public bool IndirectElem { get; }

    /// <summary>Bytes in a key slot.</summary>
    public int KeySlot { get; }

    /// <summary>Bytes in an elem slot; may be 0.</summary>
    public int ElemSlot { get; }

    /// <summary>Offset of the first elem slot in a bucket.</summary>
    public int ElemsOffset { get; }

    /// <summary>Offset of the overflow pointer in a bucket.</summary>
    public int OverflowOffset { get; }

    /// <summary>Bytes in a bucket.</summary>
    public int BucketSize { get; }

    /// <summary>Key or elem slots hold pointers (the overflow word alone does not count).</summary>
    public bool BucketHasPointers { get; }

    /// <summary>The entry points the compiler would choose.</summary>
    public MapVariant Variant { get; }

    /// <summary>The flag bits of abi.MapType: 1 indirect key, 2 indirect elem, 4 reflexive key, 8 need key update, 16 hash might panic.</summary>
    public int Flags => (IndirectKey ? 1 : 0) | (IndirectElem ? 2 : 0) | (Key.IsReflexive ? 4 : 0)
        | (Key.NeedsKeyUpdate ? 8 : 0) | (Key.HashMightPanic ? 16 : 0);

    /// <summary>Reads "map[K]V", for amd64.</summary>
    /// <exception cref="FormatException">No map type, or a key type that cannot be compared.</exception>
    public static MapType Parse(string text) => Parse(text, Arch.Amd64);

    /// <summary>Reads "map[K]V".</summary>
    /// <exception cref="FormatException">No map type, or a key type that cannot be compared.</exception>
    public static MapType Parse(string text, Arch arch)
    {
        (GoType key, GoType elem) = GoTypeParser.ParseMap(text, arch);
        return new MapType(key, elem, arch);
    }

    /// <summary>As <see cref="Parse(string, Arch)"/>, but the same object for the same text: a machine gives it one number.</summary>
    /// <exception cref="FormatException">No map type, or a key type that cannot be compared.</exception>
    internal static MapType Shared(string text, Arch arch)
    {
        if (Known.TryGetValue((text, arch), out MapType? known))
        {
            return known;
        }

        MapType type = Parse(text, arch);
        return Known.Count < MostKnown ? Known.GetOrAdd((text, arch), type) : type;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private MapVariant ChooseVariant()
    {
        if (Elem.Size > Bmap.MaxInline)
        {
            return MapVariant.Generic;
        }

        if (Key.Unwrapped.Kind == GoKind.String)
        {
            return MapVariant.FastStr;
        }

        return (Key.IsPlainMemory, Key.Size) switch
        {
            (true, 4) => !Key.HasPointers ? MapVariant.Fast32 : Arch.PointerSize == 4 ? MapVariant.Fast32Ptr : MapVariant.Generic,
            (true, 8) => !Key.HasPointers ? MapVariant.Fast64 : Arch.PointerSize == 8 ? MapVariant.Fast64Ptr : MapVariant.Generic,
            _ => MapVariant.Generic,
        };
    }
}
