using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>A whole score.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Scores">A score for each fault and engine: faults in the order of the catalogue, engines in theirs. Interrupted hunts that did not kill are left out.</param>
/// <param name="Unmodified">The unmodified model under the same engines, seeds and budget.</param>
/// <param name="IsComplete">False if it was interrupted.</param>
public sealed record ScoreResult(ScoreOptions Options, IReadOnlyList<FaultScore> Scores, IReadOnlyList<HuntResult> Unmodified, bool IsComplete)
{
    /// <summary>True if a control was killed, or the unmodified model ends in a way that nobody knows.</summary>
    public bool HasFalseKills => FalseKills.Any() || Unknown.Any();

    /// <summary>Scores of controls that were killed.</summary>
    public IEnumerable<FaultScore> FalseKills => Scores.Where(s => s.FalseKill != null);

    /// <summary>What came out of the unmodified model and is no known defect.</summary>
    public IEnumerable<UnmodifiedEnd> Unknown => Unmodified.SelectMany(h => h.Ends).Where(e => e.Known == null);

    /// <summary>True for faults that nobody may kill, by programs without data races at least.</summary>
    public static bool IsControl(FaultInfo fault) => fault.Expected == FaultVerdict.Equivalent;

    /// <summary>The faults that at least one hunt killed, false kills apart.</summary>
    public IEnumerable<FaultInfo> Killed => Scores.Where(s => s.Killed > 0 && s.FalseKill == null).Select(s => s.Fault).Distinct();

    /// <summary>The faults that no hunt killed, of those that must be.</summary>
    public IEnumerable<FaultInfo> Survivors => Options.Faults.Where(f => f.Expected == FaultVerdict.Killed).Except(Killed);
}
