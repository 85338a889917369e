using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>
/// "with fault assign-no-again expect lookup-wrong/missing": how the program must end if the model is changed so. A witness
/// of a fault says with its plain "expect" that it passes without the fault, and with this line that it fails with it.
/// </summary>
/// <param name="Changes">The faults and repairs.</param>
/// <param name="Expectation">How the program must end with them.</param>
public sealed record ChangedExpectation(ModelChanges Changes, Expectation Expectation) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => $"with {Changes} {Expectation.ToText()}";
}
