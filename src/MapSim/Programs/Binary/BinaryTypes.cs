using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// The types that the binary form knows by number. Both lists are append-only: a number keeps its type for ever.
/// </summary>
public static class BinaryTypes
{
    /// <summary>Map types. Numbers without a type stand for type 0.</summary>
    public static IReadOnlyList<string> Maps { get; } =
    [
        "map[uint64]uint64", "map[uint32]uint32", "map[string]string", "map[string]int64", "map[float64]int64",
        "map[interface {}]int", "map[uint64]*T", "map[[200]uint8]int", "map[uint8]struct{}", "map[uint64][160]uint8",
        "map[int16]uint8", "map[*T]struct{}", "map[uint16]*T", "map[bool]int", "map[int8]int8",
        "map[int16]string", "map[int32]float32", "map[int64][16]uint8", "map[int]interface {}", "map[uint8][129]uint8",
        "map[uint16]uint16", "map[uint32]*T", "map[uint]bool", "map[uintptr]complex128", "map[float32]string",
        "map[float64]*T", "map[complex64]uint8", "map[complex128]uint64", "map[string]struct{}", "map[string][160]uint8",
        "map[interface {}]struct{}", "map[interface {}][129]uint8", "map[interface {}]*T", "map[[3]uint8]uint16", "map[[2]string]int",
        "map[[2]interface {}]int", "map[struct{ a int8; b float64 }]int32", "map[struct{ a int8; b int64 }]uint8",
        "map[struct{ s string; n int }]string", "map[struct{ _ int32; x uint16 }]int8", "map[struct{}]uint64", "map[[1]string]int",
        "map[struct{ p *T }]uint32", "map[[150]uint8][200]uint8", "map[[20]string]int", "map[[17]float64]uint8", "map[[9]interface {}]*T",
        "map[string]*T", "map[int]int", "map[int]*T", "map[string]int", "map[uint64]int64", "map[int]bool", "map[int64]string",
        "map[float64]string", "map[[129]uint8]bool", "map[int]string", "map[*T]int", "map[uint8]uint8", "map[int32]int32",
    ];

    /// <summary>Types of values in interfaces; number 0 is nil.</summary>
    public static IReadOnlyList<string> Dynamic { get; } =
    [
        "nil", "int", "string", "float64", "uint8", "*T", "[2]string", "struct{ a int8; b float64 }", "int64", "[1]*T", "struct{}",
        "complex64", "[1]interface {}", "[]int", "map[string]int", "func()", "bool", "int8", "uint64", "float32", "complex128",
        "[2]interface {}", "[2]int", "uint", "uint16", "int16", "uint32", "int32", "uintptr", "map[int]int",
    ];

    /// <summary>The shared types, by number and architecture, as far as somebody asked for them.</summary>
    private static readonly MapType?[] Shared = new MapType?[NumberMask + 1 << 2];

    private const int NumberMask = 0x3F;

    /// <summary>The map type of a number, 0 to 127; bit 6 is ignored.</summary>
    internal static MapType Map(int number, Arch arch)
    {
        int architecture = arch == Arch.Amd64 ? 0 : arch == Arch.Arm64 ? 1 : 2;
        return Shared[((number & NumberMask) << 2) + architecture] ??= MapType.Shared(Map(number), arch);
    }

    /// <summary>The map type of a number, 0 to 127; bit 6 is ignored.</summary>
    public static string Map(int number) => Maps[(number & NumberMask) < Maps.Count ? number & NumberMask : 0];
}
