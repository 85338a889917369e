namespace MapSim.Cli.Stepping;

/// <summary>Why a piece of text on the stepper's screen stands out. Whatever matters is marked by a character, too: a screen is complete without colours.</summary>
internal enum Ink
{
    /// <summary>It does not.</summary>
    Plain,

    /// <summary>Of less interest.</summary>
    Faint,

    /// <summary>A heading, a name.</summary>
    Strong,

    /// <summary>What the last step touched; marked with &gt;.</summary>
    Accessed,

    /// <summary>What changed since the screen before; marked with *.</summary>
    Changed,

    /// <summary>The byte under the cursor; marked with brackets.</summary>
    Cursor,

    /// <summary>Something is wrong.</summary>
    Wrong,
}

/// <summary>A line of the stepper's screen: pieces of printable ASCII, each with its ink.</summary>
internal sealed class ScreenLine
{
    private readonly List<(string Text, Ink Ink)> _pieces = [];

    /// <summary>The pieces in order.</summary>
    public IReadOnlyList<(string Text, Ink Ink)> Pieces => _pieces;

    /// <summary>The text without inks.</summary>
    public string Text => string.Concat(_pieces.Select(p => p.Text));

    /// <summary>Columns.</summary>
    public int Length => _pieces.Sum(p => p.Text.Length);

    /// <summary>A line of one piece.</summary>
    public static ScreenLine Of(string text, Ink ink = Ink.Plain) => new ScreenLine().Add(text, ink);

    /// <summary>A text in lines of so many columns, broken at spaces where there are any.</summary>
    public static IEnumerable<ScreenLine> Wrap(string text, Ink ink, int width)
    {
        while (text.Length > width)
        {
            int space = text.LastIndexOf(' ', width);
            int end = space > 0 ? space : width;
            yield return Of(text[..end], ink);
            text = text[end..].TrimStart();
        }

        yield return Of(text, ink);
    }

    /// <summary>Adds a piece. What a terminal would not show in one column each becomes a question mark.</summary>
    public ScreenLine Add(string text, Ink ink = Ink.Plain)
    {
        if (text.Length > 0)
        {
            _pieces.Add((string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?')), ink));
        }

        return this;
    }

    /// <summary>Adds spaces up to a column, at least one.</summary>
    public ScreenLine To(int column) => Add(new string(' ', Math.Max(1, column - Length)));

    /// <summary>The line in so many columns; a &gt; at its end says that there is more.</summary>
    public ScreenLine Cut(int width)
    {
        if (Length <= width)
        {
            return this;
        }

        var cut = new ScreenLine();
        foreach ((string text, Ink ink) in _pieces)
        {
            int left = width - 1 - cut.Length;
            cut.Add(text[..Math.Min(left, text.Length)], ink);
        }

        return cut.Add(">", Ink.Faint);
    }

    /// <summary>True if it looks the same.</summary>
    public bool IsSame(ScreenLine other) => _pieces.SequenceEqual(other._pieces);
}
