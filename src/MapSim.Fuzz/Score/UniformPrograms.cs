using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>The baseline of engines: random programs of 60 ops, each drawn as random bytes draw it, without feedback, scenes or swarm.</summary>
public static class UniformPrograms
{
    private const int Ops = 60, Relational = 20;

    /// <summary>The n-th program of a seed: one goroutine, no collector.</summary>
    public static BinaryProgram Make(ulong seed, ulong n, IReadOnlyList<GoVersion> releases)
    {
        var random = new RandomSource(Fingerprint.Mix(unchecked(seed + ((n + 1) * 0x9E3779B97F4A7C15))));
        return TargetInput.Allowed(BinaryGenerator.Make(random, Ops, Relational), new TargetOptions { IsShallow = true, Releases = releases });
    }
}
