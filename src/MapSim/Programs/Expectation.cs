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
