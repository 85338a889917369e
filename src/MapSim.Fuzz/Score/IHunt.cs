using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// An engine at work: it gives one execution after the other, each a whole program with its schedule, from nothing but a
/// seed. Whoever hunts runs them and judges; the two know nothing else of one another.
/// </summary>
public interface IHunt
{
    /// <summary>The next execution.</summary>
    Trial Next();

    /// <summary>Is told how the last one ended, so that it may choose the next by it.</summary>
    /// <param name="result">The run, on the model that is hunted.</param>
    /// <param name="isRefused">It ends badly on the unmodified model, too: more like it would prove nothing.</param>
    void Saw(RunResult result, bool isRefused);
}
