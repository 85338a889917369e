namespace MapSim.Programs;

/// <summary>
/// What an explored step told the trail of results. A write remembers how many operations were over when it began, a reading operation how
/// many writes were; the structure of a map is looked at when a write has ended and nobody else is busy with it. So the end of a
/// write and any other event do not commute, nor do the beginning of a write and an end; all others do.
/// </summary>
[Flags]
public enum TrailEvents : byte
{
    /// <summary>Nothing that depends on what the others do.</summary>
    None = 0,

    /// <summary>An operation that does not write to a map began.</summary>
    ReadBegan = 1,

    /// <summary>An operation that does not write to a map has ended.</summary>
    ReadEnded = 2,

    /// <summary>An operation that writes to a map began.</summary>
    WriteBegan = 4,

    /// <summary>An operation that writes to a map has ended, or any operation has failed.</summary>
    WriteEnded = 8,
}
