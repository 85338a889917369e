using MapSim.Faults;

namespace MapSim.Programs;

/// <summary>Reads ids of faults and repairs as a person writes them.</summary>
public static class ModelChangesParser
{
    /// <summary>The changes with these faults and repairs.</summary>
    /// <param name="faults">Ids of faults.</param>
    /// <param name="repairs">Ids of repairs.</param>
    /// <exception cref="FormatException">There is no such fault or repair.</exception>
    public static ModelChanges Parse(IEnumerable<string> faults, IEnumerable<string> repairs)
    {
        ModelChanges changes = ModelChanges.None;
        foreach (string id in faults)
        {
            changes = changes.With(FaultCatalogue.Find(id)?.Fault ?? throw Unknown("fault", id, FaultCatalogue.Ids));
        }

        foreach (string id in repairs)
        {
            changes = changes.With(RepairCatalogue.All.FirstOrDefault(r => r.Id == id)?.Repair ?? throw Unknown("repair", id, [.. RepairCatalogue.All.Select(r => r.Id)]));
        }

        return changes;
    }

    private static FormatException Unknown(string what, string id, IReadOnlyList<string> known) =>
        new($"expected the id of a {what} (see mapsim faults list), found '{id}'{Suggestion.Hint(id, known)}");
}
