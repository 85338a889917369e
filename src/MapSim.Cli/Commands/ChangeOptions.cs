using System.CommandLine;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>The options --fault and --repair of the commands that run programs: what is changed in the model.</summary>
internal static class ChangeOptions
{
    /// <summary>The option --fault.</summary>
    public static Option<string[]> Faults() => new("--fault") { Description = "Break the model so (see mapsim faults list); may be given several times.", HelpName = "id" };

    /// <summary>The option --repair.</summary>
    public static Option<string[]> Repairs() => new("--repair") { Description = "Mend a defect of the real runtime (see mapsim faults list), or all of them; may be given several times.", HelpName = "id" };

    /// <summary>What the two say.</summary>
    /// <exception cref="BadInputException">There is no such fault or repair.</exception>
    public static ModelChanges Read(ParseResult parsed, Option<string[]> faults, Option<string[]> repairs)
    {
        try
        {
            IEnumerable<string> mended = (parsed.GetValue(repairs) ?? []).SelectMany(id => id == "all" ? RepairCatalogue.All.Select(r => r.Id) : [id]);
            return ModelChangesParser.Parse(parsed.GetValue(faults) ?? [], mended);
        }
        catch (FormatException e)
        {
            throw new BadInputException($"--{(e.Message.Contains("a repair", StringComparison.Ordinal) ? "repair" : "fault")}: {e.Message}");
        }
    }
}
