namespace MapSim.Layout;

/// <summary>
/// What a processor architecture decides about layout: the width of a word and the alignment of 64-bit values.
/// amd64 and arm64 have the same layout; they differ in their AES hash.
/// </summary>
public sealed class Arch
{
    private Arch(string name, int pointerSize, int maxAlign)
    {
        Name = name;
        PointerSize = pointerSize;
        MaxAlign = maxAlign;
    }

    /// <summary>64-bit x86.</summary>
    public static Arch Amd64 { get; } = new("amd64", 8, 8);

    /// <summary>64-bit ARM.</summary>
    public static Arch Arm64 { get; } = new("arm64", 8, 8);

    /// <summary>32-bit x86: 64-bit values are aligned to 4 bytes.</summary>
    public static Arch I386 { get; } = new("386", 4, 4);

    /// <summary>Every modelled architecture.</summary>
    public static IReadOnlyList<Arch> All { get; } = [Amd64, Arm64, I386];

    /// <summary>Go's name (GOARCH).</summary>
    public string Name { get; }

    /// <summary>Bytes in a pointer, an int and a uintptr: 8 or 4.</summary>
    public int PointerSize { get; }

    /// <summary>The largest alignment of any basic type, in bytes.</summary>
    public int MaxAlign { get; }

    /// <summary>All ones in the width of a uintptr (also Go's noCheck).</summary>
    public ulong MaxUintptr => PointerSize == 8 ? ulong.MaxValue : uint.MaxValue;

    /// <summary>The largest allocation Go believes in; a make() hint beyond it counts as 0.</summary>
    public ulong MaxAlloc => PointerSize == 8 ? 1UL << 48 : 1UL << 32;

    /// <summary>The architecture with Go's name for it.</summary>
    /// <exception cref="FormatException">No such architecture is modelled.</exception>
    public static Arch Parse(string name) =>
        All.FirstOrDefault(a => a.Name == name)
        ?? throw new FormatException($"expected an architecture (amd64, arm64, 386), found '{name}'");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
