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
    private readonly RaceLists races;
    private readonly Func<double> explored;
    private readonly bool onlyNewRaces;
    private readonly long before; // steps of the engine that gave way to this one, or -1

    // By depth: the threads that sleep, the node whose children are to be explored, how many are done, and the depth of the step
    // that shows that all races beginning here were seen (Reversal.Witness), or -1.
    private ulong[] sleep = new ulong[64];
    private int[] root = new int[64];
    private int[] done = new int[64];
    private int[] witness = new int[64];
    private int unchanged; // the steps before this depth are those of the execution whose races were looked at last

    private OptimalDpor(IModel model, TraceOptions options, bool onlyNewRaces, long before = -1)
    {
        (this.model, this.options, this.onlyNewRaces, this.before) = (model, options, onlyNewRaces, before);
        execution = new Execution(model);
        reversal = new Reversal(execution);
        races = new RaceLists(execution);
        tally = new TraceTally(options) { Save = Save };
        explored = Explored;
    }

    /// <summary>Explores everything that can follow from where the model stands, which should be its start: locks that are held before count for nothing.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="options">Limits; none if left out.</param>
    public static TraceReport Explore(IModel model, TraceOptions? options = null)
    {
        options ??= new();
        using SavedExploration? saved = options.Checkpoint?.Open(Settings(options, false));
        saved?.From.ReadInt64(); // no steps of another engine
        return new OptimalDpor(model, options, false).Run(saved);
    }

    /// <summary>Goes on where source sets were too wasteful.</summary>
    /// <param name="model">The model at its start.</param>
    /// <param name="options">Limits.</param>
    /// <param name="before">Steps that were made with source sets; they count for the limit, and are in the report.</param>
    /// <param name="saved">Where it was before; <paramref name="before"/> was read from it.</param>
    internal static TraceReport ExploreAfter(IModel model, TraceOptions options, long before, SavedExploration? saved)
    {
        TraceReport report = new OptimalDpor(model, options with { Steps = Math.Max(0, options.Steps - before) }, false, before).Run(saved);
        return report with { Steps = report.Steps + before };
    }

    /// <summary>The wrong engine that looks only at the races of new steps: for the test that must catch it.</summary>
    internal static TraceReport ExploreNewRacesOnly(IModel model, TraceOptions options) => new OptimalDpor(model, options, true).Run(null);

    /// <summary>What a checkpoint of this engine belongs to.</summary>
    internal static string Settings(TraceOptions options, bool isAfter) => FormattableString.Invariant($"engine {(isAfter ? "traces, then optimal" : "optimal")}, depth {options.Depth}");

    private TraceReport Run(SavedExploration? saved)
    {
        root[0] = trees.New(0, default);
        if (saved is null)
        {
            Arrive();
        }
        else
        {
            Load(saved);
        }

        while (tally.Stop is null)
        {
            int depth = execution.Depth;
            int node = trees.First(root[depth]);
            if (node != 0)
            {
                if (tally.Step(explored))
                {
                    Move(depth, node);
                    Arrive();
                }
            }
            else if (depth > 0)
            {
                Leave(depth);
                trees.RemoveFirst(root[depth - 1]);
            }
            else
            {
                options.Checkpoint?.Finish();
                break;
            }
        }

        if (tally.Stop is not null)
        {
            Save();
        }

        while (execution.Depth > 0)
        {
            Leave(execution.Depth);
        }

        return tally.Report("optimal");
    }

    private void Leave(int depth)
    {
        unchanged = Math.Min(unchanged, depth - 1);
        races.Leave();
        sleep[depth - 1] |= 1UL << execution.Pop();
        done[depth - 1]++;
    }

    private void Save() => options.Checkpoint?.Save(Settings(options, before >= 0), to =>
    {
        to.Write(before);
        tally.Write(to);
        execution.Write(to);
        trees.Write(to, root[0]);
        to.Write(unchanged);
        for (int depth = 0; depth <= execution.Depth; depth++)
        {
            to.Write(sleep[depth]);
            to.Write(done[depth]);
            to.Write(witness[depth]);
        }
    });

    private void Load(SavedExploration saved)
    {
        tally.Read(saved.From);
        execution.Read(saved, () =>
        {
            races.Enter();
            Reserve();
        });
        trees.Read(saved.From, root[0]);
        unchanged = saved.From.ReadInt32();
        for (int depth = 0; depth <= execution.Depth; depth++)
        {
            (sleep[depth], done[depth], witness[depth]) = (saved.From.ReadUInt64(), saved.From.ReadInt32(), saved.From.ReadInt32());
            root[depth] = depth == 0 ? root[0] : trees.First(root[depth - 1]);
        }
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
        races.Enter();
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
            ReverseAll(depth, model.Unfinished);
            tally.Complete(model, execution.Schedule);
        }
        else if (depth >= options.Depth)
        {
            // What would come next has its races, too: or a thread that spins would be all that is ever seen.
            Reserve();
            for (ulong left = enabled & ~sleep[depth]; left != 0; left &= unchecked(left - 1))
            {
                execution.Push(BitOperations.TrailingZeroCount(left));
                races.Enter();
                ReverseAll(depth + 1, 0);
                races.Leave();
                execution.Pop();
                unchanged = depth;
            }

            tally.TooLong();
        }
        else if ((enabled & ~sleep[depth]) is not 0 and ulong able)
        {
            int t = BitOperations.TrailingZeroCount(able);
            trees.Append(root[depth], trees.New(t, execution.Next(t)));
        }
        else
        {
            tally.Blocked(); // only after an execution was cut
        }
    }

    /// <summary>Sees to it that the other order of every race of the execution is explored.</summary>
    /// <param name="depth">Its depth.</param>
    /// <param name="waiting">The threads that cannot move.</param>
    private void ReverseAll(int depth, ulong waiting)
    {
        for (; waiting != 0; waiting &= unchecked(waiting - 1))
        {
            int t = BitOperations.TrailingZeroCount(waiting);
            if (execution.BlockedBy(t) is >= 0 and int e)
            {
                races.AddWaiting(e, t);
            }
        }

        for (int e = 0; e < depth; e++)
        {
            if (e >= unchanged || witness[e] >= unchanged)
            {
                witness[e] = -1;
            }

            if (races.First(e) >= 0 && witness[e] < 0)
            {
                ReverseFrom(e);
            }
        }

        races.RemoveWaiting();
        unchanged = depth;

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

        for (int link = races.First(e); link >= 0 && witness[e] < 0; link = races.Next(link))
        {
            int later = races.Later(link);
            if (onlyNewRaces && later >= 0 && later < unchanged)
            {
                continue;
            }

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
            for (int link = races.First(e); link >= 0; link = races.Next(link))
            {
                int later = races.Later(link);
                if (later >= 0 && later < step && execution.Places.Dependent(execution.Made(later), execution.Made(step)))
                {
                    return false;
                }
            }
        }

        return true;
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

    private double Explored() => OpenBranches.Done(0, execution.Depth, done, depth => trees.Children(root[depth]));

    private void Reserve()
    {
        if (execution.Depth + 1 >= sleep.Length)
        {
            int size = 2 * (execution.Depth + 2);
            Array.Resize(ref sleep, size);
            Array.Resize(ref root, size);
            Array.Resize(ref done, size);
            Array.Resize(ref witness, size);
        }
    }
}
