namespace MapSim.Concurrency.Litmus;

/// <summary>A litmus text that is none: what was expected and what stands there, and where.</summary>
public sealed class LitmusException : Exception
{
    /// <summary>An error at a place of the text.</summary>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column, from 1.</param>
    /// <param name="message">"expected ..., found ...", without the place.</param>
    public LitmusException(int line, int column, string message)
        : base(message) => (Line, Column) = (line, column);

    /// <summary>Line of the text, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the line, from 1.</summary>
    public int Column { get; }
}
