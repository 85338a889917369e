using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

// A graph as plain data and back.
internal sealed partial class ExecutionGraph
{
    /// <summary>This graph as plain data.</summary>
    public GraphPart ToPart() => new(
        Schedule.ToArray(), stamp[..Count], frozen[..Count], [.. promises.Select(p => (p.Thread, p.Stamp, p.MadeAt))], NextStamp, Inherited);

    /// <summary>Makes this the graph that a part describes.</summary>
    /// <param name="part">The part.</param>
    /// <param name="model">At its start; stands at the end of the part afterwards, if no limit was reached.</param>
    /// <returns>False if a limit was reached.</returns>
    public bool Load(GraphPart part, ReplayedModel model)
    {
        Clear();
        for (int p = 0; p < part.Schedule.Length; p++)
        {
            int t = part.Schedule[p];
            Move move = places.Of(model.Model.Next(t));
            ulong before = model.Model.Unfinished;
            if (!model.Step(t))
            {
                return false;
            }

            Add(t, move, part.Stamps[p], part.Frozen[p]);
            if (move.Kind == StepKind.Everything)
            {
                Starts(p, model.Model.Unfinished & ~before);
            }
        }

        foreach ((int t, int when, int madeAt) in part.Promises)
        {
            int mutex = madeAt == int.MaxValue ? places.Of(model.Model.Next(t)).Place : place[madeAt];
            promises.Add(new Promise(t, when, mutex, madeAt));
        }

        (NextStamp, Inherited) = (part.NextStamp, part.Inherited);
        return true;
    }
}
