using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What the target makes of bytes before it runs them: a program that names a release which the campaign allows.</summary>
public static class TargetInput
{
    /// <summary>More ops than these are ignored.</summary>
    public const int MostOps = 1024;

    private const int ForcedSeed = 1;

    /// <summary>Reads bytes, whatever they are.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="options">Which releases are allowed, and whether programs are to be shallow.</param>
    public static BinaryProgram Read(ReadOnlySpan<byte> bytes, TargetOptions options) => Allowed(BinaryDecoder.Decode(bytes, MostOps), options);

    /// <summary>
    /// The program, or the same with what is allowed: the first release, no other goroutines. The repair iter-ends-with-seed tells
    /// by its new seed that a map was emptied, so with it seeds are not forced.
    /// </summary>
    public static BinaryProgram Allowed(BinaryProgram program, TargetOptions options)
    {
        program = options.IsShallow ? DeepPrograms.Shallow(program) : program;
        BinaryConfig config = BinaryConfig.Of(program), allowed = config;
        if (!options.Releases.Contains(config.Version))
        {
            allowed = allowed with { Release = (config.Release & ~3) | BinaryConfig.ReleaseNumber(options.Releases[0]) };
        }

        if (options.Repairs.Has(Repair.IterEndsWithSeed))
        {
            allowed = allowed with { Forced = allowed.Forced & ~ForcedSeed };
        }

        return allowed == config ? program : With(program, allowed);
    }

    private static BinaryProgram With(BinaryProgram program, BinaryConfig config)
    {
        List<BinaryOp> ops = [.. program.Ops];
        int at = ops.FindIndex(o => o.Code == BinaryOpCode.Config);
        if (at >= 0)
        {
            ops[at] = config.ToOp();
        }
        else
        {
            ops.Insert(0, config.ToOp());
        }

        return new BinaryProgram(ops);
    }
}
