using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What the target makes of bytes before it runs them: a program that names a release which the campaign allows.</summary>
public static class TargetInput
{
    /// <summary>More ops than these are ignored.</summary>
    public const int MostOps = 1024;

    /// <summary>Reads bytes, whatever they are.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="options">Which releases are allowed, and whether programs are to be shallow.</param>
    public static BinaryProgram Read(ReadOnlySpan<byte> bytes, TargetOptions options)
    {
        BinaryProgram program = Allowed(BinaryDecoder.Decode(bytes, MostOps), options.Releases);
        return options.IsShallow ? DeepPrograms.Shallow(program) : program;
    }

    /// <summary>The program, or the same for the first release that is allowed.</summary>
    public static BinaryProgram Allowed(BinaryProgram program, IReadOnlyList<GoVersion> releases)
    {
        BinaryConfig config = BinaryConfig.Of(program);
        if (releases.Contains(config.Version))
        {
            return program;
        }

        BinaryOp op = (config with { Release = (config.Release & ~3) | BinaryConfig.ReleaseNumber(releases[0]) }).ToOp();
        List<BinaryOp> ops = [.. program.Ops];
        int at = ops.FindIndex(o => o.Code == BinaryOpCode.Config);
        if (at >= 0)
        {
            ops[at] = op;
        }
        else
        {
            ops.Insert(0, op);
        }

        return new BinaryProgram(ops);
    }
}
