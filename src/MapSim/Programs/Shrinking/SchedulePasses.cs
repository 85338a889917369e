namespace MapSim.Programs;

/// <summary>Makes the schedule simple: none, a shorter one, fewer changes from one goroutine to another, smaller counts.</summary>
internal static class SchedulePasses
{
    private const int MostRounds = 6;

    /// <summary>All of these.</summary>
    public static void Simplify(Trials trials)
    {
        if (trials.Best.Schedule.Count == 0 || trials.TrySchedule([]))
        {
            return;
        }

        DropTail(trials);
        for (int round = 0; round < MostRounds && !trials.IsOver; round++)
        {
            int before = trials.Improvements;
            DropRanges(trials);
            Move(trials);
            ShortenCounts(trials);
            if (trials.Improvements == before)
            {
                return;
            }
        }
    }

    /// <summary>What comes after the finding, then as much of the end as possible.</summary>
    private static void DropTail(Trials trials)
    {
        if (trials.Result.Finding is { } finding)
        {
            trials.TrySchedule(First(trials.Best.Schedule, (long)finding.Step));
        }

        for (int step = trials.Best.Schedule.Count / 2; step >= 1 && !trials.IsOver;)
        {
            step = trials.TrySchedule([.. trials.Best.Schedule.SkipLast(step)]) ? Math.Min(step, trials.Best.Schedule.Count - 1) : step / 2;
        }
    }

    /// <summary>Stretches without which it goes as well: their steps are made later, or come by themselves.</summary>
    private static void DropRanges(Trials trials)
    {
        for (int size = Math.Max(1, trials.Best.Schedule.Count / 2); size >= 1; size /= 2)
        {
            for (int at = trials.Best.Schedule.Count - size; at > -size && !trials.IsOver; at -= size)
            {
                int from = Math.Max(at, 0), end = Math.Min(at + size, trials.Best.Schedule.Count);
                trials.TrySchedule(Joined(trials.Best.Schedule.Where((_, i) => i < from || i >= end)));
                at = Math.Min(at, trials.Best.Schedule.Count);
            }
        }
    }

    /// <summary>The steps of a stretch go to the next, or the one before, of the same goroutine.</summary>
    private static void Move(Trials trials)
    {
        for (int i = trials.Best.Schedule.Count - 1; i >= 0 && !trials.IsOver; i--)
        {
            i = Math.Min(i, trials.Best.Schedule.Count - 1);
            IReadOnlyList<Stretch> now = trials.Best.Schedule;
            int next = Other(now, i, 1), previous = Other(now, i, -1);
            if ((next >= 0 && trials.TrySchedule(Moved(now, i, next, now[i].Steps))) || (previous >= 0 && trials.TrySchedule(Moved(now, i, previous, now[i].Steps))))
            {
                continue;
            }
        }
    }

    /// <summary>Fewer steps in a stretch; the rest is made in the next of the same goroutine, or by itself.</summary>
    private static void ShortenCounts(Trials trials)
    {
        for (int i = 0; i < trials.Best.Schedule.Count && !trials.IsOver; i++)
        {
            for (long step = trials.Best.Schedule[i].Steps - 1; step >= 1 && !trials.IsOver;)
            {
                IReadOnlyList<Stretch> now = trials.Best.Schedule;
                Stretch shorter = now[i] with { Steps = now[i].Steps - step };
                step = trials.TrySchedule([.. now.Take(i), shorter, .. now.Skip(i + 1)]) ? Math.Min(step, shorter.Steps - 1) : step / 2;
                if (i >= trials.Best.Schedule.Count)
                {
                    break;
                }
            }
        }
    }

    private static int Other(IReadOnlyList<Stretch> schedule, int at, int direction)
    {
        for (int i = at + direction; i >= 0 && i < schedule.Count; i += direction)
        {
            if (schedule[i].Goroutine == schedule[at].Goroutine)
            {
                return i;
            }
        }

        return -1;
    }

    private static List<Stretch> Moved(IReadOnlyList<Stretch> schedule, int from, int to, long steps) =>
        Joined(schedule.Select((s, i) => i == from ? s with { Steps = s.Steps - steps } : i == to ? s with { Steps = s.Steps + steps } : s));

    private static List<Stretch> Joined(IEnumerable<Stretch> schedule)
    {
        var joined = new List<Stretch>();
        foreach (Stretch s in schedule.Where(s => s.Steps > 0))
        {
            StepOwners.Append(joined, s.Goroutine, s.Steps);
        }

        return joined;
    }

    private static List<Stretch> First(IReadOnlyList<Stretch> schedule, long steps)
    {
        var first = new List<Stretch>();
        foreach (Stretch s in schedule)
        {
            long taken = Math.Min(steps, s.Steps);
            steps -= taken;
            if (taken > 0)
            {
                StepOwners.Append(first, s.Goroutine, taken);
            }
        }

        return first;
    }
}
