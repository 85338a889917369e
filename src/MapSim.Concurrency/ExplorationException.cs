namespace MapSim.Concurrency;

/// <summary>An exploration that cannot begin as it was asked for: what was expected and what was found.</summary>
public sealed class ExplorationException : Exception
{
    /// <summary>An exploration that cannot begin.</summary>
    /// <param name="message">"expected ..., found ...".</param>
    public ExplorationException(string message)
        : base(message)
    {
    }
}
