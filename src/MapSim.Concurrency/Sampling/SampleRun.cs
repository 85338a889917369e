using System.Numerics;
using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Sampling;

/// <summary>Runs a program again and again under a sampler and collects what goes wrong.</summary>
public sealed class SampleRun
{
    private const string Deadlock = "deadlock";
    private readonly IModel model;
    private readonly ISampler sampler;
    private readonly SampleOptions options;
    private readonly SampleView view;
    private readonly TraceHash? trace;
    private readonly HashSet<UInt128> traces = [];
    private readonly Dictionary<string, (long Runs, long First, int[] Schedule)> failures = [];
    private readonly string settings;
    private byte[] schedule = new byte[256];
    private long runs;
    private long steps;
    private long failing;
    private long deadlocks;
    private long cut;
    private long? first;

    private SampleRun(IModel model, ISampler sampler, SampleOptions options)
    {
        (this.model, this.sampler, this.options) = (model, sampler, options);
        view = new SampleView(model.Threads);
        trace = options.CountTraces ? new TraceHash(model.Threads) : null;
        settings = FormattableString.Invariant($"engine random, sampler {sampler.Settings}, seed {options.Seed}, at most {options.Steps} steps a run, traces {(options.CountTraces ? "counted" : "not counted")}");
    }

    /// <summary>Runs from where the model stands.</summary>
    /// <param name="model">The model; it stands where it stood when this returns.</param>
    /// <param name="sampler">Picks the threads; a new one, for the same result.</param>
    /// <param name="options">How much; 10,000 runs if left out.</param>
    public static SampleReport Explore(IModel model, ISampler sampler, SampleOptions? options = null) => new SampleRun(model, sampler, options ?? new()).All();

    private SampleReport All()
    {
        using (SavedExploration? saved = options.Checkpoint?.Open(settings))
        {
            Load(saved);
        }

        while (runs < options.Schedules && !(options.StopAtFirst && first is not null) && !options.Cancellation.IsCancellationRequested)
        {
            Count(One(runs++));
            options.Progress?.Invoke(runs);
            if (options.Checkpoint is { IsDue: true })
            {
                Save();
            }
        }

        if (runs >= options.Schedules || (options.StopAtFirst && first is not null))
        {
            options.Checkpoint?.Finish();
        }
        else
        {
            Save();
        }

        return new SampleReport(sampler.Name, runs, steps, failing, deadlocks, cut, first, trace is null ? null : traces.Count,
            [.. failures.Select(f => new SampleFailure(f.Key, f.Value.Runs, f.Value.First, f.Value.Schedule)).OrderBy(f => f.First)]);
    }

    /// <summary>Counts a run and takes it back.</summary>
    private void Count(int length)
    {
        steps += length;
        if (model.Enabled != 0)
        {
            cut++;
        }
        else
        {
            string? failure = model.Failure;
            bool stuck = model.Unfinished != 0;
            failing += failure is null ? 0 : 1;
            deadlocks += stuck ? 1 : 0;
            if (failure is not null || stuck)
            {
                first ??= runs;
                Note(failure ?? Deadlock, runs, length);
            }

            if (trace is not null)
            {
                traces.Add(trace.Value);
            }

            options.Visitor?.Invoke(model, schedule.AsSpan(0, length));
        }

        for (int i = 0; i < length; i++)
        {
            model.Undo();
        }
    }

    private void Save() => options.Checkpoint?.Save(settings, to =>
    {
        to.Write(model.StateHash);
        foreach (long number in new[] { runs, steps, failing, deadlocks, cut, first ?? 0 })
        {
            to.Write(number);
        }

        to.Write(failures.Count);
        foreach ((string key, (long number, long at, int[] way)) in failures)
        {
            to.Write(key);
            to.Write(number);
            to.Write(at);
            to.WriteWay(way);
        }

        to.Write(traces.Count);
        foreach (UInt128 hash in traces)
        {
            to.Write(hash);
        }

        sampler.Save(to);
    });

    private void Load(SavedExploration? saved)
    {
        if (saved is null)
        {
            return;
        }

        BinaryReader from = saved.From;
        saved.Expect(model.StateHash == from.ReadUInt128());
        (runs, steps, failing, deadlocks, cut, first) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        first = first == 0 ? null : first;
        for (int left = from.ReadInt32(); left > 0; left--)
        {
            failures.Add(from.ReadString(), (from.ReadInt64(), from.ReadInt64(), from.ReadWay()!));
        }

        for (int left = from.ReadInt32(); left > 0; left--)
        {
            traces.Add(from.ReadUInt128());
        }

        sampler.Load(from);
    }

    private int One(long run)
    {
        int length = 0;
        ulong unfinished = model.Unfinished;
        view.Chance.Start(options.Seed, run);
        view.Started = unfinished;
        Look(unfinished);
        trace?.Clear();
        sampler.Begin(view);
        for (ulong enabled = model.Enabled; enabled != 0 && length < options.Steps; enabled = model.Enabled)
        {
            int t = sampler.Pick(enabled);
            StepInfo step = view.Next(t);
            model.Step(t);
            trace?.Push(t, step);
            if (length == schedule.Length)
            {
                Array.Resize(ref schedule, 2 * length);
            }

            schedule[length++] = (byte)t;
            ulong now = model.Unfinished;
            ulong started = now & ~unfinished;
            Look(started | (now & (1UL << t)));
            unfinished = now;
            sampler.Made(t, step, started);
        }

        sampler.End();
        return length;
    }

    private void Look(ulong threads)
    {
        for (; threads != 0; threads &= unchecked(threads - 1))
        {
            int t = BitOperations.TrailingZeroCount(threads);
            view.Set(t, model.Next(t));
        }
    }

    private void Note(string key, long run, int length)
    {
        if (failures.TryGetValue(key, out var known))
        {
            failures[key] = (known.Runs + 1, known.First, known.Schedule);
            return;
        }

        int[] threads = new int[length];
        for (int i = 0; i < length; i++)
        {
            threads[i] = schedule[i];
        }

        failures[key] = (1, run, threads);
    }
}
