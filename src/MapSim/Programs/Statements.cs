using System.Globalization;

namespace MapSim.Programs;

/// <summary>A line of the header: "go 1.23", "seed 7", "generic".</summary>
/// <param name="Name">The setting.</param>
/// <param name="Value">Its value as written; empty for a setting that has none.</param>
public sealed record Setting(string Name, string Value) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => Value.Length == 0 ? Name : Name + " " + Value;
}

/// <summary>How a map comes to be.</summary>
public enum MapOrigin
{
    /// <summary>make without a hint: the first bucket comes with the first insert.</summary>
    Small,

    /// <summary>make with a hint.</summary>
    Hint,

    /// <summary>A map that does not escape: header and first bucket on the stack.</summary>
    Stack,

    /// <summary>A nil map.</summary>
    Nil,
}

/// <summary>A map variable: "map m map[string]int make(10)".</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its Go type.</param>
/// <param name="Origin">How it is made.</param>
/// <param name="Hint">The hint, for <see cref="MapOrigin.Hint"/>.</param>
public sealed record MapDeclaration(string Name, string Type, MapOrigin Origin = MapOrigin.Small, long Hint = 0) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => $"map {Name} {Type}" + Origin switch
    {
        MapOrigin.Hint => $" make({Hint.ToString(CultureInfo.InvariantCulture)})",
        MapOrigin.Stack => " stack",
        MapOrigin.Nil => " nil",
        _ => "",
    };
}

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
}

/// <summary>The verdict a program must end with: "expect panic "..."".</summary>
/// <param name="Verdict">Clean, Panic, Fatal, Throw or Undefined.</param>
/// <param name="Message">The quoted message; null if any will do.</param>
/// <param name="Digest">The digest as 32 hexadecimal digits; null if any will do.</param>
public sealed record Expectation(VerdictKind Verdict, string? Message = null, string? Digest = null) : IStatement
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
    public bool Accepts(VerdictKind verdict, string message) =>
        verdict == Verdict && (Message == null || GoQuote.Text(Message) == message);

    /// <inheritdoc/>
    public string ToText() => "expect " + Word(Verdict) + (Message == null ? "" : " " + Message) + (Digest == null ? "" : " digest=" + Digest);
}
