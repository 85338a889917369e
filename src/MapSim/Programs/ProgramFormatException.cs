namespace MapSim.Programs;

/// <summary>The text of a program is wrong: where, what was expected there and what was found.</summary>
public sealed class ProgramFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">Line in the text, from 1.</param>
    /// <param name="column">Column in the line, from 1.</param>
    /// <param name="message">"expected ..., found ...".</param>
    public ProgramFormatException(int line, int column, string message)
        : base(message)
    {
        Line = line;
        Column = column;
    }

    /// <inheritdoc cref="ProgramFormatException(int, int, string)"/>
    public ProgramFormatException()
    {
    }

    /// <inheritdoc cref="ProgramFormatException(int, int, string)"/>
    public ProgramFormatException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="ProgramFormatException(int, int, string)"/>
    public ProgramFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Line in the text, from 1.</summary>
    public int Line { get; }

    /// <summary>Column in the line, from 1.</summary>
    public int Column { get; }

    /// <summary>"file:line:column: message".</summary>
    public string At(string file) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}:{Line}:{Column}: {Message}");
}
