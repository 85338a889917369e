namespace MapSim.Fuzz;

/// <summary>An input that showed something new when it was run; with the others it is the corpus of a campaign.</summary>
/// <param name="Id">Its place in the corpus, from 0: entries are never taken out.</param>
/// <param name="Input">The canonical bytes of its program.</param>
/// <param name="Parent">The entry it was made from; -1 if it was made from nothing.</param>
/// <param name="Mutation">How it was made: the names of the mutations, "scenes" if from nothing.</param>
/// <param name="FoundAt">The execution that found it, from 1.</param>
/// <param name="Operations">Operations that it does: what a run of it costs, roughly.</param>
/// <param name="New">The features that nothing before it had.</param>
public sealed record QueueEntry(int Id, byte[] Input, int Parent, string Mutation, long FoundAt, int Operations, uint[] New)
{
    /// <summary>Entries between it and the first of its line.</summary>
    public int Depth { get; init; }
}
