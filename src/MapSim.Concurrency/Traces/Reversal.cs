using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>The steps of an execution that do not depend on one of them, followed by one that raced with it: what to do to see the race the other way round.</summary>
/// <remarks>
/// The sequence is called v in the papers. A thread is a weak initial of v if v can begin with its next step, or if that step is
/// not in v and disturbs nothing in it. A step of v can come first if no first step of a thread in v is below it in the partial
/// order; with clocks that is one comparison of two rows.
/// </remarks>
/// <param name="execution">The execution.</param>
internal sealed class Reversal(Execution execution)
{
    // By thread, in what is left of v: the number of its first step, and where that stands in v; "before" is v without its end and with nothing taken.
    private readonly ushort[] first = new ushort[execution.Clocks.Width];
    private readonly ushort[] firstBefore = new ushort[execution.Clocks.Width];
    private readonly int[] at = new int[execution.Clocks.Width];
    private readonly int[] atBefore = new int[execution.Clocks.Width];

    // By thread: its first step after the earlier step of the races, its depth, or -1 if it is still to come.
    private readonly Move[] upcoming = new Move[execution.Clocks.Width];
    private readonly int[] upcomingAt = new int[execution.Clocks.Width];

    // v without its end, as depths; for each the place of the next one of the same thread, or -1; the latest place of each thread.
    private int[] steps = new int[64];
    private int[] following = new int[64];
    private readonly int[] latest = new int[execution.Clocks.Width];
    private int common;

    // The end of v, and how long v is and was.
    private int thread;
    private Move last;
    private int row;
    private int length;
    private int left;

    /// <summary>The depth of the last step that it took to see that nothing is to be done; -1 if that hung on all of v, or on its end.</summary>
    /// <remarks>As long as that step is in the execution, nothing is to be done for any race that begins with the same earlier step.</remarks>
    public int Witness { get; private set; }

    /// <summary>The sleeping threads that have no step among those gathered, and whose next step disturbs none of them.</summary>
    public ulong Undisturbed { get; private set; }

    /// <summary>The threads whose moves were taken although they have none in v.</summary>
    public ulong Aside { get; private set; }

    /// <summary>True if no step is left.</summary>
    public bool IsEmpty => left == 0;

    /// <summary>Gathers what does not depend on a step, for all races that begin with it.</summary>
    /// <param name="e">Depth of the earlier step of the races.</param>
    /// <param name="asleep">The threads that sleep there.</param>
    /// <returns>False if every one of the races was seen the other way round: one that sleeps can begin what was gathered.</returns>
    public bool Begin(int e, ulong asleep)
    {
        Array.Fill(firstBefore, ushort.MaxValue);
        Array.Fill(atBefore, -1);
        Array.Fill(upcomingAt, -1);
        common = 0;
        ulong seen = 0;
        while (steps.Length <= execution.Depth)
        {
            Array.Resize(ref steps, 2 * steps.Length);
            Array.Resize(ref following, steps.Length);
        }

        ReadOnlySpan<byte> threads = execution.Schedule;
        ReadOnlySpan<ushort> indexes = execution.Indexes;
        ReadOnlySpan<ushort> clocks = execution.Clocks.All;
        int number = indexes[e];
        int column = unchecked(execution.Clocks.Row(e) + threads[e]);
        for (int x = e + 1; x < threads.Length; x++)
        {
            int t = threads[x];
            ulong bit = 1UL << t;
            column = unchecked(column + execution.Clocks.Width);
            bool fresh = (seen & bit) == 0;
            seen |= bit;
            if (clocks[column] > number)
            {
                if (fresh)
                {
                    upcoming[t] = execution.Made(x);
                    upcomingAt[t] = x;
                }

                continue;
            }

            if (fresh)
            {
                if ((asleep & bit) != 0 && execution.Clocks.Within(execution.Clocks.Row(x), firstBefore))
                {
                    Witness = x;
                    return false;
                }

                firstBefore[t] = indexes[x];
                atBefore[t] = common;
            }
            else
            {
                following[latest[t]] = common;
            }

            latest[t] = common;
            following[common] = -1;
            steps[common] = x;
            common = unchecked(common + 1);
        }

        Undisturbed = 0;
        for (; asleep != 0; asleep &= unchecked(asleep - 1))
        {
            int t = BitOperations.TrailingZeroCount(asleep);
            if (atBefore[t] >= 0)
            {
                continue;
            }

            if ((seen >> t & 1) == 0)
            {
                upcoming[t] = execution.Next(t);
            }

            if (!Disturbed(upcoming[t]))
            {
                Undisturbed |= 1UL << t;
            }
        }

        return true;
    }

    /// <summary>Takes a later step of a race as the end of v.</summary>
    /// <param name="t">Its thread.</param>
    /// <param name="index">Its number in the thread.</param>
    /// <param name="move">What it does.</param>
    /// <param name="freeRow">Its clock without the earlier step.</param>
    /// <returns>False if one that sleeps is a weak initial of v: it was seen.</returns>
    public bool End(int t, ushort index, Move move, int freeRow)
    {
        for (ulong threads = Undisturbed; threads != 0; threads &= unchecked(threads - 1))
        {
            int q = BitOperations.TrailingZeroCount(threads);
            if (q == t || !execution.Places.Dependent(upcoming[q], move))
            {
                return false;
            }
        }

        firstBefore.CopyTo(first, 0);
        atBefore.CopyTo(at, 0);
        (thread, last, row, length, left, Witness, Aside) = (t, move, freeRow, common + 1, common + 1, 0, 0);
        if (at[t] < 0)
        {
            at[t] = common;
            first[t] = index;
        }

        return true;
    }

    /// <summary>The depth of the first step of a thread after the earlier step of the races, if it depends on that one and is nothing special; -1 if not.</summary>
    /// <remarks>What comes later in the execution and depends on this step depends on the earlier step too: it can not disturb. With mutexes and steps that depend on everything that is not so.</remarks>
    /// <param name="t">The thread.</param>
    public int Awake(int t) => upcomingAt[t] >= 0 && !upcoming[t].IsMutex && upcoming[t].Kind != StepKind.Everything ? upcomingAt[t] : -1;

    /// <summary>If v can begin with a move, or the move disturbs nothing in v, takes it out of v.</summary>
    /// <param name="t">The thread of the move.</param>
    /// <param name="move">The move.</param>
    /// <returns>False if it cannot.</returns>
    public bool Take(int t, Move move)
    {
        if (at[t] < 0)
        {
            if (DisturbsRest(move))
            {
                return false;
            }

            int awake = move == upcoming[t] && (Aside >> t & 1) == 0 ? Awake(t) : -1;
            Witness = Witness < 0 || awake < 0 ? -1 : Math.Max(Witness, awake);
            Aside |= 1UL << t;
            return true;
        }

        if (!CanBegin(t))
        {
            return false;
        }

        left--;
        Witness = Witness < 0 || at[t] == common ? -1 : Math.Max(Witness, steps[at[t]]);
        int next = at[t] == common ? -1 : following[at[t]];
        if (next < 0 && t == thread && at[t] < common)
        {
            next = common;
        }

        at[t] = next;
        first[t] = next < 0 ? ushort.MaxValue : (ushort)(first[t] + 1);
        return true;
    }

    /// <summary>Makes what is left of v a branch below a node.</summary>
    /// <param name="trees">The trees.</param>
    /// <param name="node">The node.</param>
    public void AppendTo(WakeupTrees trees, int node)
    {
        for (int i = 0; i < length; i++)
        {
            int t = ThreadOf(i);
            if (at[t] >= 0 && i >= at[t])
            {
                int child = trees.New(t, MoveOf(i));
                trees.Append(node, child);
                node = child;
            }
        }
    }

    private int ThreadOf(int i) => i < common ? execution.Thread(steps[i]) : thread;

    private Move MoveOf(int i) => i < common ? execution.Made(steps[i]) : last;

    private bool CanBegin(int t)
    {
        ushort own = first[t];
        first[t] = ushort.MaxValue;
        bool can = execution.Clocks.Within(at[t] < common ? execution.Clocks.Row(steps[at[t]]) : row, first);
        first[t] = own;
        return can;
    }

    private bool Disturbed(Move move)
    {
        for (int i = 0; i < common; i++)
        {
            if (execution.Places.Dependent(move, execution.Made(steps[i])))
            {
                return true;
            }
        }

        return false;
    }

    private bool DisturbsRest(Move move)
    {
        ReadOnlySpan<byte> threads = execution.Schedule;
        for (int i = 0; i < common; i++)
        {
            int x = steps[i];
            if (execution.Places.Dependent(move, execution.Made(x)) && at[threads[x]] is >= 0 and int from && from <= i)
            {
                return true;
            }
        }

        return at[thread] >= 0 && execution.Places.Dependent(move, last);
    }
}
