namespace MapSim.Fuzz;

/// <summary>
/// An engine at work: it gives one execution after the other, each a whole program with its schedule, from nothing but a
/// seed. Whoever hunts runs them and judges; the two know nothing else of one another.
/// </summary>
public interface IHunt
{
    /// <summary>The next execution.</summary>
    Trial Next();

    /// <summary>The last one ends badly without a fault, too: more like it would prove nothing.</summary>
    void Refuse();
}
