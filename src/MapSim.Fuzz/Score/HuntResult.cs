using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>One hunt: an engine with one seed after one fault, to the kill or to the end of its budget.</summary>
/// <param name="Fault">The fault; null for the unmodified model.</param>
/// <param name="Engine">The engine.</param>
/// <param name="SeedNumber">Which of the seeds, from 0.</param>
/// <param name="Executions">Executions made, the killing one included.</param>
/// <param name="Seconds">Time on its thread.</param>
/// <param name="Kill">The kill; null if there was none.</param>
/// <param name="IsComplete">False if it was interrupted.</param>
public sealed record HuntResult(FaultInfo? Fault, EngineInfo Engine, int SeedNumber, long Executions, double Seconds, Kill? Kill, bool IsComplete)
{
    /// <summary>On the unmodified model: each bug key that came out and is no legal end of Go, with the first program and how often.</summary>
    public IReadOnlyList<UnmodifiedEnd> Ends { get; init; } = [];
}

/// <summary>A bug key on the unmodified model.</summary>
/// <param name="Key">The key.</param>
/// <param name="Known">The known defect of the real runtime that it stands for; null if it stands for none.</param>
/// <param name="Times">How many executions ended so.</param>
/// <param name="Program">The first of them, as a word.</param>
public sealed record UnmodifiedEnd(string Key, string? Known, long Times, string Program);
