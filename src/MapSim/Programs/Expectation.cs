using System.Globalization;

namespace MapSim.Programs;

/// <summary>How a program must end.</summary>
public enum VerdictKind
{
    /// <summary>Every operation ended, every result was as expected.</summary>
    Clean,

    /// <summary>A panic that nothing recovered.</summary>
    Panic,

    /// <summary>The runtime gave up: fatal error.</summary>
    Fatal,

    /// <summary>The runtime found its state broken: throw.</summary>
    Throw,

    /// <summary>Undefined behaviour: an access outside every live object.</summary>
    Undefined,

    /// <summary>A result was not what its line expects. No program can expect that.</summary>
    Mismatch,

    /// <summary>An operation took more steps than the limit. No program can expect that.</summary>
    StepLimit,

    /// <summary>The program needs more memory than there is. No program can expect that.</summary>
    MemoryLimit,

    /// <summary>An oracle says that something is wrong.</summary>
    Finding,

    /// <summary>The schedule names a goroutine that cannot move. No program can expect that.</summary>
    Diverged,
}

/// <summary>How a program must end: "expect panic "..."", or the key of a bug: "expect iter-duplicate/same-size-grow".</summary>
/// <param name="Verdict">Clean, Panic, Fatal, Throw, Undefined, or Finding for a key.</param>
/// <param name="Message">The quoted message; null if any will do.</param>
/// <param name="Digest">The digest as 32 hexadecimal digits; null if any will do.</param>
/// <param name="Key">The bug key, for Finding.</param>
public sealed record Expectation(VerdictKind Verdict, string? Message = null, string? Digest = null, string? Key = null) : IStatement
{
    /// <summary>What a program without an expectation expects.</summary>
    public static Expectation Clean { get; } = new(VerdictKind.Clean);

    /// <summary>The word for a verdict.</summary>
    public static string Word(VerdictKind verdict) => verdict switch
    {
        VerdictKind.StepLimit => "step limit",
        VerdictKind.MemoryLimit => "memory limit",
        _ => verdict.ToString().ToLowerInvariant(),
    };

    /// <summary>True if a run that ended this way is what is expected (the digest apart).</summary>
    /// <param name="verdict">How it ended.</param>
    /// <param name="message">With which message.</param>
    /// <param name="key">Its bug key; null if it was clean.</param>
    public bool Accepts(VerdictKind verdict, string message, string? key) => Key != null
        ? Key == key
        : verdict == Verdict && (Message == null || GoQuote.Text(Message) == message);

    /// <inheritdoc/>
    public string ToText() => "expect " + (Key ?? Word(Verdict)) + (Message == null ? "" : " " + Message) + (Digest == null ? "" : " digest=" + Digest);
}

/// <summary>
/// "checkpoints 2 1a2b 3c4d": what <see cref="RunResult.Checkpoints"/> was when the program was pinned, after every second
/// operation; so a replay that differs can say where.
/// </summary>
/// <param name="Stride">After every so many operations.</param>
/// <param name="Values">In order.</param>
public sealed record CheckpointsLine(int Stride, IReadOnlyList<ushort> Values) : IStatement
{
    private const int Most = 64;

    /// <summary>The line for a run: at most 64 values.</summary>
    public static CheckpointsLine Of(RunResult result)
    {
        int stride = Math.Max(1, (result.Checkpoints.Count + Most - 1) / Most);
        return new CheckpointsLine(stride, [.. Enumerable.Range(1, result.Checkpoints.Count / stride).Select(i => result.Checkpoints[(i * stride) - 1])]);
    }

    /// <summary>The operations among which a run first differs from this, from 1; (0, 0) if it does not differ.</summary>
    public (int First, int Last) FirstDifference(RunResult result)
    {
        for (int i = 0; i < Values.Count; i++)
        {
            int at = ((i + 1) * Stride) - 1;
            if (at >= result.Checkpoints.Count || result.Checkpoints[at] != Values[i])
            {
                return ((i * Stride) + 1, (i + 1) * Stride);
            }
        }

        return result.Checkpoints.Count / Stride > Values.Count ? ((Values.Count * Stride) + 1, result.Checkpoints.Count) : (0, 0);
    }

    /// <inheritdoc/>
    public string ToText() => "checkpoints " + Stride.ToString(CultureInfo.InvariantCulture)
        + string.Concat(Values.Select(v => " " + v.ToString("x4", CultureInfo.InvariantCulture)));
}
