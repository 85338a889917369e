namespace MapSim.Programs;

/// <summary>Reads one line of a program from left to right and knows where it is, for error messages.</summary>
/// <param name="line">The line's number, from 1.</param>
/// <param name="text">The line without its end.</param>
internal sealed class LineCursor(int line, string text)
{
    private int _at;

    /// <summary>Index of the next character.</summary>
    public int Position => _at;

    /// <summary>Index of the line's first word.</summary>
    public int Start => text.Length - text.AsSpan().TrimStart(" \t").Length;

    /// <summary>The line's number.</summary>
    public int Line => line;

    /// <summary>The rest of the line.</summary>
    public ReadOnlySpan<char> Rest => text.AsSpan(_at);

    /// <summary>The next character; '\0' at the end.</summary>
    public char Peek => _at < text.Length ? text[_at] : '\0';

    /// <summary>True if nothing but a comment is left.</summary>
    public bool AtEnd
    {
        get
        {
            SkipSpace();
            return _at == text.Length || text[_at] == '#';
        }
    }

    /// <summary>The comment that follows, or null.</summary>
    public string? Comment => AtEnd && _at < text.Length ? text[_at..].TrimEnd() : null;

    /// <summary>Goes past blanks.</summary>
    public void SkipSpace()
    {
        while (_at < text.Length && (text[_at] is ' ' or '\t' || (text[_at] == '\r' && _at == text.Length - 1)))
        {
            _at++;
        }
    }

    /// <summary>Takes characters; the caller has looked at them.</summary>
    public string Take(int length)
    {
        string taken = text.Substring(_at, length);
        _at += length;
        return taken;
    }

    /// <summary>Takes a token if it comes next (after blanks).</summary>
    public bool TryTake(string token)
    {
        SkipSpace();
        if (!Rest.StartsWith(token, StringComparison.Ordinal))
        {
            return false;
        }

        _at += token.Length;
        return true;
    }

    /// <summary>Takes a keyword if it comes next and ends there.</summary>
    public bool TryTakeWord(string word)
    {
        SkipSpace();
        if (!PeekWord().SequenceEqual(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    /// <summary>Takes a token that must come next.</summary>
    public void Expect(string token)
    {
        if (!TryTake(token))
        {
            throw Error($"'{token}'");
        }
    }

    /// <summary>Takes letters, digits and underscores; an error if there are none.</summary>
    public string Name(string what)
    {
        SkipSpace();
        ReadOnlySpan<char> word = PeekWord();
        return word.Length > 0 && !char.IsAsciiDigit(word[0]) ? Take(word.Length) : throw Error(what);
    }

    /// <summary>The characters up to the next blank.</summary>
    public ReadOnlySpan<char> PeekToken()
    {
        SkipSpace();
        int length = Rest.IndexOfAny(" \t\r");
        return length < 0 ? Rest : Rest[..length];
    }

    /// <summary>Nothing but a comment may be left.</summary>
    public void ExpectEnd()
    {
        if (!AtEnd)
        {
            throw Error("the end of the line");
        }
    }

    /// <summary>"expected ..., found ..." at the next token, or at a position with a text found there.</summary>
    public ProgramFormatException Error(string expected, int at = -1, string? found = null, string hint = "")
    {
        if (at < 0)
        {
            SkipSpace();
        }

        found ??= AtEnd ? "the end of the line" : $"'{PeekToken()}'";
        return new ProgramFormatException(line, (at < 0 ? _at : at) + 1, $"expected {expected}, found {found}{hint}");
    }

    private ReadOnlySpan<char> PeekWord()
    {
        int length = 0;
        while (length < Rest.Length && (char.IsAsciiLetterOrDigit(Rest[length]) || Rest[length] == '_'))
        {
            length++;
        }

        return Rest[..length];
    }
}
