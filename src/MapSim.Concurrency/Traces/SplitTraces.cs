using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>Explores the traces of a program in independent parts, by several workers, with the same report for any number of them.</summary>
/// <remarks>
/// The first steps are tried in every order, but for what sleep sets spare, until there are some hundred prefixes; each is then a
/// part of its own that <see cref="SourceDpor"/> explores below its prefix, with the threads asleep that were tried before it.
/// Nothing is shared between parts, so nothing depends on who takes which. The price is that more executions are given up than by
/// one engine alone. Wakeup trees cannot be split like this: they lose traces below a prefix with threads that sleep.
/// </remarks>
public static class SplitTraces
{
    /// <summary>Prefixes at which no more are made.</summary>
    private const int Enough = 256;

    /// <summary>Explores everything that can follow from where the model stands, which should be its start.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="workers">Number of workers, at least 1; more than the machine has cores are of no use.</param>
    /// <param name="options">Limits; the numbers of traces and steps hold for each part. Progress is told at the end of each part, a visitor is not called.</param>
    /// <exception cref="ArgumentOutOfRangeException">No workers.</exception>
    public static TraceReport Explore(IModel model, int workers, TraceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        options ??= new TraceOptions();
        if (options.Checkpoint is not null)
        {
            throw new ArgumentException("expected one worker to keep a checkpoint, found several", nameof(options));
        }

        TraceOptions ofPart = options with { Progress = null, Visitor = null };
        List<(byte[] Prefix, ulong Asleep)> parts = Split(model, options.Depth);
        var reports = new TraceReport[parts.Count];
        IModel[] models = [.. Enumerable.Range(0, workers).Select(_ => model.Fork())];
        int next = -1;
        var told = new Told(options.Progress, parts.Count);
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
        {
            for (int i = Interlocked.Increment(ref next); i < parts.Count; i = Interlocked.Increment(ref next))
            {
                reports[i] = SourceDpor.Explore(models[worker], ofPart, parts[i].Prefix, parts[i].Asleep);
                told.Done(reports[i]);
            }
        });
        var tally = new TraceTally(options);
        foreach (TraceReport report in reports)
        {
            tally.Add(report);
            tally.Stop ??= report.Complete ? null : report.Stop;
        }

        return tally.Report("source");
    }

    /// <summary>The prefixes, in the order in which one engine would come to them.</summary>
    private static List<(byte[] Prefix, ulong Asleep)> Split(IModel model, int depth)
    {
        List<(byte[] Prefix, ulong Asleep)> parts = [([], 0)];
        bool grows = true;
        for (int length = 0; grows && parts.Count < Enough && length < depth; length++)
        {
            List<(byte[] Prefix, ulong Asleep)> longer = [];
            grows = false;
            foreach ((byte[] prefix, ulong asleep) in parts)
            {
                grows |= Continue(model, prefix, asleep, prefix.Length == length, longer);
            }

            parts = longer;
        }

        return parts;
    }

    /// <summary>Adds a prefix with each of its continuations; itself if there are none.</summary>
    /// <returns>True if there are some.</returns>
    private static bool Continue(IModel model, byte[] prefix, ulong asleep, bool isOpen, List<(byte[] Prefix, ulong Asleep)> longer)
    {
        var execution = new Execution(model);
        foreach (byte t in prefix)
        {
            execution.Push(t);
        }

        ulong able = isOpen ? model.Enabled & ~asleep : 0;
        if (able == 0)
        {
            longer.Add((prefix, asleep));
        }

        for (ulong left = able; left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            longer.Add(([.. prefix, (byte)t], execution.Independent(asleep, t)));
            asleep |= 1UL << t;
        }

        while (execution.Depth > 0)
        {
            execution.Pop();
        }

        return able != 0;
    }

    /// <summary>Adds up what the parts tell, from several workers.</summary>
    internal sealed class Told(Action<TraceProgress>? progress, int parts)
    {
        private readonly Lock gate = new();
        private long traces;
        private long steps;
        private int done;

        public void Done(TraceReport part)
        {
            lock (gate)
            {
                traces += part.Traces;
                steps += part.Steps;
                done++;
                progress?.Invoke(new TraceProgress(traces, steps, (double)done / parts));
            }
        }
    }
}
