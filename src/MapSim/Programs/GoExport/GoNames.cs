using System.Globalization;

namespace MapSim.Programs;

/// <summary>Identifiers of the Go file: each is used once, and none is a word of Go or of the part that every test has.</summary>
internal sealed class GoNames
{
    private const string Keywords =
        "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var";

    private const string Predeclared =
        "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr "
        + "true false iota nil append cap clear close complex copy delete imag len make max min new panic print println real recover";

    private const string Packages = "atomic bytes debug exec fmt maps math os reflect runtime strconv strings sync syscall testing time unsafe";
    private static readonly HashSet<string> KeywordSet = [.. Keywords.Split(' ')];
    private readonly HashSet<string> _used = [.. $"{Keywords} {Predeclared} {Packages} run t k v a b init main _".Split(' ')];

    /// <summary>True if a text can name a field or a package in Go.</summary>
    public static bool IsIdentifier(string text) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') && text.All(c => char.IsLetterOrDigit(c) || c == '_') && !KeywordSet.Contains(text);

    /// <summary>A new identifier: the wanted one if it is free.</summary>
    public string New(string wanted)
    {
        string plain = string.Concat(wanted.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        bool reserved = plain.Length == 0 || char.IsAsciiDigit(plain[0]) || plain.StartsWith("sim", StringComparison.Ordinal) || plain.All(c => c == '_');
        plain = reserved ? "the_" + plain : plain;
        string name = plain;
        for (int n = 2; !_used.Add(name); n++)
        {
            name = plain + (char.IsAsciiDigit(plain[^1]) ? "_" : "") + n.ToString(CultureInfo.InvariantCulture);
        }

        return name;
    }

    /// <summary>The text with a capital first letter.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
