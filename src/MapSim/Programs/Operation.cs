using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>What an operation does.</summary>
public enum OperationKind
{
    /// <summary>m[key] = elem.</summary>
    Assign,

    /// <summary>v, ok = m[key].</summary>
    Lookup,

    /// <summary>delete(m, key).</summary>
    Delete,

    /// <summary>clear(m).</summary>
    Clear,

    /// <summary>len(m).</summary>
    Len,

    /// <summary>other = maps.Clone(m).</summary>
    Clone,

    /// <summary>Starts an iteration, which also finds its first entry.</summary>
    Iter,

    /// <summary>Goes on to an iteration's next entry.</summary>
    Next,

    /// <summary>runtime.GC().</summary>
    Gc,
}

/// <summary>What the result of an operation must be.</summary>
/// <param name="Word">"absent" or "end"; null for values.</param>
/// <param name="Values">The elem of a lookup, the length, or the key and elem of an iteration; empty with a word.</param>
public sealed record ExpectedResult(string? Word, IReadOnlyList<GoValue> Values)
{
    /// <summary>The result as text, with the counter put in.</summary>
    public string ToText(long? counter = null) => Word ?? string.Join(' ', Values.Select(v => v.ToText(counter)));
}

/// <summary>How often an operation is done, and what $i is meanwhile.</summary>
/// <param name="From">$i at first.</param>
/// <param name="To">The first number that $i does not reach.</param>
public sealed record Repetition(long From, long To)
{
    /// <summary>"20", or "5..20" if it does not begin with 0.</summary>
    public string ToText() => From == 0
        ? To.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{From}..{To}");
}

/// <summary>A line that does something with a map or an iterator.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">The map; for Iter and Next the iterator; empty for Gc.</param>
/// <param name="Other">Clone: the new map. Iter: the map. Else null.</param>
/// <param name="Key">The key of Assign, Lookup and Delete; else null.</param>
/// <param name="Elem">The elem of Assign; null if elems have no bytes, and for other kinds.</param>
/// <param name="Expected">What the result must be; null if the line does not say.</param>
/// <param name="Recovers">A panic does not end the program.</param>
/// <param name="Repeat">How often; null for once and without $i.</param>
public sealed record Operation(
    OperationKind Kind,
    string Name,
    string? Other = null,
    GoValue? Key = null,
    GoValue? Elem = null,
    ExpectedResult? Expected = null,
    bool Recovers = false,
    Repetition? Repeat = null) : IStatement
{
    /// <summary>The word for a kind of operation.</summary>
    public static string Word(OperationKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Every word that begins an operation.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<OperationKind>().Select(Word), "repeat"];

    /// <inheritdoc/>
    public string ToText()
    {
        var text = new StringBuilder();
        if (Repeat != null)
        {
            text.Append("repeat ").Append(Repeat.ToText()).Append(' ');
        }

        text.Append(Call(null));
        if (Expected != null)
        {
            text.Append(" = ").Append(Expected.ToText());
        }

        return text.Append(Recovers ? " recover" : "").ToString();
    }

    /// <summary>The operation alone, with the counter put in: what a trace of a run shows.</summary>
    public string Call(long? counter)
    {
        var text = new StringBuilder(Word(Kind));
        foreach (string? part in (ReadOnlySpan<string?>)[Name.Length > 0 ? Name : null, Other, Key?.ToText(counter), Elem?.ToText(counter)])
        {
            if (part != null)
            {
                text.Append(' ').Append(part);
            }
        }

        return text.ToString();
    }
}
