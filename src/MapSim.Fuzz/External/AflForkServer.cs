using System.Buffers.Binary;

namespace MapSim.Fuzz;

/// <summary>
/// The target's side of AFL's fork-server protocol: AFL asks on file 198, this process answers on file 199. Nothing is
/// forked. The process runs every input itself, one after the other, since an execution leaves nothing behind.
/// </summary>
/// <remarks>
/// One request: AFL clears the map, puts the input into shared memory and writes a word; the answers are a process id
/// and, when the input is done, its wait status.
///
/// The process id is one that no process can have. AFL uses it for one thing: an input that takes longer than -t allows is
/// killed. That signal goes nowhere, the input goes on to its end (limits of steps and memory make sure that there is
/// one), the status comes late, and AFL counts a hang. With our own id AFL would kill its fork server, which it does
/// not start again: the campaign would be over.
/// </remarks>
/// <param name="target">What runs the inputs.</param>
/// <param name="environment">What AFL said.</param>
/// <param name="file">Where inputs are that do not come in shared memory; null for standard input.</param>
public sealed class AflForkServer(ExternalTarget target, AflEnvironment environment, string? file)
{
    /// <summary>The file that requests come on.</summary>
    public const int ControlFile = 198;

    /// <summary>The file that answers go to.</summary>
    public const int StatusFile = 199;

    /// <summary>The process id in the answers: beyond the largest that Linux gives (2^22).</summary>
    public const int NobodysId = int.MaxValue;

    /// <summary>True if AFL waits for a fork server in this process.</summary>
    public static bool IsAwaited(AflEnvironment environment) =>
        environment.MapId != null && LibC.IsOpen(ControlFile) && LibC.IsOpen(StatusFile);

    /// <summary>Reads an input as tools without a fork server give it: from a file, or from standard input.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadInput(string? file) => file == null ? LibC.ReadToEnd(0, AflEnvironment.MostInput) : File.ReadAllBytes(file);

    /// <summary>Serves AFL until it goes away.</summary>
    /// <returns>How many inputs were run.</returns>
    /// <exception cref="ExternalEngineException">AFL's shared memory cannot be reached. AFL is told.</exception>
    public long Serve()
    {
        target.WarmUp();
        using SharedSegment map = Attach(environment.MapId!.Value, environment.MapSize);
        bool isShared = environment.InputId != null, isAsked = false;
        if (!LibC.TryWrite(StatusFile, AflHello.Word(map.Length, isShared)))
        {
            return 0;
        }

        SharedSegment? inputs = null;
        if (isShared)
        {
            if (!LibC.TryRead(ControlFile, out uint answer))
            {
                return 0;
            }

            // An AFL that knows nothing of shared inputs does not answer: this was its first request.
            isAsked = !AflHello.GrantsSharedInputs(answer);
            inputs = isAsked ? null : Attach(environment.InputId!.Value, AflEnvironment.MostInput + sizeof(uint));
        }

        using (inputs)
        {
            long done = 0;
            while ((isAsked || LibC.TryRead(ControlFile, out _)) && LibC.TryWrite(StatusFile, NobodysId) && LibC.TryWrite(StatusFile, Run(map, inputs)))
            {
                isAsked = false;
                done++;
            }

            return done;
        }
    }

    private static SharedSegment Attach(int id, int length)
    {
        try
        {
            return SharedSegment.Attach(id, length);
        }
        catch (ExternalEngineException)
        {
            LibC.TryWrite(StatusFile, AflHello.NoSegment);
            throw;
        }
    }

    private uint Run(SharedSegment map, SharedSegment? inputs)
    {
        if (inputs == null)
        {
            return target.Run(ReadInput(file), map.Bytes);
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(inputs.Bytes);
        return target.Run(inputs.Bytes.Slice(sizeof(uint), (int)Math.Min(length, AflEnvironment.MostInput)), map.Bytes);
    }
}
