using MapSim.Machines;

namespace MapSim;

/// <summary>
/// The operation ended the simulated process: a fatal error, a throw, undefined behaviour (an access that a real
/// process may survive, but reads foreign memory) or no memory left. All maps of that process are lost; they can be
/// dumped, and nothing else.
/// </summary>
public sealed class GoFatalException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failure">What went wrong; None if it has no name of its own (no memory left).</param>
    /// <param name="message">The runtime's words, or MapSim's for undefined behaviour.</param>
    /// <param name="inner">What the host said; null if it said nothing.</param>
    public GoFatalException(Failure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <inheritdoc cref="GoFatalException(Failure, string, Exception)"/>
    public GoFatalException()
    {
    }

    /// <inheritdoc cref="GoFatalException(Failure, string, Exception)"/>
    public GoFatalException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="GoFatalException(Failure, string, Exception)"/>
    public GoFatalException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>What went wrong; None if it has no name of its own.</summary>
    public Failure Failure { get; }
}
