using System.Numerics;
using MapSim.Concurrency.States;

namespace MapSim.Concurrency.Sampling;

/// <summary>Makes every interleaving exactly equally likely: it knows all states and how many interleavings begin in each.</summary>
/// <remarks>For programs whose states fit into memory: an answer to what the guesses of <see cref="UniformWalk"/> are worth. It draws once a run, the number of the interleaving.</remarks>
public sealed class ExactWalk : ISampler
{
    private readonly Interleavings all;
    private BigInteger number;
    private int state;

    /// <summary>For a model that is sampled from where it stands now.</summary>
    /// <param name="model">The model; it stands where it stood afterwards.</param>
    /// <param name="limits">The most states and what stops the look at them; no limit if left out.</param>
    /// <exception cref="OperationCanceledException">The limits say that somebody cancelled it.</exception>
    /// <exception cref="ExplorationException">It has too many states, or can come back to one, so that its interleavings are endless.</exception>
    public ExactWalk(IModel model, StateOptions? limits = null)
    {
        StateGraph graph = StateGraph.Build(model, limits);
        limits?.Cancel.ThrowIfCancellationRequested();
        if (!graph.IsComplete)
        {
            throw new ExplorationException(FormattableString.Invariant($"sampler exact: expected a program whose states are all known, found one with more than {graph.Count} states"));
        }

        all = Interleavings.Of(graph) ?? throw new ExplorationException("sampler exact: expected a program that always ends, found one that can come back to a state it was in");
    }

    /// <inheritdoc/>
    public string Name => "exact";

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        state = 0;
        number = all.Draw(_ => view.Chance.Next());
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled) => all.Move(ref state, ref number);

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
    }

    /// <inheritdoc/>
    public void End()
    {
    }
}
