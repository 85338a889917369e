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

    /// <summary>for k, v := range m: opens a block; the iterator is on the stack.</summary>
    Range,

    /// <summary>Leaves the innermost loop.</summary>
    Break,

    /// <summary>Goes on to the innermost loop's next turn.</summary>
    Continue,

    /// <summary>p = new(T): a fresh object.</summary>
    New,

    /// <summary>Loads the first word of what a pointer variable points to.</summary>
    Read,

    /// <summary>p = nil.</summary>
    Drop,

    /// <summary>go w().</summary>
    Spawn,

    /// <summary>Waits for the end of a goroutine.</summary>
    Join,

    /// <summary>Mutex.Lock or RWMutex.Lock.</summary>
    Lock,

    /// <summary>Mutex.Unlock or RWMutex.Unlock.</summary>
    Unlock,

    /// <summary>RWMutex.RLock.</summary>
    RLock,

    /// <summary>RWMutex.RUnlock.</summary>
    RUnlock,

    /// <summary>atomic.AddInt64 of a variable, or WaitGroup.Add.</summary>
    Add,

    /// <summary>WaitGroup.Done.</summary>
    Done,

    /// <summary>WaitGroup.Wait.</summary>
    Wait,

    /// <summary>Once.Do: opens a block.</summary>
    Do,

    /// <summary>atomic.LoadInt64.</summary>
    Load,

    /// <summary>atomic.StoreInt64.</summary>
    Store,

    /// <summary>c &lt;- value.</summary>
    Send,

    /// <summary>value, ok = &lt;-c.</summary>
    Receive,

    /// <summary>close(c).</summary>
    Close,

    /// <summary>Compares a field of a map's header, or a variable, with a value; no step.</summary>
    Assert,
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

/// <summary>The turns of a loop in which a line is done.</summary>
/// <param name="From">The first, from 1.</param>
/// <param name="To">The first after them.</param>
public sealed record Turns(long From, long To)
{
    /// <summary>"3", or "3..6" for 3, 4 and 5.</summary>
    public string ToText() => To == From + 1
        ? From.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{From}..{To}");
}

/// <summary>A line that does something.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">The map; for Iter, Next and Range the iterator; else the variable, goroutine, lock or channel. Empty for Gc, Break and Continue.</param>
/// <param name="Other">Clone: the new map. Iter and Range: the map. Assert: the field of the map, null for a variable. Else null.</param>
/// <param name="Key">The key of Assign, Lookup and Delete; else null.</param>
/// <param name="Elem">The elem of Assign, null if elems have no bytes; the number of Add, Store and Send. Else null.</param>
/// <param name="Expected">What the result must be; null if the line does not say.</param>
/// <param name="Recovers">A panic does not end the program.</param>
/// <param name="Repeat">How often; null for once and without $i of its own.</param>
/// <param name="Into">Lookup: the pointer variable that keeps the elem; else null.</param>
/// <param name="Turn">Only in these turns (from 1) of the innermost loop; null for all.</param>
/// <param name="ElemPanics">Assign: evaluating the elem panics (a division by zero); there is no <paramref name="Elem"/> then.</param>
public sealed record Operation(
    OperationKind Kind,
    string Name,
    string? Other = null,
    GoValue? Key = null,
    GoValue? Elem = null,
    ExpectedResult? Expected = null,
    bool Recovers = false,
    Repetition? Repeat = null,
    string? Into = null,
    Turns? Turn = null,
    bool ElemPanics = false) : IStatement
{
    /// <summary>What stands for an elem whose evaluation panics.</summary>
    public const string Panic = "panic";

    private static readonly string[] KindWords = [.. Enum.GetValues<OperationKind>().Select(k => k.ToString().ToLowerInvariant())];

    /// <summary>The word for a kind of operation.</summary>
    public static string Word(OperationKind kind) => KindWords[(int)kind];

    /// <summary>Every word that begins an operation.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. KindWords, "repeat", "turn"];

    /// <summary>True if the lines up to the matching "end" belong to it.</summary>
    public bool OpensBlock => Kind is OperationKind.Range or OperationKind.Do;

    /// <inheritdoc/>
    public string ToText()
    {
        var text = new StringBuilder();
        if (Turn != null)
        {
            text.Append("turn ").Append(Turn.ToText()).Append(' ');
        }

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
        if (Kind == OperationKind.Assert && Other != null)
        {
            string? field = counter is { } n ? Other.Replace(GoValue.Counter, n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) : Other;
            return text.Append(' ').Append(Name).Append('.').Append(field).ToString();
        }

        foreach (string? part in (ReadOnlySpan<string?>)[Name.Length > 0 ? Name : null, Other, Key?.ToText(counter), ElemPanics ? Panic : Elem?.ToText(counter)])
        {
            if (part != null)
            {
                text.Append(' ').Append(part);
            }
        }

        return text.Append(Into == null ? "" : " -> " + Into).ToString();
    }
}
