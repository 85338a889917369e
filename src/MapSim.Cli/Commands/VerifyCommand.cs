using System.CommandLine;

namespace MapSim.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Create() => new("verify", "placeholder");
}
