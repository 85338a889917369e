using MapSim.Memory;

namespace MapSim.Traces;

/// <summary>An iterator of a trace.</summary>
internal sealed class TracedIterator(int id, int map, Addr address)
{
    public int Id => id;

    public int Map => map;

    public Addr Address => address;

    public bool HasEnded { get; set; }

    public IteratorState LastState { get; set; } = new() { Overflow = -1, OldOverflow = -1 };
}
