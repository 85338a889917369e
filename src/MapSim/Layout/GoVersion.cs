namespace MapSim.Layout;

/// <summary>
/// A Go release as data: every rule in which the modelled releases differ (go-map.md section 9). Code asks for a
/// rule by name and never compares releases.
/// </summary>
public sealed class GoVersion
{
    private GoVersion(string name) => Name = name;

    /// <summary>Go 1.19 (checked against 1.19.8).</summary>
    public static GoVersion Go119 { get; } = new("1.19")
    {
        LoadFactorNum = 13, EmptyMapHashesKey = true, HasPortableHashMultipliers = true,
    };

    /// <summary>Go 1.21 (checked against 1.21.13).</summary>
    public static GoVersion Go121 { get; } = new("1.21")
    {
        LoadFactorNum = 12, ClearMarksBucketsEmpty = true, HasClone = true, EmptyMapHashesKey = true, HasPortableHashMultipliers = true,
    };

    /// <summary>Go 1.22 (checked against 1.22.12).</summary>
    public static GoVersion Go122 { get; } = new("1.22")
    {
        LoadFactorNum = 13, ClearMarksBucketsEmpty = true, HasClone = true, CloneClampsHint = true,
        WideRandom = true, HasMallocHeaders = true, HasPortableHashMultipliers = true,
    };

    /// <summary>Go 1.23 (checked against 1.23.5).</summary>
    public static GoVersion Go123 { get; } = new("1.23")
    {
        LoadFactorNum = 13, ClearMarksBucketsEmpty = true, HasClone = true, CloneClampsHint = true,
        WideRandom = true, HasMallocHeaders = true,
    };

    /// <summary>Every modelled release, oldest first.</summary>
    public static IReadOnlyList<GoVersion> All { get; } = [Go119, Go121, Go122, Go123];

    /// <summary>"1.19", "1.21", "1.22" or "1.23".</summary>
    public string Name { get; }

    /// <summary>Numerator of the load limit over 2: 13 means 6.5 entries a bucket; 1.21 has 12 (golang/go#63438).</summary>
    public ulong LoadFactorNum { get; private init; }

    /// <summary>clear() first marks every cell of the old and new array emptyRest (golang/go#59411, from 1.21).</summary>
    public bool ClearMarksBucketsEmpty { get; private init; }

    /// <summary>The clear builtin and maps.Clone exist (from 1.21).</summary>
    public bool HasClone { get; private init; }

    /// <summary>Clone limits its hint to the source's load limit (golang/go#69110; 1.22.12 and 1.23.5, not 1.21.13).</summary>
    public bool CloneClampsHint { get; private init; }

    /// <summary>Map code draws 64-bit random numbers; before 1.22 all draws but a few are 32 bits wide.</summary>
    public bool WideRandom { get; private init; }

    /// <summary>Lookup and delete on an empty map call the hasher with seed 0 to find unhashable keys (before 1.22; a NaN then costs a draw).</summary>
    public bool EmptyMapHashesKey { get; private init; }

    /// <summary>Objects with pointers above pointersize*pointersize*8 bytes carry an 8-byte malloc header (from 1.22).</summary>
    public bool HasMallocHeaders { get; private init; }

    /// <summary>The portable hash multiplies by fixed constants (up to 1.22) instead of by the process's keys.</summary>
    public bool HasPortableHashMultipliers { get; private init; }

    /// <summary>The release a version text belongs to: "1.23", "go1.23.5" and "1.23.5" all give 1.23.</summary>
    /// <exception cref="FormatException">Not a modelled release.</exception>
    public static GoVersion Parse(string text)
    {
        string s = text.StartsWith("go", StringComparison.Ordinal) ? text[2..] : text;
        return All.FirstOrDefault(v => s == v.Name || s.StartsWith(v.Name + ".", StringComparison.Ordinal) || s.StartsWith(v.Name + "rc", StringComparison.Ordinal))
            ?? throw new FormatException($"expected a Go version (1.19, 1.21, 1.22, 1.23), found '{text}'");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
