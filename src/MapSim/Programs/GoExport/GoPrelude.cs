using System.Reflection;

namespace MapSim.Programs;

/// <summary>The parts that exported tests have in common: Go files that the library carries inside.</summary>
internal static class GoPrelude
{
    private const string Prefix = "go-export/";

    /// <summary>A part's imports and the rest of it.</summary>
    /// <param name="part">Its file name.</param>
    public static (IReadOnlyList<string> Imports, string Code) Read(string part)
    {
        using Stream stream = typeof(GoPrelude).Assembly.GetManifestResourceStream(Prefix + part)
            ?? throw new InvalidOperationException($"no part '{part}'");
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd().ReplaceLineEndings("\n");
        const string Open = "import (\n", Close = "\n)\n";
        int open = text.IndexOf(Open, StringComparison.Ordinal);
        if (open < 0)
        {
            return ([], text[(text.IndexOf('\n') + 1)..].Trim('\n') + "\n");
        }

        int close = text.IndexOf(Close, open, StringComparison.Ordinal);
        string[] imports = [.. text[(open + Open.Length)..close].Split('\n').Select(l => l.Trim().Trim('"'))];
        return (imports, text[(close + Close.Length)..].Trim('\n') + "\n");
    }

    /// <summary>Every part there is.</summary>
    public static IEnumerable<string> All => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal);
}
