using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What one operation did.</summary>
/// <param name="Number">Number of the operation in the run, from 1; each turn of a repetition counts.</param>
/// <param name="Line">Its line in the program.</param>
/// <param name="Text">The operation, with the counter put in.</param>
/// <param name="Result">"ok", the values it gave, "absent", "end", or "panic: ..." and the like.</param>
/// <param name="Expected">What the line says the result must be; null if it does not say.</param>
public sealed record OperationResult(int Number, int Line, string Text, string Result, string? Expected)
{
    /// <summary>Who did it.</summary>
    public string Goroutine { get; init; } = "main";

    /// <summary>The number of the operation among those of its goroutine, from 1: what order lines name.</summary>
    public int Ordinal { get; init; }

    /// <summary>What stands for the operation in a bug key.</summary>
    public string KeyWord { get; init; } = "";

    /// <summary>True if the result is as expected, or nothing was.</summary>
    public bool IsAsExpected => Expected == null || Expected == Result;

    /// <summary>For people: "12  lookup m "a"  = 1".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number,5}  {(Goroutine == "main" ? "" : Goroutine + ": ")}{Text}  = {Result}")
        + (IsAsExpected ? "" : $"   (line {Line.ToString(CultureInfo.InvariantCulture)} expects {Expected})");
}

/// <summary>A map variable of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="TypeNumber">The type's number in the session.</param>
/// <param name="Address">The hmap; nil for a nil map.</param>
public sealed record MapVariable(string Name, MapType Type, int TypeNumber, Addr Address);

/// <summary>How a run ended.</summary>
/// <param name="Verdict">The kind of end.</param>
/// <param name="Message">The runtime's message; for a mismatch what was expected and found; empty if clean.</param>
/// <param name="Line">The line at which it ended early or first went wrong; 0 if it did neither.</param>
/// <param name="Expectation">What the program expects.</param>
/// <param name="Operations">Operations done.</param>
/// <param name="Steps">Visible steps made.</param>
/// <param name="Digest">The digest, see <see cref="ProgramDigest"/>.</param>
/// <param name="Mismatches">The first operations (at most <see cref="MostMismatches"/>) whose result was not as expected.</param>
public sealed record RunResult(
    VerdictKind Verdict, string Message, int Line, Expectation Expectation, int Operations, ulong Steps, Fingerprint Digest,
    IReadOnlyList<OperationResult> Mismatches)
{
    /// <summary>How many mismatches are kept.</summary>
    public const int MostMismatches = 20;

    /// <summary>For an access to freed memory: which access, into what, who freed it and when, and through which pointers it came there. Else null.</summary>
    public string? Explanation { get; init; }

    /// <summary>The bug key of what went wrong first; null if nothing did.</summary>
    public string? BugKey { get; init; }

    /// <summary>What an oracle saw; null if none saw anything first.</summary>
    public Finding? Finding { get; init; }

    /// <summary>After each operation, a hash of all results up to it: where two runs first differ.</summary>
    public IReadOnlyList<ushort> Checkpoints { get; init; } = [];

    /// <summary>Who made how many visible steps, in order.</summary>
    public IReadOnlyList<Stretch> Schedule { get; init; } = [];

    /// <summary>True if the program ended as it expects (the digest apart).</summary>
    public bool IsAsExpected => Expectation.Accepts(Verdict, Message, BugKey);

    /// <summary>True if the digest is the one that the program pins, or it pins none.</summary>
    public bool HasExpectedDigest => Expectation.Digest == null || Expectation.Digest == Digest.ToString();

    /// <summary>"clean", or the kind of end with its message.</summary>
    public string VerdictText => Verdict == VerdictKind.Finding ? Message : Expectation.Word(Verdict) + (Message.Length == 0 ? "" : ": " + Message);
}
