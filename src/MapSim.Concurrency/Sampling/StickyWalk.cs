namespace MapSim.Concurrency.Sampling;

/// <summary>A random walk that stays with the thread that moved last, most of the time: long undisturbed stretches with few switches.</summary>
/// <param name="stay">Chance to stay while that thread is enabled, 0 to 1.</param>
public sealed class StickyWalk(double stay = 0.9) : ISampler
{
    private Chance chance = new();
    private ulong last;

    /// <inheritdoc/>
    public string Name => "sticky";

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"sticky that stays with chance {stay}");

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        chance = view.Chance;
        last = 0;
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled)
    {
        ulong from = (enabled & last) != 0 && chance.Unit() < stay ? last : enabled;
        return chance.One(from);
    }

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started) => last = 1UL << thread;

    /// <inheritdoc/>
    public void End()
    {
    }
}
