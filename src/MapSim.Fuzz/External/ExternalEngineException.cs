namespace MapSim.Fuzz;

/// <summary>An external engine is not there, or not as it should be; the message says what was expected and what to do.</summary>
public sealed class ExternalEngineException : Exception
{
    /// <summary>Creates one without a message.</summary>
    public ExternalEngineException()
    {
    }

    /// <summary>Creates one.</summary>
    public ExternalEngineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with what caused it.</summary>
    public ExternalEngineException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
