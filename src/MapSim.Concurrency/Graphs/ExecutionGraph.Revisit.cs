using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

// How a graph is made from another one.
internal sealed partial class ExecutionGraph
{
    /// <summary>Makes this the graph in which a new step comes before a step that was there first.</summary>
    /// <param name="from">The graph to change; it stays as it is.</param>
    /// <param name="end">Its steps before this position are looked at, those after it are not there yet.</param>
    /// <param name="behind">Position of the step that is put behind the new one.</param>
    /// <param name="past">Of each thread so many steps come before that step now, the new one included.</param>
    /// <param name="t">Thread of the new step.</param>
    /// <param name="move">What the new step does.</param>
    public void Revisit(ExecutionGraph from, int end, int behind, ReadOnlySpan<ushort> past, int t, Move move)
    {
        Clear();
        int since = from.stamp[behind];
        int same = 0;
        while (same != behind && (from.stamp[same] < since || from.index[same] < past[from.thread[same]]) && !from.IsLatePromise(same))
        {
            same++;
        }

        CopyStart(from, same, since);
        for (int p = same; p < end; p++)
        {
            if (p == behind || (from.stamp[p] >= since && from.index[p] >= past[from.thread[p]]))
            {
                continue;
            }

            if (from.IsLatePromise(p) && !IsCovered(from, p))
            {
                promises.Add(new Promise(from.thread[p], from.stamp[p], from.place[p], int.MaxValue));
                continue;
            }

            if (from.IsLatePromise(p))
            {
                promises.Add(new Promise(from.thread[p], from.stamp[p], from.place[p], Count));
            }

            CopyStep(from, p, from.frozen[p] || from.stamp[p] > since);
        }

        foreach (Promise p in from.promises)
        {
            if (p.MadeAt >= end && p.Stamp < since)
            {
                promises.Add(p with { MadeAt = int.MaxValue });
            }
        }

        int when = end == from.Count ? from.NextStamp : from.stamp[end];
        Add(t, move, when, isFrozen: true);
        NextStamp = from.NextStamp + 1;
        Moved = move.Kind == StepKind.Everything ? Count - 1 : from.kind[behind] == StepKind.Everything ? Count : int.MaxValue;
        if (from.kind[behind] == StepKind.Lock && move.Kind == StepKind.Lock)
        {
            promises.Add(new Promise(from.thread[behind], since, from.place[behind], int.MaxValue));
        }
        else
        {
            Add(from.thread[behind], from.Made(behind), since, isFrozen: false);
            Inherited = Count - 1;
            return;
        }

        Inherited = Count;
    }

    /// <summary>True if a step is a lock that was promised before and made later.</summary>
    private bool IsLatePromise(int position)
    {
        if (kind[position] == StepKind.Lock)
        {
            foreach (Promise p in promises)
            {
                if (p.MadeAt == position)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>True if everything that a step of another graph depends on is in this one.</summary>
    private bool IsCovered(ExecutionGraph from, int position)
    {
        int row = from.Clocks.Row(position);
        for (int t = 0; t < count.Length; t++)
        {
            if (from.Clocks[row + t] > count[t] + (t == from.thread[position] ? 1 : 0))
            {
                return false;
            }
        }

        return true;
    }

    private void CopyStart(ExecutionGraph from, int steps, int since)
    {
        while (thread.Length < steps)
        {
            Grow();
        }

        from.thread.AsSpan(0, steps).CopyTo(thread);
        from.index.AsSpan(0, steps).CopyTo(index);
        from.stamp.AsSpan(0, steps).CopyTo(stamp);
        from.kind.AsSpan(0, steps).CopyTo(kind);
        from.place.AsSpan(0, steps).CopyTo(place);
        from.target.AsSpan(0, steps).CopyTo(target);
        from.before.AsSpan(0, steps).CopyTo(before);
        from.frozen.AsSpan(0, steps).CopyTo(frozen);
        Clocks.CopyStart(from.Clocks, steps);
        for (int p = 0; p < steps; p++)
        {
            int t = thread[p];
            last[t] = p;
            count[t]++;
            if (kind[p] == StepKind.Everything)
            {
                Everything = p;
            }

            if (stamp[p] > since)
            {
                frozen[p] = true;
            }

            if (frozen[p])
            {
                FrozenTop[t] = p;
            }
        }

        for (int t = 0; t < last.Length; t++)
        {
            spawnedBy[t] = from.spawnedBy[t] < steps ? from.spawnedBy[t] : -1;
        }

        Count = steps;
    }

    private void CopyStep(ExecutionGraph from, int position, bool isFrozen)
    {
        int p = Count++;
        if (p == thread.Length)
        {
            Grow();
        }

        int t = from.thread[position];
        (thread[p], index[p], stamp[p], kind[p], place[p], target[p], before[p], frozen[p]) =
            ((byte)t, from.index[position], from.stamp[position], from.kind[position], from.place[position], from.target[position], last[t], isFrozen);
        Clocks.CopyRow(from.Clocks, position, p);
        last[t] = p;
        count[t]++;
        if (isFrozen)
        {
            FrozenTop[t] = p;
        }

        Everything = kind[p] == StepKind.Everything ? p : Everything;
        for (int other = 0; kind[p] is StepKind.Spawn or StepKind.Everything && other < spawnedBy.Length; other++)
        {
            if (from.spawnedBy[other] == position)
            {
                spawnedBy[other] = p;
            }
        }
    }
}
