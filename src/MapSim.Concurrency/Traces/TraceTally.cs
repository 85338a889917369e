namespace MapSim.Concurrency.Traces;

/// <summary>Counts what an exploration finds, and says when a limit is reached.</summary>
/// <param name="options">The limits.</param>
internal sealed class TraceTally(TraceOptions options)
{
    private const long LookSteps = 1024;
    private readonly Dictionary<string, (long Traces, int[] First)> failures = [];
    private int[]? deadlock;
    private int[]? clean;
    private long failing;
    private long deadlocks;
    private long cut;
    private long events;
    private long nextLook = LookSteps;
    private long nextProgress = options.ProgressSteps;

    /// <summary>Complete traces so far.</summary>
    public long Traces { get; private set; }

    /// <summary>Steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Executions that were given up so far.</summary>
    public long SleepBlocked { get; private set; }

    /// <summary>Why to stop; null to go on.</summary>
    public TraceStop? Stop { get; set; }

    /// <summary>True to stop when what is given up is more than a tenth of what is complete.</summary>
    public bool IsThrifty { get; init; }

    /// <summary>Saves the exploration where it stands.</summary>
    public Action Save { get; init; } = () => { };

    /// <summary>Counts a step that is about to be made.</summary>
    /// <param name="explored">Tells how much is done; asked for only when somebody wants to know.</param>
    /// <returns>False if it must not be made any more.</returns>
    public bool Step(Func<double> explored)
    {
        if (Steps >= nextLook)
        {
            nextLook = Steps + LookSteps;
            if (options.Checkpoint is { IsDue: true })
            {
                Save();
            }

            if (options.Cancellation.IsCancellationRequested)
            {
                Stop = TraceStop.Cancelled;
            }

            if (Steps >= nextProgress)
            {
                nextProgress = Steps + options.ProgressSteps;
                options.Progress?.Invoke(new TraceProgress(Traces, Steps, explored()));
            }
        }

        if (Steps >= options.Steps)
        {
            Stop ??= TraceStop.Steps;
        }

        if (Stop is not null)
        {
            return false;
        }

        Steps++;
        return true;
    }

    /// <summary>Counts an execution that is not worth finishing.</summary>
    public void Blocked()
    {
        SleepBlocked++;
        if (IsThrifty && SleepBlocked + Traces >= TraceExplorer.FirstLook && SleepBlocked * 10 > Traces)
        {
            Stop ??= TraceStop.Wasteful;
        }
    }

    /// <summary>Counts an execution that is too long to finish.</summary>
    public void TooLong() => cut++;

    /// <summary>Counts a complete trace.</summary>
    /// <param name="model">The model at its end.</param>
    /// <param name="schedule">The threads of its steps.</param>
    public void Complete(IModel model, ReadOnlySpan<byte> schedule)
    {
        Traces++;
        events += schedule.Length;
        if (model.Unfinished != 0)
        {
            deadlocks++;
            deadlock ??= Copy(schedule);
        }

        if (model.Failure is { } key)
        {
            failing++;
            failures[key] = failures.TryGetValue(key, out var known) ? (known.Traces + 1, known.First) : (1, Copy(schedule));
        }
        else
        {
            clean ??= Copy(schedule);
        }

        options.Visitor?.Invoke(model, schedule);
        if (Traces >= options.Traces)
        {
            Stop ??= TraceStop.Traces;
        }
    }

    /// <summary>Adds what another part of the same exploration found, later in its order.</summary>
    /// <param name="part">The report of that part.</param>
    public void Add(TraceReport part)
    {
        Traces += part.Traces;
        events += part.Events;
        deadlocks += part.Deadlocks;
        deadlock ??= part.DeadlockSchedule is null ? null : [.. part.DeadlockSchedule];
        clean ??= part.CleanSchedule is null ? null : [.. part.CleanSchedule];
        failing += part.FailingTraces;
        SleepBlocked += part.SleepBlocked;
        cut += part.Cut;
        Steps += part.Steps;
        foreach (TraceFailure failure in part.Failures)
        {
            failures[failure.Key] = failures.TryGetValue(failure.Key, out var known) ? (known.Traces + failure.Traces, known.First) : (failure.Traces, [.. failure.Schedule]);
        }
    }

    /// <summary>Everything that was counted.</summary>
    /// <param name="engine">Name of the engine.</param>
    public TraceReport Report(string engine) => new()
    {
        Engine = engine,
        Stop = Stop ?? (cut != 0 ? TraceStop.Depth : TraceStop.Finished),
        Traces = Traces,
        FailingTraces = failing,
        Deadlocks = deadlocks,
        SleepBlocked = SleepBlocked,
        Cut = cut,
        Steps = Steps,
        Events = events,
        DeadlockSchedule = deadlock,
        CleanSchedule = clean,
        Failures = [.. failures.OrderByDescending(f => f.Value.Traces).ThenBy(f => f.Key, StringComparer.Ordinal).Select(f => new TraceFailure(f.Key, f.Value.Traces, f.Value.First))],
    };

    /// <summary>Writes what was counted.</summary>
    public void Write(BinaryWriter to)
    {
        foreach (long number in new[] { Traces, Steps, SleepBlocked, failing, deadlocks, cut, events })
        {
            to.Write(number);
        }

        to.WriteWay(deadlock);
        to.WriteWay(clean);
        to.Write(failures.Count);
        foreach ((string key, (long traces, int[] first)) in failures)
        {
            to.Write(key);
            to.Write(traces);
            to.WriteWay(first);
        }
    }

    /// <summary>Reads what was counted.</summary>
    public void Read(BinaryReader from)
    {
        Traces = from.ReadInt64();
        Steps = from.ReadInt64();
        SleepBlocked = from.ReadInt64();
        failing = from.ReadInt64();
        deadlocks = from.ReadInt64();
        cut = from.ReadInt64();
        events = from.ReadInt64();
        deadlock = from.ReadWay();
        clean = from.ReadWay();
        for (int left = from.ReadInt32(); left > 0; left--)
        {
            failures.Add(from.ReadString(), (from.ReadInt64(), from.ReadWay()!));
        }

        nextLook = Steps + LookSteps;
        nextProgress = Steps + options.ProgressSteps;
        Stop = Traces >= options.Traces ? TraceStop.Traces : null;
    }

    private static int[] Copy(ReadOnlySpan<byte> schedule)
    {
        int[] copy = new int[schedule.Length];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = schedule[i];
        }

        return copy;
    }
}
