using MapSim.Layout;

namespace MapSim.Faults;

/// <summary>A fault of the catalogue: all that is known about it.</summary>
/// <param name="Fault">Which.</param>
/// <param name="Id">Its name: "assign-no-again".</param>
/// <param name="Origin">The issue or release it comes from, or "hypothetical".</param>
/// <param name="Change">What it changes in the model, one sentence.</param>
/// <param name="GoesWrong">What a program meets because of that, and when; one or two sentences.</param>
/// <param name="Oracles">The oracles that may tell, as in docs/INVARIANTS.md: H1 to H8, G1 to G10, or "throw" for the runtime's own. The first is the most direct.</param>
/// <param name="Mode">How it is hunted.</param>
/// <param name="Difficulty">1 (easy) to 4 (very hard).</param>
public sealed record FaultInfo(
    Fault Fault, string Id, string Origin, string Change, string GoesWrong, IReadOnlyList<string> Oracles, FaultMode Mode, int Difficulty)
{
    /// <summary>Its number in the catalogue, from 1.</summary>
    public int Number => (int)Fault + 1;

    /// <summary>Its section of the catalogue.</summary>
    public FaultGroup Group { get; init; }

    /// <summary>What it must come to.</summary>
    public FaultVerdict Expected { get; init; }

    /// <summary>The releases it makes sense for; a program of another one cannot have it.</summary>
    public IReadOnlyList<GoVersion> Versions { get; init; } = GoVersion.All;

    /// <summary>"K", "E" or "K/M": the verdict as the catalogue writes it.</summary>
    public string ExpectedText => Expected switch
    {
        FaultVerdict.Killed => "K",
        FaultVerdict.Equivalent => "E",
        _ => "K/M",
    };

    /// <summary>"F", "X" or "L".</summary>
    public string ModeText => Mode switch
    {
        FaultMode.Fuzz => "F",
        FaultMode.Explore => "X",
        _ => "L",
    };
}
