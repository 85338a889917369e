namespace MapSim.Concurrency.States;

/// <summary>
/// What can still come of each state: the ways of ending (<see cref="Kinds"/>) that some schedule from there leads to. A run
/// loses them one by one; the step that loses the last good one is the critical step (<see cref="CriticalStep"/>).
/// </summary>
/// <remarks>Eight bytes a state. A run that goes round for ever has no end and counts for none.</remarks>
public sealed class Fates
{
    /// <summary>The bit of <see cref="From"/> for the good end.</summary>
    public const ulong Well = 1;

    private const int MostKinds = 64;
    private const string Deadlock = "deadlock";
    private readonly ulong[] _from;

    private Fates(IReadOnlyList<string?> kinds, ulong[] from) => (Kinds, _from) = (kinds, from);

    /// <summary>The ways of ending: null first, for nothing wrong, then the failures of the graph in the order they were met, then "deadlock" if threads wait for ever without a failure.</summary>
    public IReadOnlyList<string?> Kinds { get; }

    /// <summary>The fates of all states.</summary>
    /// <param name="graph">The states.</param>
    /// <returns>Null if the graph was cut (then nobody knows), or if there are more than 64 ways of ending.</returns>
    public static Fates? Of(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        List<string?> kinds = [null, .. graph.Failures];
        if (graph.Deadlocks.Any(s => graph.Failure(s) == null))
        {
            kinds.Add(Deadlock);
        }

        if (!graph.IsComplete || kinds.Count > MostKinds)
        {
            return null;
        }

        var numbers = kinds.Select((kind, i) => (kind, i)).Skip(1).ToDictionary(k => k.kind!, k => k.i, StringComparer.Ordinal);
        var from = new ulong[graph.Count];
        while (Pass(graph, numbers, from) && graph.HasCycle)
        {
        }

        return new Fates(kinds, from);
    }

    /// <summary>What can come of a state: bit i for <see cref="Kinds"/>[i].</summary>
    /// <param name="state">Its number in the graph.</param>
    public ulong From(int state) => _from[state];

    /// <summary>Successors first, so that one pass is enough where no run comes back to a state; true if something was new.</summary>
    private static bool Pass(StateGraph graph, Dictionary<string, int> numbers, ulong[] from)
    {
        bool isNew = false;
        foreach (int state in graph.Order)
        {
            ulong fate = 0;
            if (graph.Enabled(state) == 0)
            {
                string? kind = graph.Failure(state) ?? (graph.IsBad(state) ? Deadlock : null);
                fate = kind == null ? Well : 1UL << numbers[kind];
            }

            foreach (int next in graph.NextOf(state))
            {
                fate |= from[next - 1];
            }

            isNew |= fate != from[state];
            from[state] = fate;
        }

        return isNew;
    }
}
