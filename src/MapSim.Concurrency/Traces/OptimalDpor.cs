using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>Sees every Mazurkiewicz trace of a program and never gives an execution up: optimal dynamic partial-order reduction with wakeup trees.</summary>
/// <remarks>
/// Abdulla, Aronis, Jonsson, Sagonas: Source Sets (J.ACM 2017), algorithm 2. Where source sets remember a thread to try, a wakeup
/// tree remembers the whole sequence that shows the other order of a race, so an execution never runs into what was seen already.
/// At the end of every execution all its races are looked at, not only those of the steps that are new: the shorter way passes
/// every classic benchmark and loses traces on about one random program in a thousand (see the tests).
/// </remarks>
public sealed class OptimalDpor
{
    private readonly IModel model;
    private readonly Execution execution;
    private readonly TraceOptions options;
    private readonly TraceTally tally;
    private readonly WakeupTrees trees = new();
    private readonly Reversal reversal;
    private readonly Func<double> explored;
    private readonly bool onlyNewRaces;
    private ulong[] sleep = new ulong[64];
    private int[] root = new int[64];
    private int[] done = new int[64];
    private int[] racesOf = new int[64];
    private int[] witness = new int[64];
    private (int Later, int Next)[] links = new (int, int)[256];
    private int unchanged;
    private int floor;

    private OptimalDpor(IModel model, TraceOptions options, bool onlyNewRaces)
    {
        (this.model, this.options, this.onlyNewRaces) = (model, options, onlyNewRaces);
        execution = new Execution(model);
        reversal = new Reversal(execution);
        tally = new TraceTally(options);
        explored = Explored;
    }

    /// <summary>Explores everything that can follow from where the model stands, which should be its start: locks that are held before count for nothing.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="options">Limits; none if left out.</param>
    public static TraceReport Explore(IModel model, TraceOptions? options = null) => new OptimalDpor(model, options ?? new(), false).Run([], 0);

    /// <summary>The wrong engine that looks only at the races of new steps: for the test that must catch it.</summary>
    internal static TraceReport ExploreNewRacesOnly(IModel model, TraceOptions options) => new OptimalDpor(model, options, true).Run([], 0);

    /// <summary>Explores what can follow from a prefix, leaving the choices on the prefix to others.</summary>
    internal static TraceReport Explore(IModel model, TraceOptions options, ReadOnlySpan<byte> prefix, ulong asleep) => new OptimalDpor(model, options, false).Run(prefix, asleep);

    private TraceReport Run(ReadOnlySpan<byte> prefix, ulong asleep)
    {
        foreach (byte t in prefix)
        {
            execution.Push(t);
        }

        floor = execution.Depth;
        Reserve();
        sleep[floor] = asleep;
        root[floor] = trees.New(0, default);
        Arrive();
        while (true)
        {
            int depth = execution.Depth;
            int node = trees.First(root[depth]);
            if (node != 0 && tally.Step(explored))
            {
                Move(depth, node);
                Arrive();
            }
            else if (depth > floor)
            {
                unchanged = Math.Min(unchanged, depth - 1);
                sleep[depth - 1] |= 1UL << execution.Pop();
                done[depth - 1]++;
                if (tally.Stop is not null)
                {
                    continue;
                }

                trees.RemoveFirst(root[depth - 1]);
            }
            else
            {
                break;
            }
        }

        while (execution.Depth > 0)
        {
            execution.Pop();
        }

        return tally.Report("optimal");
    }

    private void Move(int depth, int node)
    {
        int t = trees.Thread(node);
        if (execution.Next(t) != trees.Move(node) || (model.Enabled >> t & 1) == 0)
        {
            throw new InvalidOperationException($"wakeup tree at depth {depth}: expected thread {t} to be able to make {trees.Move(node)}, found {execution.Next(t)}, enabled {model.Enabled:x}");
        }

        Reserve();
        sleep[depth + 1] = execution.Independent(sleep[depth] & ~(1UL << t), t);
        execution.Push(t);
        root[depth + 1] = node;
    }

    private void Arrive()
    {
        int depth = execution.Depth;
        done[depth] = 0;
        if (trees.First(root[depth]) != 0)
        {
            return;
        }

        ulong enabled = model.Enabled;
        if (enabled == 0)
        {
            ReverseAll(depth);
            tally.Complete(model, execution.Schedule);
            unchanged = depth;
        }
        else if (depth >= options.Depth)
        {
            ReverseAll(depth);
            tally.TooLong();
            unchanged = depth;
        }
        else if ((enabled & ~sleep[depth]) is not 0 and ulong able)
        {
            int t = BitOperations.TrailingZeroCount(able);
            trees.Append(root[depth], trees.New(t, execution.Next(t)));
        }
        else
        {
            tally.Blocked();
        }
    }

    /// <summary>Sees to it that the other order of every race of the execution is explored.</summary>
    private void ReverseAll(int depth)
    {
        Array.Fill(racesOf, -1, floor, depth - floor);
        int count = 0;
        for (int later = onlyNewRaces ? unchanged : floor; later < depth; later++)
        {
            foreach (int e in execution.Races(later))
            {
                count = Link(count, e, later);
            }
        }

        for (ulong waiting = model.Unfinished; waiting != 0; waiting &= unchecked(waiting - 1))
        {
            int t = BitOperations.TrailingZeroCount(waiting);
            if (execution.BlockedBy(t) is >= 0 and int e)
            {
                count = Link(count, e, ~t);
            }
        }

        for (int e = floor; e < depth; e++)
        {
            if (e >= unchanged || witness[e] >= unchanged)
            {
                witness[e] = -1;
            }

            if (racesOf[e] >= 0 && witness[e] < 0)
            {
                ReverseFrom(e);
            }
        }

        if (trees.Count > options.TreeNodes)
        {
            tally.Stop ??= TraceStop.TreeNodes;
        }
    }

    private void ReverseFrom(int e)
    {
        if (!reversal.Begin(e, sleep[e]))
        {
            witness[e] = reversal.Witness;
            return;
        }

        for (ulong threads = reversal.Undisturbed; threads != 0; threads &= unchecked(threads - 1))
        {
            int awake = reversal.Awake(BitOperations.TrailingZeroCount(threads));
            if (awake >= 0 && IndependentBefore(e, threads & unchecked(0 - threads)))
            {
                witness[e] = awake;
                return;
            }
        }

        for (int link = racesOf[e]; link >= 0 && witness[e] < 0; link = links[link].Next)
        {
            int later = links[link].Later;
            if (later >= 0
                ? reversal.End(execution.Thread(later), execution.Index(later), execution.Made(later), execution.FreeRow(later))
                : reversal.End(~later, execution.Steps(~later), execution.Next(~later), execution.NextRow(~later)))
            {
                Insert(e);
            }
        }
    }

    /// <summary>True if no later step of a race that begins with e comes before the next step of one of some threads and conflicts with it.</summary>
    private bool IndependentBefore(int e, ulong threads)
    {
        for (; threads != 0; threads &= unchecked(threads - 1))
        {
            int step = reversal.Awake(BitOperations.TrailingZeroCount(threads));
            for (int link = racesOf[e]; link >= 0; link = links[link].Next)
            {
                int later = links[link].Later;
                if (later >= 0 && later < step && execution.Places.Dependent(execution.Made(later), execution.Made(step)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private int Link(int count, int e, int later)
    {
        if (e < floor)
        {
            return count;
        }

        if (count == links.Length)
        {
            Array.Resize(ref links, 2 * count);
        }

        links[count] = (later, racesOf[e]);
        racesOf[e] = count;
        return count + 1;
    }

    /// <summary>Puts the reversal into the wakeup tree where its race began, unless something there leads to it.</summary>
    private void Insert(int e)
    {
        int node = root[e];
        int child = trees.Next(trees.First(node)); // the first is being explored: it begins with the earlier step of the race
        while (child != 0)
        {
            if (!reversal.Take(trees.Thread(child), trees.Move(child)))
            {
                child = trees.Next(child);
                continue;
            }

            if (reversal.IsEmpty || trees.First(child) == 0)
            {
                witness[e] = reversal.Witness >= 0 && IndependentBefore(e, reversal.Aside) ? reversal.Witness : -1;
                return;
            }

            node = child;
            child = trees.First(node);
        }

        reversal.AppendTo(trees, node);
    }

    private double Explored()
    {
        double part = 1;
        double sum = 0;
        for (int depth = floor; depth < execution.Depth; depth++)
        {
            int all = done[depth];
            for (int child = trees.First(root[depth]); child != 0; child = trees.Next(child))
            {
                all++;
            }

            sum += part * done[depth] / all;
            part /= all;
        }

        return sum;
    }

    private void Reserve()
    {
        if (execution.Depth + 1 >= sleep.Length)
        {
            int size = 2 * (execution.Depth + 2);
            Array.Resize(ref sleep, size);
            Array.Resize(ref root, size);
            Array.Resize(ref done, size);
            Array.Resize(ref racesOf, size);
            Array.Resize(ref witness, size);
        }
    }
}
