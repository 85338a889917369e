using MapSim.Cli.Commands;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Tests.Fuzz;

/// <summary>A fault for the tests of external engines, and an input that kills it.</summary>
internal static class PlantedFault
{
    public const string Option = "--fault iter-stop-on-emptyrest";

    /// <summary>What is wrong then.</summary>
    public const string BugKey = "iter-miss/grow";

    /// <summary>Minimised by afl-tmin: assignments, a range, assignments in it.</summary>
    public static byte[] Killer => [0x8d, 0x30, 0x30, 0x30, 0xbe, 0x8d, 0x30, 0x30];

    public static TargetOptions Target => TargetCommand.Options(ModelChangesParser.Parse(["iter-stop-on-emptyrest"], []), []);
}
