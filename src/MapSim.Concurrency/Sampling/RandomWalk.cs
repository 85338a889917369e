namespace MapSim.Concurrency.Sampling;

/// <summary>Picks any enabled thread, each equally likely: the simplest sampler, and the one whose chance of finding a bug can be computed exactly.</summary>
public sealed class RandomWalk : ISampler
{
    private Chance chance = new();

    /// <inheritdoc/>
    public string Name => "rw";

    /// <inheritdoc/>
    public void Begin(SampleView view) => chance = view.Chance;

    /// <inheritdoc/>
    public int Pick(ulong enabled) => chance.One(enabled);

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
    }

    /// <inheritdoc/>
    public void End()
    {
    }
}
