namespace MapSim.Concurrency.Litmus;

/// <summary>What a word of a litmus text is.</summary>
internal enum TokenKind : byte
{
    /// <summary>The end of the line; every line has one.</summary>
    End,

    /// <summary>A name or a word of the language.</summary>
    Name,

    /// <summary>Decimal digits.</summary>
    Number,

    /// <summary>An operator, a bracket, a comma or a colon.</summary>
    Sign,
}

/// <summary>One word of a line, with the column it starts at (from 1).</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Column)
{
    /// <summary>The token as a message shows it.</summary>
    public string Shown => Kind == TokenKind.End ? "the end of the line" : $"'{Text}'";

    /// <summary>True for this sign or word.</summary>
    public bool Is(string text) => Kind != TokenKind.End && Text == text;
}
