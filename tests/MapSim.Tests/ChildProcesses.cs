using System.Runtime.CompilerServices;

namespace MapSim.Tests;

/// <summary>What every process that a test starts is told: as for the tests themselves, to compile once and not measure.</summary>
internal static class ChildProcesses
{
    [ModuleInitializer]
    internal static void CompileOnce() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
