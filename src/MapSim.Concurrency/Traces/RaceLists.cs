namespace MapSim.Concurrency.Traces;

/// <summary>The races of an execution by their earlier step: for each step a list of the later ones it races with, kept as steps come and go.</summary>
/// <remarks>A link is a number; -1 ends a list. Links are made and removed last in, first out, like the steps.</remarks>
/// <param name="execution">The execution.</param>
internal sealed class RaceLists(Execution execution)
{
    private int[] first = new int[64];
    private (int Earlier, int Later, int Next)[] links = new (int, int, int)[256];
    private int count;

    /// <summary>The first race that begins with a step.</summary>
    /// <param name="e">Depth of the step.</param>
    public int First(int e) => first[e];

    /// <summary>The race after one in its list.</summary>
    public int Next(int link) => links[link].Next;

    /// <summary>Depth of the later step; if it is below zero, it is ~t for the lock that thread t waits for.</summary>
    public int Later(int link) => links[link].Later;

    /// <summary>The last step was made.</summary>
    public void Enter()
    {
        int depth = execution.Depth - 1;
        if (depth >= first.Length)
        {
            Array.Resize(ref first, 2 * (depth + 1));
        }

        first[depth] = -1;
        foreach (int e in execution.Races(depth))
        {
            Add(e, depth);
        }
    }

    /// <summary>The last step is about to be taken back.</summary>
    public void Leave()
    {
        int depth = execution.Depth - 1;
        while (count > 0 && links[count - 1].Later == depth)
        {
            RemoveLast();
        }
    }

    /// <summary>Adds the race of a lock that is waited for.</summary>
    /// <param name="e">Depth of the lock that keeps it waiting.</param>
    /// <param name="thread">The thread that waits.</param>
    public void AddWaiting(int e, int thread) => Add(e, ~thread);

    /// <summary>Removes the races of locks that are waited for.</summary>
    public void RemoveWaiting()
    {
        while (count > 0 && links[count - 1].Later < 0)
        {
            RemoveLast();
        }
    }

    private void Add(int e, int later)
    {
        if (count == links.Length)
        {
            Array.Resize(ref links, 2 * count);
        }

        links[count] = (e, later, first[e]);
        first[e] = count++;
    }

    private void RemoveLast()
    {
        (int earlier, _, int next) = links[--count];
        first[earlier] = next;
    }
}
