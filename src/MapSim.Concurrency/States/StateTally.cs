namespace MapSim.Concurrency.States;

/// <summary>Counts new states by what is the matter with them.</summary>
internal sealed class StateTally
{
    private readonly SortedSet<string> _failures = new(StringComparer.Ordinal);
    private string? _last;

    public long States { get; private set; }

    public long FailingStates { get; private set; }

    public long Ends { get; private set; }

    public long Deadlocks { get; private set; }

    public long Transitions { get; private set; }

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Counts the state a model is in; true if it is a failure or a deadlock.</summary>
    public bool Add(IModel model, ulong enabled)
    {
        if (model.Failed == 0)
        {
            States++;
        }
        else
        {
            FailingStates++;
        }

        bool isDeadlock = false;
        if (enabled == 0)
        {
            isDeadlock = model.Unfinished != 0;
            Deadlocks += isDeadlock ? 1 : 0;
            Ends += isDeadlock ? 0 : 1;
        }

        string? failure = model.Failure;
        if (failure != null && !ReferenceEquals(failure, _last))
        {
            _failures.Add(failure);
            _last = failure;
        }

        return isDeadlock || failure != null;
    }

    /// <summary>Counts a step.</summary>
    public void Step() => Transitions++;

    /// <summary>Adds what another tally counted.</summary>
    public void Add(StateTally other)
    {
        States += other.States;
        FailingStates += other.FailingStates;
        Ends += other.Ends;
        Deadlocks += other.Deadlocks;
        Transitions += other.Transitions;
        _failures.UnionWith(other._failures);
    }

    /// <summary>Writes what was counted.</summary>
    public void Write(BinaryWriter to)
    {
        foreach (long number in new[] { States, FailingStates, Ends, Deadlocks, Transitions })
        {
            to.Write(number);
        }

        to.Write(_failures.Count);
        foreach (string failure in _failures)
        {
            to.Write(failure);
        }
    }

    /// <summary>Reads what was counted.</summary>
    public void Read(BinaryReader from)
    {
        States = from.ReadInt64();
        FailingStates = from.ReadInt64();
        Ends = from.ReadInt64();
        Deadlocks = from.ReadInt64();
        Transitions = from.ReadInt64();
        for (int left = from.ReadInt32(); left > 0; left--)
        {
            _failures.Add(from.ReadString());
        }
    }

    /// <summary>The result.</summary>
    public StateResult Result(bool isComplete, long steps, IReadOnlyList<int>? firstBad) => new()
    {
        IsComplete = isComplete,
        States = States,
        FailingStates = FailingStates,
        Ends = Ends,
        Deadlocks = Deadlocks,
        Transitions = Transitions,
        Steps = steps,
        Failures = [.. _failures],
        FirstBad = firstBad,
    };
}
