using MapSim.Machines;

namespace MapSim;

/// <summary>
/// The operation panicked, as it would in Go; the message is the runtime's. The map can be used on, as after a recover.
/// </summary>
public sealed class GoPanicException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="message">The runtime's words.</param>
    public GoPanicException(Failure failure, string message)
        : base(message) => Failure = failure;

    /// <inheritdoc cref="GoPanicException(Failure, string)"/>
    public GoPanicException()
    {
    }

    /// <inheritdoc cref="GoPanicException(Failure, string)"/>
    public GoPanicException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="GoPanicException(Failure, string)"/>
    public GoPanicException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>What went wrong: an unhashable key, an assignment to a nil map or a nil dereference.</summary>
    public Failure Failure { get; }
}
