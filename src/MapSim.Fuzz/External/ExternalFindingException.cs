namespace MapSim.Fuzz;

/// <summary>A finding, for engines that know crashes by exceptions; the message is the bug key.</summary>
public sealed class ExternalFindingException : Exception
{
    /// <summary>Creates one without a key.</summary>
    public ExternalFindingException()
    {
    }

    /// <summary>Creates one.</summary>
    /// <param name="bugKey">What is wrong.</param>
    public ExternalFindingException(string bugKey)
        : base(bugKey)
    {
    }

    /// <summary>Creates one with what caused it.</summary>
    public ExternalFindingException(string bugKey, Exception inner)
        : base(bugKey, inner)
    {
    }
}
