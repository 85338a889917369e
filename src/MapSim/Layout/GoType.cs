using System.Text;

namespace MapSim.Layout;

/// <summary>The kinds of Go type that a map key or elem may have here.</summary>
public enum GoKind : byte
{
    /// <summary>bool.</summary>
    Bool,

    /// <summary>A signed or unsigned integer, or uintptr.</summary>
    Int,

    /// <summary>float32 or float64.</summary>
    Float,

    /// <summary>complex64 or complex128.</summary>
    Complex,

    /// <summary>string.</summary>
    String,

    /// <summary>A pointer (also chan and unsafe.Pointer: one word that is compared as it is).</summary>
    Pointer,

    /// <summary>interface{} (any).</summary>
    Interface,

    /// <summary>An array.</summary>
    Array,

    /// <summary>A struct.</summary>
    Struct,

    /// <summary>A type that cannot be compared (slice, map, func): only as an elem, or inside an interface key.</summary>
    Unhashable,
}

/// <summary>A struct field at its offset.</summary>
/// <param name="Name">Go's name; "_" is blank and takes no part in equality.</param>
/// <param name="Type">Its type.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
public readonly record struct GoField(string Name, GoType Type, int Offset);

/// <summary>
/// A Go type, laid out for one architecture: size, alignment, where its pointers are, and the traits of its
/// equality that decide how a map treats it. Made by <see cref="GoTypeParser"/>.
/// </summary>
public sealed class GoType
{
    private GoType(GoKind kind, string text, int size, int align)
    {
        Kind = kind;
        Text = text;
        Size = size;
        Align = align;
    }

    /// <summary>What kind of type.</summary>
    public GoKind Kind { get; }

    /// <summary>Go's spelling.</summary>
    public string Text { get; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>Alignment in bytes.</summary>
    public int Align { get; }

    /// <summary>Element type of an array or pointee of a pointer; null otherwise.</summary>
    public GoType? Elem { get; private init; }

    /// <summary>Number of array elements.</summary>
    public int Length { get; private init; }

    /// <summary>True for signed integers.</summary>
    public bool IsSigned { get; private init; }

    /// <summary>Fields of a struct, in order.</summary>
    public IReadOnlyList<GoField> Fields { get; private init; } = [];

    /// <summary>Offsets of the pointer words inside a value, ascending.</summary>
    public IReadOnlyList<int> PointerOffsets
    {
        get;
        private init => (field, HasPointers) = (value, value.Count > 0);
    } = [];

    /// <summary>True if a value holds pointers.</summary>
    public bool HasPointers { get; private init; }

    /// <summary>True if values are equal exactly when all their bytes are (Go's AMEM).</summary>
    public bool IsPlainMemory { get; private init; }

    /// <summary>True if x == x for every value (not for floats, complex numbers, interfaces and what contains them).</summary>
    public bool IsReflexive { get; private init; }

    /// <summary>True if an assignment to an equal key must store the key again.</summary>
    public bool NeedsKeyUpdate { get; private init; }

    /// <summary>True if hashing a value can panic (interfaces and what contains them).</summary>
    public bool HashMightPanic { get; private init; }

    /// <summary>True if values can be compared at all.</summary>
    public bool IsComparable { get; private init; } = true;

    /// <summary>True if an interface holds the value itself rather than a pointer to it (one pointer word).</summary>
    public bool IsDirectInterface { get; private init; }

    internal static GoType Plain(GoKind kind, string text, int size, int align, bool signed = false) =>
        new(kind, text, size, align) { IsPlainMemory = true, IsReflexive = true, IsSigned = signed };

    internal static GoType Float(string text, int size, Arch arch) =>
        new(GoKind.Float, text, size, Math.Min(size, arch.MaxAlign)) { NeedsKeyUpdate = true };

    internal static GoType Complex(string text, int size, Arch arch) =>
        new(GoKind.Complex, text, size, Math.Min(size / 2, arch.MaxAlign)) { NeedsKeyUpdate = true };

    internal static GoType String(Arch arch) =>
        new(GoKind.String, "string", 2 * arch.PointerSize, arch.PointerSize) { IsReflexive = true, NeedsKeyUpdate = true, PointerOffsets = [0] };

    internal static GoType Pointer(string text, GoType? elem, Arch arch) =>
        new(GoKind.Pointer, text, arch.PointerSize, arch.PointerSize)
        {
            Elem = elem, IsPlainMemory = true, IsReflexive = true, PointerOffsets = [0], IsDirectInterface = true,
        };

    internal static GoType Interface(string text, Arch arch) =>
        new(GoKind.Interface, text, 2 * arch.PointerSize, arch.PointerSize)
        {
            NeedsKeyUpdate = true, HashMightPanic = true, PointerOffsets = [0, arch.PointerSize],
        };

    internal static GoType Unhashable(string text, int words, Arch arch) =>
        new(GoKind.Unhashable, text, words * arch.PointerSize, arch.PointerSize)
        {
            IsComparable = false, PointerOffsets = [0], IsDirectInterface = words == 1, HashMightPanic = true,
        };

    internal static GoType Array(GoType elem, int length) =>
        new(GoKind.Array, $"[{length}]{elem.Text}", checked(elem.Size * length), elem.Align)
        {
            Elem = elem,
            Length = length,
            IsPlainMemory = elem.IsPlainMemory || (length == 0 && elem.IsComparable),
            IsReflexive = elem.IsReflexive,
            NeedsKeyUpdate = elem.NeedsKeyUpdate,
            HashMightPanic = elem.HashMightPanic,
            IsComparable = elem.IsComparable,
            IsDirectInterface = length == 1 && elem.IsDirectInterface,
            PointerOffsets = [.. Enumerable.Range(0, elem.HasPointers ? length : 0).SelectMany(i => elem.PointerOffsets.Select(o => i * elem.Size + o))],
        };

    internal static GoType Struct(IReadOnlyList<(string Name, GoType Type)> fields)
    {
        var placed = new List<GoField>();
        int offset = 0, align = 1;
        bool plain = true;
        foreach ((string name, GoType type) in fields)
        {
            int at = RoundUp(offset, type.Align);
            plain &= at == offset && type.IsPlainMemory && name != "_";
            placed.Add(new GoField(name, type, at));
            offset = at + type.Size;
            align = Math.Max(align, type.Align);
        }

        // A zero-size last field gets a byte of its own, so that its address stays inside the struct.
        int end = placed.Count > 0 && placed[^1].Type.Size == 0 && offset > 0 ? offset + 1 : offset;
        int size = RoundUp(end, align);
        bool only = placed.Count == 1 && placed[0].Name != "_";
        return new GoType(GoKind.Struct, StructText(fields), size, align)
        {
            Fields = placed,
            IsPlainMemory = only ? placed[0].Type.IsPlainMemory : plain && size == offset,
            IsReflexive = placed.All(f => f.Type.IsReflexive),
            NeedsKeyUpdate = placed.Any(f => f.Type.NeedsKeyUpdate),
            HashMightPanic = placed.Any(f => f.Type.HashMightPanic),
            IsComparable = placed.All(f => f.Type.IsComparable),
            IsDirectInterface = placed.Count == 1 && placed[0].Type.IsDirectInterface,
            PointerOffsets = [.. placed.SelectMany(f => f.Type.PointerOffsets.Select(o => f.Offset + o))],
        };
    }

    /// <summary>The type whose equality this type's is: a one-field struct or one-element array counts as its content.</summary>
    public GoType Unwrapped => Kind switch
    {
        GoKind.Struct when Fields.Count == 1 && Fields[0].Name != "_" => Fields[0].Type.Unwrapped,
        GoKind.Array when Length == 1 => Elem!.Unwrapped,
        _ => this,
    };

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static int RoundUp(int n, int align) => checked((n + align - 1) / align * align);

    private static string StructText(IReadOnlyList<(string Name, GoType Type)> fields)
    {
        if (fields.Count == 0)
        {
            return "struct{}";
        }

        var text = new StringBuilder("struct{ ");
        text.AppendJoin("; ", fields.Select(f => f.Name + " " + f.Type.Text));
        return text.Append(" }").ToString();
    }
}
