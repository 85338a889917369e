using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;

namespace MapSim.Cli.Commands;

/// <summary>mapsim faults list: the catalogue as a table, and the repairs.</summary>
internal static class FaultsList
{
    private const string Schema = "mapsim.faults/1";

    public static Command Create()
    {
        Option<string[]> groups = FaultsCommand.Groups();
        var json = new Option<bool>("--json") { Description = $"One JSON object (schema {Schema})." };
        var command = new Command("list", """
            mapsim faults list
            mapsim faults list --group barrier --group gc
            mapsim faults list --json

            Lists the faults of the catalogue: the expected verdict (K must be killed, E cannot be: a control,
            K/M only if an allocation may start a collection), how it is hunted (F by programs of one goroutine, X by
            interleavings, L by what stays alive), 1 (easy) to 4 (very hard), the releases that can have it and the
            oracles that may tell. Then the repairs, which take defects of the real runtime away.
            """) { groups, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<FaultGroup> wanted = FaultsCommand.ReadGroups(parsed.GetValue(groups));
            FaultInfo[] faults = [.. FaultCatalogue.All.Where(f => wanted.Contains(f.Group))];
            Console.Out.Write(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new { schema = Schema, faults = faults.Select(Row.Of) }, NullsToo) + "\n"
                : Faults(faults) + (wanted.Count == Enum.GetValues<FaultGroup>().Length ? "\n" + Repairs() : ""));
            return ExitCodes.Clean;
        });
        return command;
    }

    /// <summary>A witness that is missing is said, too.</summary>
    private static JsonSerializerOptions NullsToo { get; } = new(ProgramFiles.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    private static string Faults(IEnumerable<FaultInfo> faults)
    {
        var table = new TextTable("no", "id", "group", "expected", "mode", "difficulty", "releases", "oracles", "witness");
        foreach (FaultInfo f in faults)
        {
            table.Add(
                f.Number.ToString(CultureInfo.InvariantCulture), f.Id, KillCount.WordOf(f.Group), f.ExpectedText, f.ModeText,
                f.Difficulty.ToString(CultureInfo.InvariantCulture), Releases(f.Versions), string.Join(' ', f.Oracles), FaultWitness.Exists(f) ? "yes" : "-");
        }

        return table.ToString();
    }

    private static string Repairs()
    {
        var table = new TextTable("repair", "releases", "mends", "change");
        foreach (RepairInfo repair in RepairCatalogue.All)
        {
            table.Add(repair.Id, Releases(repair.Versions), repair.Mends, repair.Change);
        }

        return table.ToString();
    }

    /// <summary>"all", or the releases.</summary>
    internal static string Releases(IReadOnlyList<GoVersion> versions) => versions.Count == GoVersion.All.Count ? "all" : string.Join(' ', versions.Select(v => v.Name));

    private sealed record Row(
        string Id, string Group, string Expected, string Mode, int Difficulty, IReadOnlyList<string> Versions, string? Witness, int Number, IReadOnlyList<string> Oracles,
        string Origin, string Change)
    {
        public static Row Of(FaultInfo f) => new(
            f.Id, KillCount.WordOf(f.Group), f.ExpectedText, f.ModeText, f.Difficulty, [.. f.Versions.Select(v => v.Name)],
            FaultWitness.Exists(f) ? FaultWitness.PathOf(f) : null, f.Number, f.Oracles, f.Origin, f.Change);
    }
}
