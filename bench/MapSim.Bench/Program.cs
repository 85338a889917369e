using BenchmarkDotNet.Running;

namespace MapSim.Bench;

/// <summary>Runs the benchmarks: dotnet run --project bench/MapSim.Bench -c Release -- --filter '*'.</summary>
internal static class Program
{
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
