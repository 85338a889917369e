using System.Reflection;
using System.Text;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>
/// The witness of a fault: a minimal program that fails with it and passes without. Witnesses are built into the command, so
/// that they are there wherever it runs.
/// </summary>
internal static class FaultWitness
{
    /// <summary>Where the file of a witness is, from the root of the repository.</summary>
    public static string PathOf(FaultInfo fault) => $"corpus/faults/{fault.Id}.mapsim";

    /// <summary>True if there is one.</summary>
    public static bool Exists(FaultInfo fault) => Assembly.GetExecutingAssembly().GetManifestResourceInfo(ResourceOf(fault)) != null;

    /// <summary>The program's text; null if there is no witness.</summary>
    public static string? Text(FaultInfo fault)
    {
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourceOf(fault));
        return stream == null ? null : new StreamReader(stream, Encoding.UTF8).ReadToEnd();
    }

    /// <summary>The program; null if there is no witness.</summary>
    public static MapProgram? Program(FaultInfo fault) => Text(fault) is { } text ? ProgramParser.Parse(text) : null;

    private static string ResourceOf(FaultInfo fault) => $"faults/{fault.Id}.mapsim";
}
