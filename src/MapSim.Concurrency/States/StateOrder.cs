namespace MapSim.Concurrency.States;

/// <summary>Whether states can be put in an order in which every step leads on: then none of them can come back to itself.</summary>
internal static class StateOrder
{
    /// <summary>Takes away the states that nothing leads to, and those that then nothing leads to, and so on: true if none is left.</summary>
    /// <param name="states">Number of states; they are numbered from 0, where everything begins.</param>
    /// <param name="edges">The steps between them.</param>
    public static bool Exists(int states, ReadOnlySpan<(int From, int To)> edges)
    {
        var leading = new int[states];
        var first = new int[states + 1];
        foreach ((int from, int to) in edges)
        {
            leading[to]++;
            first[from + 1]++;
        }

        for (int i = 0; i < states; i++)
        {
            first[i + 1] += first[i];
        }

        var targets = new int[edges.Length];
        int[] at = first[..states];
        foreach ((int from, int to) in edges)
        {
            targets[at[from]++] = to;
        }

        var free = new Stack<int>();
        free.Push(0);
        int taken = leading[0] == 0 ? 0 : states + 1;
        while (free.TryPop(out int state))
        {
            taken++;
            for (int i = first[state]; i < first[state + 1]; i++)
            {
                if (--leading[targets[i]] == 0)
                {
                    free.Push(targets[i]);
                }
            }
        }

        return taken == states;
    }
}
