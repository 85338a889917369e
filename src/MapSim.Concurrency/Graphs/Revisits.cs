using System.Numerics;
using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

/// <summary>All the ways in which a step of a graph could come before a conflicting step that was there first, one after the other.</summary>
/// <remarks>
/// A way is a pair of steps and the set of steps that come before both afterwards: their causes, and of the other steps that
/// conflict with the new one those that it shall follow. Everything else that came in after the earlier step will be removed and
/// come in again. A way is taken only if that gives back what is there now (no frozen step may be removed or moved), and only
/// from one of the graphs from which it would lead to the same result: that in which the new step, of the last steps before the
/// earlier one, has the highest thread.
/// </remarks>
/// <param name="graph">The graph, complete.</param>
/// <param name="places">Numbers of ranges and mutexes.</param>
/// <param name="threads">Number of threads.</param>
internal sealed class Revisits(ExecutionGraph graph, Places places, int threads)
{
    private readonly List<int> conflicts = [];
    private readonly List<int> choices = [];
    private readonly List<bool> isIn = [];
    private ushort[] rows = new ushort[threads];
    private ushort[] causes = new ushort[threads];
    private ulong blocked;
    private readonly ushort[] start = new ushort[threads];
    private int next;
    private int earlier;
    private bool hasChoices;
    private bool isFirst;

    /// <summary>Position of the new step; the number of steps for one that waits at the end.</summary>
    public int New { get; private set; }

    /// <summary>Thread of the new step.</summary>
    public int NewThread { get; private set; }

    /// <summary>What the new step does.</summary>
    public Move NewMove { get; private set; }

    /// <summary>Position of the step that it comes before.</summary>
    public int Behind => earlier;

    /// <summary>Of each thread the number of steps that come before that step then.</summary>
    public ReadOnlySpan<ushort> Past => rows.AsSpan(choices.Count * threads, threads);

    /// <summary>For a test that must fail: takes ways that remove frozen steps.</summary>
    public bool IsCareless { get; init; }

    /// <summary>How many ways were found since the start.</summary>
    public int Found { get; private set; }

    /// <summary>How many ways there are, if they were counted.</summary>
    public int Total { get; private set; }

    /// <summary>Counts the ways, and begins with the first one.</summary>
    public void StartCounted()
    {
        Start();
        while (Next())
        {
        }

        Total = Found;
        Start();
    }

    /// <summary>Begins with the last step.</summary>
    public void Start()
    {
        Found = 0;
        blocked = graph.Blocked;
        New = graph.Count + 1;
        conflicts.Clear();
        next = -1;
        hasChoices = false;
    }

    /// <summary>Finds the next way.</summary>
    /// <returns>False if there are no more.</returns>
    public bool Next()
    {
        while (true)
        {
            while (hasChoices && (hasChoices = Choose()))
            {
                if (IsTaken())
                {
                    Found++;
                    return true;
                }
            }

            if (NextEarlier())
            {
                Begin();
            }
            else if (!NextNew())
            {
                return false;
            }
        }
    }

    private bool NextNew()
    {
        if (blocked != 0)
        {
            NewThread = BitOperations.TrailingZeroCount(blocked);
            blocked &= unchecked(blocked - 1);
            New = graph.Count;
            NewMove = new Move(StepKind.Lock, graph.WaitsFor[NewThread]);
        }
        else
        {
            New = Math.Min(New, graph.Count);
            do
            {
                if (--New < graph.Inherited)
                {
                    return false;
                }
            }
            while (graph.Kind[New] > StepKind.Lock && graph.Everything < 0);
            NewThread = graph.Thread(New);
            NewMove = graph.Made(New);
        }

        int row = graph.StartRow(NewThread, New);
        int end = NewMove.Kind == StepKind.Join ? graph.EndRow(NewMove.Place) : 0;
        for (int t = 0; t < threads; t++)
        {
            start[t] = Math.Max(graph.Clocks[row + t], graph.Clocks[end + t]);
        }

        FindConflicts();
        return true;
    }

    /// <summary>The next of the conflicting steps, last one first, that may be moved.</summary>
    private bool NextEarlier()
    {
        while (++next < conflicts.Count)
        {
            earlier = conflicts[next];
            if (!graph.Frozen[earlier] && (NewMove.Kind != StepKind.Lock || graph.Kind[earlier] == StepKind.Lock || (graph.Kind[earlier] == StepKind.Everything && IsFree(earlier))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds the steps before the new one that conflict with it and are no cause of it, last one first.</summary>
    private void FindConflicts()
    {
        conflicts.Clear();
        next = -1;
        if (graph.Everything < 0 && (NewMove.IsMutex || places.Overlaps(NewMove.Place).Length == 0))
        {
            FindAtOnePlace();
            return;
        }

        for (int p = New - 1; p >= 0; p--)
        {
            if (IsConflict(p) && !IsCause(p))
            {
                conflicts.Add(p);
            }
        }
    }

    private void FindAtOnePlace()
    {
        ReadOnlySpan<int> place = graph.Place[..New];
        for (int p = place.LastIndexOf(NewMove.Place); p >= 0; p = place[..p].LastIndexOf(NewMove.Place))
        {
            bool isLoad = graph.Kind[p] == StepKind.Load;
            if (!IsCause(p))
            {
                if (!isLoad || NewMove.Kind != StepKind.Load)
                {
                    conflicts.Add(p);
                }
            }
            else if (!isLoad)
            {
                // All of this place that comes before a cause that writes is a cause, too.
                return;
            }
        }
    }

    private bool IsConflict(int p) => places.Dependent(NewMove, graph.Made(p));

    /// <summary>True if the new step can only be made after a step.</summary>
    private bool IsCause(int p) => graph.Index[p] < start[graph.Thread(p)];

    /// <summary>True if nobody holds the mutex of the new step before a position.</summary>
    private bool IsFree(int position) => graph.Place[..position].LastIndexOf(NewMove.Place) is var p && (p < 0 || graph.Kind[p] == StepKind.Unlock);

    /// <summary>The causes of the pair, and the steps about which there is a choice: those that conflict with the new step and have no order with the earlier one.</summary>
    private void Begin()
    {
        choices.Clear();
        isIn.Clear();
        int row = graph.Clocks.Row(earlier);
        for (int t = 0; t < threads; t++)
        {
            rows[t] = Math.Max(graph.Clocks[row + t], start[t]);
        }

        int other = graph.Thread(earlier);
        rows[other] = Math.Max(graph.Index[earlier], start[other]);
        rows[NewThread] = (ushort)Math.Max(rows[NewThread], start[NewThread] + 1);
        (hasChoices, isFirst) = (true, true);
        if (NewMove.Kind is > StepKind.Update and not StepKind.Everything || graph.Kind[earlier] == StepKind.Everything
            || (NewMove.Kind != StepKind.Everything && places.Overlaps(NewMove.Place).Length == 0 && (NewMove.Kind == StepKind.Load || graph.Kind[earlier] != StepKind.Load)))
        {
            return;
        }

        for (int i = conflicts.Count - 1; i >= 0; i--)
        {
            int p = conflicts[i];
            if (p != earlier && !graph.IsIn(p, row) && !graph.IsIn(earlier, graph.Clocks.Row(p)))
            {
                // What was there before the earlier step or is frozen stays, so the new step comes after it: no choice.
                if (graph.Stamp[p] < graph.Stamp[earlier] || graph.Frozen[p])
                {
                    Join(p, 0);
                }
                else
                {
                    choices.Add(p);
                    isIn.Add(false);
                }
            }
        }

        if (rows.Length < (choices.Count + 1) * threads)
        {
            Array.Resize(ref rows, 2 * (choices.Count + 1) * threads);
        }
    }

    /// <summary>The next set of choices, closed under causes.</summary>
    private bool Choose()
    {
        int level = 0;
        if (!isFirst)
        {
            level = choices.Count;
            do
            {
                if (--level < 0)
                {
                    return false;
                }
            }
            while (isIn[level] || !CanJoin(level));
            level = Enter(level);
        }

        isFirst = false;
        while (level < choices.Count)
        {
            int p = choices[level];
            bool isGiven = graph.Index[p] < rows[level * threads + graph.Thread(p)];
            isIn[level] = isGiven;
            rows.AsSpan(level * threads, threads).CopyTo(rows.AsSpan((level + 1) * threads));
            level++;
        }

        return true;
    }

    private int Enter(int level)
    {
        isIn[level] = true;
        rows.AsSpan(level * threads, threads).CopyTo(rows.AsSpan((level + 1) * threads));
        Join(choices[level], level + 1);
        return level + 1;
    }

    /// <summary>True if no step that was left out is a cause of this one.</summary>
    private bool CanJoin(int level)
    {
        int row = graph.Clocks.Row(choices[level]);
        for (int i = 0; i < level; i++)
        {
            if (!isIn[i] && graph.IsIn(choices[i], row))
            {
                return false;
            }
        }

        return true;
    }

    private void Join(int position, int level)
    {
        int row = graph.Clocks.Row(position);
        for (int t = 0; t < threads; t++)
        {
            ref ushort entry = ref rows[level * threads + t];
            entry = Math.Max(entry, graph.Clocks[row + t]);
        }
    }

    private bool IsTaken()
    {
        int since = graph.Stamp[earlier];
        ReadOnlySpan<ushort> past = Past;
        bool isDelayed = false;
        for (int t = 0; t < threads; t++)
        {
            int top = graph.FrozenTop[t];
            if (top >= 0 && graph.Stamp[top] > since)
            {
                if (graph.Index[top] >= past[t] && !IsCareless)
                {
                    return false;
                }

                isDelayed = true;
            }
        }

        return !isDelayed || graph.Kind[earlier] == StepKind.Lock || IsHighest(since, past);
    }

    /// <summary>True if of the last steps before the earlier one the new one has the highest thread.</summary>
    private bool IsHighest(int since, ReadOnlySpan<ushort> past)
    {
        for (int t = 0; t < threads; t++)
        {
            causes[t] = start[t];
        }

        foreach (int p in conflicts)
        {
            if (graph.Index[p] < past[graph.Thread(p)])
            {
                for (int t = 0; t < threads; t++)
                {
                    causes[t] = Math.Max(causes[t], graph.Clocks[graph.Clocks.Row(p) + t]);
                }
            }
        }

        for (int t = NewThread + 1; t < threads; t++)
        {
            if (IsLast(t, since, past) && !IsBeforeLast(t, since, past))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsLast(int t, int since, ReadOnlySpan<ushort> past)
    {
        int top = graph.FrozenTop[t];
        return top >= 0 && graph.Stamp[top] > since && graph.Index[top] + 1 == past[t] && graph.Index[top] >= causes[t];
    }

    /// <summary>True if the last step of a thread is a cause of the last step of another one.</summary>
    private bool IsBeforeLast(int t, int since, ReadOnlySpan<ushort> past)
    {
        for (int other = 0; other < threads; other++)
        {
            if (other != t && IsLast(other, since, past) && graph.IsIn(graph.FrozenTop[t], graph.Clocks.Row(graph.FrozenTop[other])))
            {
                return true;
            }
        }

        return false;
    }
}
