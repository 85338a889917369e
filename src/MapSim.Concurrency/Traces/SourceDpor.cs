using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>Sees every Mazurkiewicz trace of a program: source-set dynamic partial-order reduction with sleep sets, on a model that can go back.</summary>
/// <remarks>
/// Abdulla, Aronis, Jonsson, Sagonas: Source Sets (J.ACM 2017), algorithm 1. Every step that is made is compared with the earlier
/// ones it races with; for each such race a thread is added to the choices at the earlier step from which the reversed order can
/// be reached, unless one is there. A thread sleeps where all it could still lead to was seen; it wakes when something happens
/// that its next step depends on. An execution in which all that can move sleeps is given up ("sleep-blocked"): the only work
/// that is wasted. Each trace is counted exactly once, also when it deadlocks.
/// </remarks>
public sealed class SourceDpor
{
    private readonly IModel model;
    private readonly Execution execution;
    private readonly TraceOptions options;
    private readonly TraceTally tally;
    private readonly ushort[] first;
    private readonly Func<double> explored;
    private readonly string settings;

    // By depth: the threads to explore, those that sleep, how many are done.
    private ulong[] backtrack = new ulong[64];
    private ulong[] sleep = new ulong[64];
    private int[] done = new int[64];
    private int floor; // the choices before this depth are made by others

    private SourceDpor(IModel model, TraceOptions options, bool thrifty = false)
    {
        (this.model, this.options) = (model, options);
        execution = new Execution(model);
        tally = new TraceTally(options) { IsThrifty = thrifty, Save = Save };
        first = new ushort[execution.Clocks.Width];
        explored = Explored;
        settings = Settings(options, thrifty);
    }

    /// <summary>Explores everything that can follow from where the model stands, which should be its start: locks that are held before count for nothing.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="options">Limits; none if left out.</param>
    public static TraceReport Explore(IModel model, TraceOptions? options = null)
    {
        options ??= new();
        using SavedExploration? saved = options.Checkpoint?.Open(Settings(options, false));
        return new SourceDpor(model, options).Run([], 0, saved);
    }

    /// <summary>The same, but stops when too many executions are given up.</summary>
    internal static TraceReport ExploreUnlessWasteful(IModel model, TraceOptions options, SavedExploration? saved) => new SourceDpor(model, options, true).Run([], 0, saved);

    /// <summary>Explores what can follow from a prefix, leaving the choices on the prefix to others.</summary>
    /// <param name="model">The model at its start.</param>
    /// <param name="options">Limits, without a checkpoint.</param>
    /// <param name="prefix">The threads of the steps to make first.</param>
    /// <param name="asleep">The threads that sleep after the prefix.</param>
    internal static TraceReport Explore(IModel model, TraceOptions options, ReadOnlySpan<byte> prefix, ulong asleep) => new SourceDpor(model, options).Run(prefix, asleep, null);

    /// <summary>What a checkpoint of this engine belongs to.</summary>
    internal static string Settings(TraceOptions options, bool thrifty) => FormattableString.Invariant($"engine {(thrifty ? "traces" : "source")}, depth {options.Depth}");

    private TraceReport Run(ReadOnlySpan<byte> prefix, ulong asleep, SavedExploration? saved)
    {
        foreach (byte t in prefix)
        {
            execution.Push(t);
        }

        floor = execution.Depth;
        Reserve();
        if (saved is null)
        {
            sleep[floor] = asleep;
            Arrive();
        }
        else
        {
            Load(saved);
        }

        while (tally.Stop is null)
        {
            int depth = execution.Depth;
            ulong todo = backtrack[depth] & ~sleep[depth];
            if (todo != 0)
            {
                if (tally.Step(explored))
                {
                    Move(depth, BitOperations.TrailingZeroCount(todo));
                    Arrive();
                }
            }
            else if (depth > floor)
            {
                sleep[depth - 1] |= 1UL << execution.Pop();
                done[depth - 1]++;
            }
            else
            {
                options.Checkpoint?.Finish();
                break;
            }
        }

        if (tally.Stop is not null and not TraceStop.Wasteful)
        {
            Save();
        }

        while (execution.Depth > 0)
        {
            execution.Pop();
        }

        return tally.Report("source");
    }

    private void Save() => options.Checkpoint?.Save(settings, to =>
    {
        tally.Write(to);
        execution.Write(to);
        for (int depth = 0; depth <= execution.Depth; depth++)
        {
            to.Write(backtrack[depth]);
            to.Write(sleep[depth]);
            to.Write(done[depth]);
        }
    });

    private void Load(SavedExploration saved)
    {
        tally.Read(saved.From);
        execution.Read(saved, Reserve);
        for (int depth = 0; depth <= execution.Depth; depth++)
        {
            (backtrack[depth], sleep[depth], done[depth]) = (saved.From.ReadUInt64(), saved.From.ReadUInt64(), saved.From.ReadInt32());
        }
    }

    private void Move(int depth, int t)
    {
        Reserve();
        sleep[depth + 1] = execution.Independent(sleep[depth] & ~(1UL << t), t);
        execution.Push(t);
        foreach (int e in execution.Races(depth))
        {
            Reverse(e, depth, t, execution.FreeRow(depth));
        }
    }

    private void Arrive()
    {
        int depth = execution.Depth;
        (backtrack[depth], done[depth]) = (0, 0);
        ulong enabled = model.Enabled;
        if (enabled == 0)
        {
            ReverseLocks(depth, model.Unfinished);
            tally.Complete(model, execution.Schedule);
        }
        else if (depth >= options.Depth)
        {
            // What would come next has its races, too: or a thread that spins would be all that is ever seen.
            for (ulong left = enabled & ~sleep[depth]; left != 0; left &= unchecked(left - 1))
            {
                Move(depth, BitOperations.TrailingZeroCount(left));
                execution.Pop();
            }

            tally.TooLong();
        }
        else if ((enabled & ~sleep[depth]) is not 0 and ulong able)
        {
            backtrack[depth] = able & unchecked(0 - able);
        }
        else
        {
            ReverseLocks(depth, model.Unfinished & ~enabled);
            tally.Blocked();
        }
    }

    /// <summary>Where an execution ends, lets the threads that wait for a mutex go before the one that took it.</summary>
    /// <remarks>Also where it is given up: leaving that out loses traces of programs with two mutexes of which one is never given back (found by the fuzz).</remarks>
    /// <param name="depth">Depth of the end.</param>
    /// <param name="waiting">The threads that wait.</param>
    private void ReverseLocks(int depth, ulong waiting)
    {
        for (; waiting != 0; waiting &= unchecked(waiting - 1))
        {
            int t = BitOperations.TrailingZeroCount(waiting);
            if (execution.BlockedBy(t) is >= 0 and int e)
            {
                Reverse(e, depth, t, execution.NextRow(t));
            }
        }
    }

    /// <summary>Sees to it that the other order of a race is explored.</summary>
    /// <param name="e">Depth of the earlier step.</param>
    /// <param name="end">Depth of the later one.</param>
    /// <param name="t">Thread of the later one.</param>
    /// <param name="row">Clock of the later one without what it gets from the earlier one.</param>
    private void Reverse(int e, int end, int t, int row)
    {
        if (e < floor)
        {
            return;
        }

        // v: what comes after e without depending on it, then the later step. Its initials can come first in it; one of them at e is enough.
        ulong covered = backtrack[e] | sleep[e];
        ulong seen = 0;
        ulong initials = 0;
        Array.Fill(first, ushort.MaxValue);
        ReadOnlySpan<byte> threads = execution.Schedule;
        ReadOnlySpan<ushort> clocks = execution.Clocks.All;
        int number = execution.Index(e);
        int column = unchecked(execution.Clocks.Row(e) + threads[e]);
        for (int x = e + 1; x < end; x++)
        {
            int other = threads[x];
            ulong bit = 1UL << other;
            column = unchecked(column + execution.Clocks.Width);
            if ((seen & bit) != 0 || clocks[column] > number)
            {
                continue;
            }

            if (execution.Clocks.Within(execution.Clocks.Row(x), first))
            {
                if ((covered & bit) != 0)
                {
                    return;
                }

                initials |= bit;
            }

            seen |= bit;
            first[other] = execution.Index(x);
        }

        ulong own = 1UL << t;
        if ((seen & own) == 0 && execution.Clocks.Within(row, first))
        {
            initials |= own;
        }

        if ((initials & covered) == 0)
        {
            backtrack[e] |= (initials & own) != 0 ? own : initials & unchecked(0 - initials);
        }
    }

    private double Explored() => OpenBranches.Done(floor, execution.Depth, done, depth => BitOperations.PopCount(backtrack[depth] & ~sleep[depth]));

    private void Reserve()
    {
        if (execution.Depth + 1 >= sleep.Length)
        {
            int size = 2 * (execution.Depth + 2);
            Array.Resize(ref backtrack, size);
            Array.Resize(ref sleep, size);
            Array.Resize(ref done, size);
        }
    }
}
