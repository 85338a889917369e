namespace Microsoft.Coyote.Runtime;

/// <summary>
/// What stands for Coyote's runtime in one iteration: operations are threads that take turns, and whose turn is next is drawn
/// at each scheduling point. It knows no more than the calls of <see cref="Operation"/> need.
/// </summary>
internal sealed class Turns(Random random, uint? priorityChanges)
{
    private static readonly AsyncLocal<Turns?> Ambient = new();

    [ThreadStatic]
    private static Turn? _own;

    private readonly object _lock = new();
    private readonly List<Turn> _turns = [];
    private Turn? _scheduled;
    private uint _changes = priorityChanges ?? 0;

    public static Turns? Current => Ambient.Value;

    /// <summary>Runs the test as operation 0.</summary>
    public void Run(Action test)
    {
        Ambient.Value = this;
        Turn root = Create();
        root.State = TurnState.Enabled;
        _scheduled = _own = root;
        try
        {
            test();
        }
        finally
        {
            _own = null;
            Ambient.Value = null;
        }
    }

    public Turn Create()
    {
        lock (_lock)
        {
            var turn = new Turn((ulong)_turns.Count, random.Next());
            _turns.Add(turn);
            return turn;
        }
    }

    public Turn Of(ulong id)
    {
        lock (_lock)
        {
            return _turns[checked((int)id)];
        }
    }

    public void OnStarted(Turn turn)
    {
        lock (_lock)
        {
            _own = turn;
            turn.State = TurnState.Enabled;
            Monitor.PulseAll(_lock);
            WaitFor(turn);
        }
    }

    public void PauseUntil(Func<bool> condition)
    {
        lock (_lock)
        {
            Turn own = Own;
            while (!condition())
            {
                (own.State, own.Condition) = (TurnState.Paused, condition);
                Next();
            }
        }
    }

    public void OnCompleted()
    {
        lock (_lock)
        {
            Own.State = TurnState.Completed;
        }
    }

    /// <summary>A scheduling point of the operation whose turn it is.</summary>
    public void Next()
    {
        lock (_lock)
        {
            Turn own = Own;
            if (own != _scheduled)
            {
                throw new InvalidOperationException($"expected a scheduling point of operation {_scheduled!.Id}, found one of {own.Id}");
            }

            while (_turns.Exists(t => t.State == TurnState.Created))
            {
                Monitor.Wait(_lock);
            }

            foreach (Turn paused in _turns.Where(t => t.State == TurnState.Paused && t.Condition!()))
            {
                paused.State = TurnState.Enabled;
            }

            List<Turn> enabled = [.. _turns.Where(t => t.State == TurnState.Enabled)];
            if (enabled.Count == 0)
            {
                // The operations wait on threads of their own: nobody would hear an exception.
                Console.Error.WriteLine("Deadlock detected.");
                Environment.Exit(3);
            }

            _scheduled = Pick(enabled);
            Monitor.PulseAll(_lock);
            WaitFor(own);
        }
    }

    private static Turn Own => _own ?? throw new InvalidOperationException("expected the thread of an operation, found another");

    private Turn Pick(List<Turn> enabled)
    {
        if (priorityChanges == null)
        {
            return enabled[random.Next(enabled.Count)];
        }

        Turn first = enabled.MaxBy(t => t.Priority)!;
        if (_changes > 0 && random.Next(16) == 0)
        {
            _changes--;
            first.Priority = -(int)(priorityChanges - _changes);
            first = enabled.MaxBy(t => t.Priority)!;
        }

        return first;
    }

    private void WaitFor(Turn turn)
    {
        while (turn != _scheduled && turn.State != TurnState.Completed)
        {
            Monitor.Wait(_lock);
        }
    }
}

internal enum TurnState
{
    Created,
    Enabled,
    Paused,
    Completed,
}

internal sealed class Turn(ulong id, int priority)
{
    public ulong Id { get; } = id;

    public int Priority { get; set; } = priority;

    public TurnState State { get; set; }

    public Func<bool>? Condition { get; set; }
}
