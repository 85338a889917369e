using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

/// <summary>A model that is moved from one execution to another: back to where they part, then forth.</summary>
/// <param name="model">The model, at its start.</param>
/// <param name="tally">Counts its steps and says when to stop.</param>
/// <param name="explored">How much is done, for who wants to know.</param>
internal sealed class ReplayedModel(IModel model, TraceTally tally, Func<double> explored)
{
    private byte[] schedule = new byte[64];
    private int depth;

    /// <summary>The model.</summary>
    public IModel Model => model;

    /// <summary>Moves to the end of an execution.</summary>
    /// <param name="target">The threads of its steps.</param>
    /// <returns>False if a limit was reached on the way.</returns>
    public bool MoveTo(ReadOnlySpan<byte> target)
    {
        int common = target.CommonPrefixLength(schedule.AsSpan(0, depth));
        Back(common);
        foreach (byte t in target[common..])
        {
            if (!Step(t))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes one step.</summary>
    /// <param name="t">An enabled thread.</param>
    /// <returns>False if a limit was reached: then it was not made.</returns>
    public bool Step(int t)
    {
        if (!tally.Step(explored))
        {
            return false;
        }

        model.Step(t);
        if (depth == schedule.Length)
        {
            Array.Resize(ref schedule, 2 * depth);
        }

        schedule[depth++] = (byte)t;
        return true;
    }

    /// <summary>Takes steps back until so many are left.</summary>
    /// <param name="left">Steps that stay.</param>
    public void Back(int left)
    {
        for (; depth > left; depth--)
        {
            model.Undo();
        }
    }
}
