namespace MapSim.Concurrency;

/// <summary>What a step did apart from touching memory, as far as its order with the same of others matters: what it told the checks of a model, and draws.</summary>
/// <remarks>
/// Checks of histories know which operation was over when another began, and look at the result when the last write has ended.
/// So two steps that touch nothing in common may still not be exchanged, if both are noted.
/// </remarks>
[Flags]
public enum StepNotes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An operation that does not write began: it remembers which writes were over.</summary>
    ReadBegan = 1,

    /// <summary>An operation that does not write has ended.</summary>
    ReadEnded = 2,

    /// <summary>An operation that writes began: it remembers which operations were over.</summary>
    WriteBegan = 4,

    /// <summary>An operation that writes has ended, or any has failed.</summary>
    WriteEnded = 8,

    /// <summary>A number was drawn from a source that all share.</summary>
    Draws = 16,

    /// <summary>It read something besides what it touched (<see cref="IMemoryModel.ReadBesides"/>).</summary>
    Reads = 32,
}
