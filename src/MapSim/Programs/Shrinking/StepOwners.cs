namespace MapSim.Programs;

/// <summary>
/// Which line each step of a run belonged to, so that a schedule can be cut when lines go: a stretch loses the steps of
/// the lines that are not there any more. Knows it from the steps that the machine had made when each operation ended.
/// </summary>
internal sealed class StepOwners
{
    private readonly List<(string Goroutine, int Line, long Step)> _ends = [];
    private readonly List<(string Goroutine, int Line, long Steps)> _pieces = [];
    private int _shift;

    /// <summary>An operation ended.</summary>
    public void Ended(string goroutine, int line, ulong step) => _ends.Add((goroutine, line, (long)step));

    /// <summary>The run ended; this is what was done.</summary>
    public void Finish(IReadOnlyList<Stretch> done)
    {
        Dictionary<string, Queue<(int Line, long Step)>> ends = _ends.GroupBy(e => e.Goroutine)
            .ToDictionary(g => g.Key, g => new Queue<(int Line, long Step)>(g.Select(e => (e.Line, e.Step))));
        long at = 0;
        foreach (Stretch stretch in done)
        {
            long end = at + stretch.Steps;
            ends.TryGetValue(stretch.Goroutine, out Queue<(int Line, long Step)>? queue);
            while (at < end)
            {
                while (queue is { Count: > 0 } && queue.Peek().Step <= at)
                {
                    queue.Dequeue();
                }

                (int line, long until) = queue is { Count: > 0 } ? (queue.Peek().Line, Math.Min(queue.Peek().Step, end)) : (int.MinValue, end);
                _pieces.Add((stretch.Goroutine, line, until - at));
                at = until;
            }
        }
    }

    /// <summary>The same with indices for lines: the line plus a number.</summary>
    public StepOwners Lines(int shift)
    {
        _shift = shift;
        return this;
    }

    /// <summary>A schedule without the steps of lines that are gone.</summary>
    /// <param name="schedule">A schedule that the run followed from its start.</param>
    /// <param name="kept">The indices of the lines that are still there. Steps that belong to no line stay.</param>
    public IReadOnlyList<Stretch> Cut(IReadOnlyList<Stretch> schedule, IReadOnlySet<int> kept)
    {
        var cut = new List<Stretch>();
        long total = schedule.Sum(s => s.Steps);
        foreach ((string goroutine, int line, long steps) in _pieces)
        {
            long taken = Math.Min(steps, total);
            total -= taken;
            if (taken > 0 && (line == int.MinValue || kept.Contains(line + _shift)))
            {
                Append(cut, goroutine, taken);
            }
        }

        return cut;
    }

    /// <summary>The stretches that two schedules begin with; the first itself if the other contains it.</summary>
    public static IReadOnlyList<Stretch> Common(IReadOnlyList<Stretch> wanted, IReadOnlyList<Stretch> done)
    {
        var common = new List<Stretch>();
        int i = 0, j = 0;
        long a = 0, b = 0;
        while (i < wanted.Count && j < done.Count && wanted[i].Goroutine == done[j].Goroutine)
        {
            long n = Math.Min(wanted[i].Steps - a, done[j].Steps - b);
            Append(common, wanted[i].Goroutine, n);
            (a, b) = (a + n, b + n);
            (i, a) = a == wanted[i].Steps ? (i + 1, 0) : (i, a);
            (j, b) = b == done[j].Steps ? (j + 1, 0) : (j, b);
        }

        return common;
    }

    /// <summary>Adds steps, to the last stretch if it is the same goroutine's.</summary>
    public static void Append(List<Stretch> schedule, string goroutine, long steps)
    {
        if (schedule.Count > 0 && schedule[^1].Goroutine == goroutine)
        {
            schedule[^1] = schedule[^1] with { Steps = schedule[^1].Steps + steps };
        }
        else
        {
            schedule.Add(new Stretch(goroutine, steps));
        }
    }
}
