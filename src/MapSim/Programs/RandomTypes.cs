namespace MapSim.Programs;

/// <summary>The map types of random programs.</summary>
public static class RandomTypes
{
    /// <summary>The types of recorded traces (architecture.md section 9), then every shape of key and elem that the runtime treats in its own way.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "map[uint64]uint64", "map[uint32]uint32", "map[string]string", "map[string]int64", "map[float64]int64",
        "map[interface{}]int", "map[uint64]*T", "map[[200]byte]int", "map[uint8]struct{}", "map[uint64][160]byte",
        "map[int16]uint8", "map[*T]struct{}", "map[uint16]*T",

        // integers and bool
        "map[bool]int", "map[int8]int8", "map[int16]string", "map[int32]float32", "map[int64][16]byte", "map[int]interface{}",
        "map[uint8][129]byte", "map[uint16]uint16", "map[uint32]*T", "map[uint]bool", "map[uintptr]complex128",

        // keys that need update, or do not equal themselves
        "map[float32]string", "map[float64]*T", "map[complex64]uint8", "map[complex128]uint64", "map[string]struct{}",
        "map[string][160]byte", "map[interface{}]struct{}", "map[interface{}][129]byte", "map[interface{}]*T",

        // composites: padding, blank fields, no bytes at all, one field only
        "map[[3]byte]uint16", "map[[2]string]int", "map[[2]interface{}]int", "map[struct{ a int8; b float64 }]int32",
        "map[struct{ a int8; b int64 }]uint8", "map[struct{ s string; n int }]string", "map[struct{ _ int32; x uint16 }]int8",
        "map[struct{}]uint64", "map[[1]string]int", "map[struct{ p *T }]uint32",

        // keys above 128 bytes
        "map[[150]byte][200]byte", "map[[20]string]int", "map[[17]float64]uint8", "map[[9]interface{}]*T",
    ];
}
