namespace MapSim.Concurrency.States;

/// <summary>What a reduced exploration found: every final state, and some of the others.</summary>
/// <param name="Found">What was found; ends, deadlocks and (in final states) failures are all there are.</param>
/// <param name="IsAcyclic">True if no execution is infinite; false if one may be.</param>
public sealed record ReducedResult(StateResult Found, bool IsAcyclic);
