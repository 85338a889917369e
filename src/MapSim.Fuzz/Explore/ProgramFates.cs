using MapSim.Concurrency.States;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// For each position of one run of a program and for everybody who could move there: how the program can end if that one moves. What the
/// report shows as "what if".
/// </summary>
public sealed class ProgramFates
{
    private readonly int[][] _after;

    private ProgramFates(IReadOnlyList<string?> kinds, IReadOnlyList<IReadOnlyList<int>> sets, int[][] after, int critical)
    {
        Kinds = kinds;
        Sets = sets;
        _after = after;
        Critical = critical;
    }

    /// <summary>The ways of ending; null, the first, is a good end.</summary>
    public IReadOnlyList<string?> Kinds { get; }

    /// <summary>The sets of ends that occur, as indices of <see cref="Kinds"/>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Sets { get; }

    /// <summary>The step after which no schedule ends well; 0 if none ever did; -1 if the run could end well to its end.</summary>
    public int Critical { get; }

    /// <summary>Positions: 0 before the first step, up to the number of steps.</summary>
    public int Positions => _after.Length;

    /// <summary>The ends that are left if a mover makes the next step: an index of <see cref="Sets"/>, or -1 if it cannot move.</summary>
    /// <param name="position">Steps made before.</param>
    /// <param name="mover">Its number, as in <see cref="ProgramStepper"/>.</param>
    public int After(int position, int mover) => _after[position][mover];

    /// <summary>The fates along a run.</summary>
    /// <param name="program">The program; its schedule plays no part.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <param name="movers">Who makes the steps of the run.</param>
    /// <param name="mostStates">States to explore at most.</param>
    /// <returns>Null if there are more states, only one who can move at all, or too many ways of ending.</returns>
    /// <exception cref="ProgramFormatException">The program cannot be explored.</exception>
    public static ProgramFates? Of(MapProgram program, ModelChanges changes, IReadOnlyList<int> movers, int mostStates)
    {
        ArgumentNullException.ThrowIfNull(movers);
        var model = new ProgramModel(program, changes);
        if (model.Threads < 2)
        {
            return null;
        }

        StateGraph graph = StateGraph.Build(model, new StateOptions { MostStates = mostStates });
        if (Fates.Of(graph) is not { } fates)
        {
            return null;
        }

        var numbers = new Dictionary<ulong, int>();
        var after = new int[movers.Count + 1][];
        for (int position = 0, state = 0; ; position++)
        {
            after[position] = [.. Enumerable.Range(0, graph.Threads).Select(m => (graph.Enabled(state) >> m & 1) == 0 ? -1 : Number(fates.From(graph.Next(state, m)), numbers))];
            if (position == movers.Count)
            {
                int critical = CriticalStep.Find(graph, fates, movers, f => (f & Fates.Well) != 0)?.Step ?? -1;
                return new ProgramFates(fates.Kinds, [.. numbers.OrderBy(n => n.Value).Select(n => Bits(n.Key))], after, critical);
            }

            state = graph.Next(state, movers[position]);
        }
    }

    private static int Number(ulong fate, Dictionary<ulong, int> numbers)
    {
        if (!numbers.TryGetValue(fate, out int number))
        {
            number = numbers.Count;
            numbers.Add(fate, number);
        }

        return number;
    }

    private static IReadOnlyList<int> Bits(ulong fate) => [.. Enumerable.Range(0, 64).Where(i => (fate >> i & 1) != 0)];
}
