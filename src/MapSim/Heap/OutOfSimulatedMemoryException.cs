namespace MapSim.Heap;

/// <summary>An arena has reached its limit (2 GiB, 256 MiB on 386): the program under simulation needs more memory than there is.</summary>
public sealed class OutOfSimulatedMemoryException : Exception
{
    /// <summary>Creates the exception with its only message.</summary>
    public OutOfSimulatedMemoryException()
        : base("the simulated program needs more memory on one P than there is (2 GiB, 256 MiB on 386; one object: 1 GiB)")
    {
    }

    /// <inheritdoc cref="OutOfSimulatedMemoryException()"/>
    public OutOfSimulatedMemoryException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="OutOfSimulatedMemoryException()"/>
    public OutOfSimulatedMemoryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
