using System.CommandLine;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim faults: the faults that the model can be given, and how good the engines are at finding them. One file a verb.</summary>
internal static class FaultsCommand
{
    public static Command Create() => new("faults", """
        mapsim faults list --group iteration
        mapsim faults show iter-prefetch
        mapsim faults score --group assign --budget 2000x --seeds 2

        The fault catalogue: 79 named ways to break the model, most of them real bugs of Go's history. An engine is as
        good as the share of them that it kills from nothing, how fast, and with no false kill. docs/FAULTS.md explains.
        """)
    {
        FaultsList.Create(),
        FaultsShow.Create(),
        FaultsScore.Create(),
    };

    /// <summary>The option --group, which may be given several times.</summary>
    public static Option<string[]> Groups() => new("--group") { Description = $"Only faults of this section ({string.Join(", ", GroupWords)}); may be given several times.", HelpName = "group" };

    /// <summary>What --group says; every section if nothing.</summary>
    /// <exception cref="BadInputException">There is no such section.</exception>
    public static IReadOnlyList<FaultGroup> ReadGroups(string[]? words) => words is not { Length: > 0 } ? Enum.GetValues<FaultGroup>()
        : [.. words.Select(w => Array.IndexOf(GroupWords, w) is >= 0 and var at ? (FaultGroup)at
            : throw new BadInputException($"--group: expected a section of the catalogue ({string.Join(", ", GroupWords)}), found '{w}'{Suggestion.Hint(w, GroupWords)}"))];

    /// <summary>The fault with an id.</summary>
    /// <param name="where">What the message begins with.</param>
    /// <param name="id">The id.</param>
    /// <exception cref="BadInputException">There is none.</exception>
    public static FaultInfo Find(string where, string id) => FaultCatalogue.Find(id)
        ?? throw new BadInputException($"{where}expected the id of a fault (see mapsim faults list), found '{id}'{Suggestion.Hint(id, FaultCatalogue.Ids)}");

    private static string[] GroupWords { get; } = [.. Enum.GetValues<FaultGroup>().Select(KillCount.WordOf)];
}
