namespace MapSim.Checks;

/// <summary>
/// The rows of the detection table: how operations on one map came across each other (gc-and-barriers.md, D2, and the
/// rows that follow from its micro-steps but are not written there). A window is what lies between a writer's w3b and w6b.
/// </summary>
[Flags]
public enum DetectionRow
{
    /// <summary>No operation came across another.</summary>
    None = 0,

    /// <summary>Caught: r1 or w1 saw the bit of another writer.</summary>
    CaughtInWindow = 1 << 0,

    /// <summary>Caught at w5: a toggle found the bit set and cleared it.</summary>
    BothToggled = 1 << 1,

    /// <summary>Caught at w5: two toggles became one, and the other writer was through before.</summary>
    LostToggleCaught = 1 << 2,

    /// <summary>Caught at w5: a store of flags loaded earlier took the bit away.</summary>
    ClearedByOldFlags = 1 << 3,

    /// <summary>Missed: two toggles became one, and both writers passed w5 before either was through.</summary>
    LostToggleMissed = 1 << 4,

    /// <summary>Missed: the bit was gone, but a later store set it again (old flags of a grow or clear, a third toggle).</summary>
    HiddenByLaterStore = 1 << 5,

    /// <summary>Missed: a whole window lay between another writer's w1 and its w3b. What it hashed may be out of date.</summary>
    WriteBeforeToggle = 1 << 6,

    /// <summary>Missed: a window touched the time between the first step of an operation and its test, and was over at the test.</summary>
    WriteBeforeTest = 1 << 7,

    /// <summary>Missed: a reader had passed its test, then a window began while it read.</summary>
    ReaderPassedThenWrite = 1 << 8,

    /// <summary>Missed: a test passed inside a window, because other writers had cleared the bit.</summary>
    PassedWhileWriterInside = 1 << 9,

    /// <summary>Missed: a window began between two nexts of an iteration.</summary>
    WriteBetweenNexts = 1 << 10,

    /// <summary>Missed: an operation found the map empty and returned before its test, inside a window.</summary>
    ReturnedAtR0 = 1 << 11,

    /// <summary>Missed: len was asked inside a window; it never tests.</summary>
    LengthInWindow = 1 << 12,

    /// <summary>Missed: a window began after an assignment had returned and before its caller had stored the elem.</summary>
    WriteBeforeElemStore = 1 << 13,

    /// <summary>Missed: the iterator bits set between a writer's load and store of the flags are gone.</summary>
    IteratorBitsLost = 1 << 14,

    /// <summary>Missed: two windows overlapped, and something else ended a goroutine before w5 could tell.</summary>
    CutShort = 1 << 15,
}

/// <summary>What the detection table says about a run.</summary>
public enum DetectionVerdict : byte
{
    /// <summary>Nothing to detect.</summary>
    NoConflict,

    /// <summary>The runtime must be fatal.</summary>
    MustCatch,

    /// <summary>Operations came across each other, and the runtime does not notice: so it is designed.</summary>
    MissedByDesign,
}

/// <summary>Sets of rows.</summary>
public static class DetectionRows
{
    /// <summary>The rows in which the runtime is fatal.</summary>
    public const DetectionRow MustCatch =
        DetectionRow.CaughtInWindow | DetectionRow.BothToggled | DetectionRow.LostToggleCaught | DetectionRow.ClearedByOldFlags;

    /// <summary>Every single row.</summary>
    public static IReadOnlyList<DetectionRow> All { get; } = [.. Enum.GetValues<DetectionRow>().Where(r => r != DetectionRow.None)];

    /// <summary>What the rows of a run amount to: one caught row decides, for the process is dead then.</summary>
    public static DetectionVerdict Verdict(DetectionRow rows) =>
        (rows & MustCatch) != 0 ? DetectionVerdict.MustCatch
        : rows != DetectionRow.None ? DetectionVerdict.MissedByDesign
        : DetectionVerdict.NoConflict;
}
