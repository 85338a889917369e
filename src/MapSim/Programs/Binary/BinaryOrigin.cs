namespace MapSim.Programs;

/// <summary>
/// How a map is made, as a byte: 0 small, 1 stack, 2 nil, from 3 on make with a hint: 0 to 60, then four hints an octave
/// up to 3584, then -1 and 2^62 (which make takes for 0), then 0.
/// </summary>
internal static class BinaryOrigin
{
    private const int FirstHint = 3, FirstOctave = 64, Special = 104;

    /// <summary>The origin and the hint of a byte.</summary>
    public static (MapOrigin Origin, long Hint) Of(int value) => value switch
    {
        0 => (MapOrigin.Small, 0),
        1 => (MapOrigin.Stack, 0),
        2 => (MapOrigin.Nil, 0),
        < FirstOctave => (MapOrigin.Hint, value - FirstHint),
        < Special => (MapOrigin.Hint, (4L + (value & 3)) << ((value - FirstOctave) >> 2)),
        Special => (MapOrigin.Hint, -1),
        Special + 1 => (MapOrigin.Hint, 1L << 62),
        _ => (MapOrigin.Hint, 0),
    };

    /// <summary>The byte of a map; -1 if there is none.</summary>
    public static int Find(MapOrigin origin, long hint) =>
        Enumerable.Range(0, 128).FirstOrDefault(b => Of(b) == (origin, origin == MapOrigin.Hint ? hint : 0), -1);
}
