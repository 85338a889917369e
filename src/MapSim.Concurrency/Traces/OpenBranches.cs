namespace MapSim.Concurrency.Traces;

/// <summary>How much of a tree is done, seen from the way on which the exploration stands.</summary>
internal static class OpenBranches
{
    /// <summary>The part that is done, 0 to 1, if every open branch were as big as the done ones beside it.</summary>
    /// <param name="from">The first depth.</param>
    /// <param name="to">The depth at which the exploration stands.</param>
    /// <param name="done">Branches done, by depth.</param>
    /// <param name="open">Branches that are not done, the one on the way included, at a depth.</param>
    public static double Done(int from, int to, ReadOnlySpan<int> done, Func<int, int> open)
    {
        double part = 1;
        double sum = 0;
        for (int depth = from; depth < to; depth++)
        {
            int all = done[depth] + open(depth);
            sum += part * done[depth] / all;
            part /= all;
        }

        return sum;
    }
}
