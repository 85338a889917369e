namespace MapSim.Fuzz;

/// <summary>The words with which a fork server and AFL++ 4.04c greet one another (types.h, FS_OPT_*; newer releases take them, too).</summary>
public static class AflHello
{
    private const uint Enabled = 0x80000001, HasMapSize = 0x40000000, SharedInputs = 0x01000000, Error = 0xf800008f;
    private const uint SegmentMissing = 8;

    /// <summary>The fork server's word: how large its map is, and whether it takes inputs in shared memory.</summary>
    /// <param name="mapSize">2 to 2^23.</param>
    /// <param name="sharedInputs">True if AFL has a segment for inputs; AFL then answers with a word of its own.</param>
    public static uint Word(int mapSize, bool sharedInputs) =>
        mapSize is >= 2 and <= 1 << 23
            ? Enabled | HasMapSize | ((uint)(mapSize - 1) << 1) | (sharedInputs ? SharedInputs : 0)
            : throw new ArgumentOutOfRangeException(nameof(mapSize), mapSize, "expected 2 to 2^23");

    /// <summary>The fork server's word if it cannot reach a segment: AFL says so and ends.</summary>
    public static uint NoSegment => Error | (SegmentMissing << 8);

    /// <summary>True if AFL's answer says that inputs come in shared memory.</summary>
    public static bool GrantsSharedInputs(uint answer) => (answer & (Enabled | SharedInputs)) == (Enabled | SharedInputs);
}
