namespace MapSim.Traces;

/// <summary>A trace file is truncated, corrupt or no trace at all.</summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column in bytes, from 1.</param>
    /// <param name="message">What was expected and found.</param>
    public TraceFormatException(int line, int column, string message)
        : base(message)
    {
        Line = line;
        Column = column;
    }

    /// <summary>Creates an exception that says nothing.</summary>
    public TraceFormatException()
    {
    }

    /// <summary>Creates an exception without a place.</summary>
    public TraceFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception without a place.</summary>
    public TraceFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The line, from 1.</summary>
    public int Line { get; } = 1;

    /// <summary>The column in bytes, from 1.</summary>
    public int Column { get; } = 1;
}
