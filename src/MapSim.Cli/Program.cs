using System.CommandLine;
using MapSim.Cli.Commands;

namespace MapSim.Cli;

/// <summary>The mapsim command. Data goes to stdout, everything else to stderr.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var root = new RootCommand("MapSim: the Go runtime's hash map, simulated byte for byte.")
        {
            RunCommand.Create(),
            ExploreCommand.Create(),
            ShrinkCommand.Create(),
            ReplayCommand.Create(),
            BisectCommand.Create(),
            ShowCommand.Create(),
            DumpCommand.Create(),
            InspectCommand.Create(),
            StepCommand.Create(),
            ExportCommand.Create(),
            ReportCommand.Create(),
            DemoCommand.Create(),
            CorpusCommand.Create(),
            FaultsCommand.Create(),
            FuzzCommand.Create(),
            StatusCommand.Create(),
            LitmusCommand.Create(),
            CanaryCommand.Create(),
            SoakCommand.Create(),
            TargetCommand.Create(),
            VerifyCommand.Create(),
            RecordCommand.Create(),
            BenchCommand.Create(),
        };
        return CommandRunner.Run(root, args);
    }
}
