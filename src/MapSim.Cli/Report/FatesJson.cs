using System.Text.Json;
using MapSim.Fuzz;

namespace MapSim.Cli.Report;

/// <summary>
/// What can come of each position of the run, for the report: "fates" with the ends ("" is a good one), the sets of them that occur, and for
/// each position the number of a set for each mover, -1 where it cannot move. Null if it is not known.
/// </summary>
internal static class FatesJson
{
    /// <summary>Writes the member.</summary>
    /// <param name="json">In an object.</param>
    /// <param name="fates">Null if nothing is known.</param>
    /// <param name="names">The movers.</param>
    public static void Write(Utf8JsonWriter json, ProgramFates? fates, IReadOnlyList<string> names)
    {
        if (fates == null)
        {
            json.WriteNull("fates");
            return;
        }

        json.WriteStartObject("fates");
        json.WriteNumber("critical", fates.Critical);
        Array(json, "movers", names, json.WriteStringValue);
        Array(json, "kinds", fates.Kinds, kind => json.WriteStringValue(kind ?? ""));
        Array(json, "sets", fates.Sets, set => Array(json, null, set, json.WriteNumberValue));
        Array(json, "after", Enumerable.Range(0, fates.Positions), position =>
            Array(json, null, Enumerable.Range(0, names.Count), mover => json.WriteNumberValue(fates.After(position, mover))));
        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string? name, IEnumerable<T> items, Action<T> write)
    {
        if (name == null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }

        foreach (T item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }
}
