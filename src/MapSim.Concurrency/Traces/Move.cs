namespace MapSim.Concurrency.Traces;

/// <summary>A step with its place as a small number, so that tables can be indexed with it.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Place">The number that <see cref="Places"/> gave to the range or the mutex; a thread for spawn and join; 0 for the rest.</param>
internal readonly record struct Move(StepKind Kind, int Place)
{
    /// <summary>True for what takes or gives a mutex.</summary>
    public bool IsMutex => Kind is StepKind.Lock or StepKind.Unlock;
}
