using System.Numerics;

namespace MapSim.Concurrency.States;

/// <summary>The states of a model and the steps between them, written out: what exact questions are answered from.</summary>
/// <remarks>States are numbered in the order they were met; 0 is the start. About 45 bytes a state and 4 a step.</remarks>
public sealed class StateGraph
{
    private const string Settings = "engine states, with the steps between them";
    private readonly GrowingArray<ulong> _enabled = new();
    private readonly GrowingArray<int> _first = new();
    private readonly GrowingArray<int> _next = new();
    private readonly GrowingArray<int> _failure = new();
    private readonly GrowingArray<int> _order = new();
    private readonly HashSet<int> _deadlocks = [];
    private readonly HashSet<int> _failed = [];
    private readonly List<string> _failures = [];

    private StateGraph(int threads) => Threads = threads;

    /// <summary>Number of threads of the model.</summary>
    public int Threads { get; }

    /// <summary>Number of states.</summary>
    public int Count => _enabled.Count;

    /// <summary>Number of states in which a thread has failed.</summary>
    public int FailedStates => _failed.Count;

    /// <summary>Number of steps, those included that a limit left out.</summary>
    public int Transitions => _next.Count;

    /// <summary>True if every state is there; false if a limit cut the graph.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>True if a run can come back to a state it was in.</summary>
    public bool HasCycle { get; private set; }

    /// <summary>The states in which threads wait and none can move.</summary>
    public IReadOnlyCollection<int> Deadlocks => _deadlocks;

    /// <summary>Every failure there is, in the order they were met.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>States in an order in which every successor stands before its state; of use if there is no cycle.</summary>
    internal ReadOnlySpan<int> Order => _order.Items;

    /// <summary>The graph of a model from where it stands.</summary>
    /// <param name="model">What to explore; it stands where it stood afterwards.</param>
    /// <param name="options">The limits of states and steps, progress, checkpoint, and what stops it count here; null for no limit.</param>
    public static StateGraph Build(IModel model, StateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new StateOptions();
        var graph = new StateGraph(model.Threads);
        using SavedExploration? saved = options.Checkpoint?.Open(Settings);
        graph.IsComplete = new Builder(graph, model, options).Run(saved);
        if (graph.IsComplete)
        {
            options.Checkpoint?.Finish();
        }

        return graph;
    }

    /// <summary>The threads that can move in a state.</summary>
    public ulong Enabled(int state) => _enabled[state];

    /// <summary>The state after the step of an enabled thread; -1 if a limit cut the graph before that step.</summary>
    public int Next(int state, int thread) =>
        _next[_first[state] + BitOperations.PopCount(_enabled[state] & ((1UL << thread) - 1))] - 1;

    /// <summary>The steps of a state, one for each enabled thread in order: the state after it + 1, or 0 where the graph was cut.</summary>
    internal ReadOnlySpan<int> NextOf(int state) =>
        _next.Items.Slice(_first[state], BitOperations.PopCount(_enabled[state]));

    /// <summary>What is wrong in a state, if anything.</summary>
    public string? Failure(int state) => _failure[state] == 0 ? null : _failures[_failure[state] - 1];

    /// <summary>True if something is wrong in a state, or its threads wait for ever.</summary>
    public bool IsBad(int state) => _failure[state] != 0 || _deadlocks.Contains(state);

    private sealed class Builder(StateGraph graph, IModel model, StateOptions options)
    {
        private const int PollEvery = 4096;
        private readonly StateTable _table = new(hasNumbers: true);
        private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
        private readonly Stack<(int State, ulong Left, int Edge)> _way = new();
        // A state is finished when all its successors are: a step to one that is not closes a cycle.
        private readonly GrowingArray<bool> _isFinished = new();

        private long _steps;
        private bool _isCut;

        public bool Run(SavedExploration? saved)
        {
            if (saved == null)
            {
                _table.Add(model.StateHash, 0, out _);
                Enter();
            }
            else
            {
                Load(saved);
            }

            bool isSaved = false;
            for (; _way.Count > 0; _steps++)
            {
                (int state, ulong rest, int edge) = _way.Peek();
                _isCut |= _steps >= options.MostSteps && rest != 0;
                if (_steps % PollEvery == 0)
                {
                    Poll();
                }

                if (_isCut && !isSaved)
                {
                    isSaved = true;
                    Save();
                }

                if (rest == 0 || _isCut)
                {
                    Leave(state);
                }
                else
                {
                    Move(rest, edge);
                }
            }

            return !_isCut;
        }

        private void Poll()
        {
            _isCut |= options.Cancel.IsCancellationRequested;
            options.Progress?.Invoke(new StateProgress(graph.Count, graph.Transitions, _way.Count));
            if (!_isCut && options.Checkpoint is { IsDue: true })
            {
                Save();
            }
        }

        private void Leave(int state)
        {
            _way.Pop();
            _isFinished[state] = true;
            graph._order.Add(state);
            if (_way.Count > 0)
            {
                model.Undo();
            }
        }

        private void Move(ulong rest, int edge)
        {
            model.Step(BitOperations.TrailingZeroCount(rest));
            if (graph.Count >= options.MostStates && !_table.TryFind(model.StateHash, out _))
            {
                // The step counts as not made: who goes on here with a higher limit makes it again.
                _isCut = true;
                model.Undo();
                return;
            }

            (int state, _, _) = _way.Pop();
            _way.Push((state, rest & (rest - 1), edge + 1));
            bool isNew = _table.Add(model.StateHash, graph.Count, out int next);
            graph._next[edge] = next + 1;
            if (isNew)
            {
                Enter();
            }
            else
            {
                graph.HasCycle |= !_isFinished[next];
                model.Undo();
            }
        }

        private void Enter()
        {
            int state = graph.Count;
            ulong enabled = model.Enabled;
            graph._enabled.Add(enabled);
            graph._first.Add(graph._next.Extend(BitOperations.PopCount(enabled)));
            graph._failure.Add(Number(model.Failure));
            _isFinished.Add(false);
            if (model.Failed != 0)
            {
                graph._failed.Add(state);
            }

            if (enabled == 0 && model.Unfinished != 0)
            {
                graph._deadlocks.Add(state);
            }

            _way.Push((state, enabled, graph._first[state]));
        }

        private void Save() => options.Checkpoint?.Save(Settings, to =>
        {
            to.Write(_steps);
            to.Write(graph.HasCycle);
            graph._enabled.Write(to);
            graph._first.Write(to);
            graph._next.Write(to);
            graph._failure.Write(to);
            graph._order.Write(to);
            _isFinished.Write(to);
            to.WriteInts([.. graph._deadlocks.Order()]);
            to.WriteInts([.. graph._failed.Order()]);
            to.Write(graph._failures.Count);
            graph._failures.ForEach(to.Write);
            _table.Write(to);
            to.Write(_way.Count);
            foreach ((int state, ulong left, int edge) in _way.Reverse())
            {
                to.Write(state);
                to.Write(left);
                to.Write(edge);
            }

            to.Write(model.StateHash);
        });

        private void Load(SavedExploration saved)
        {
            BinaryReader from = saved.From;
            _steps = from.ReadInt64();
            graph.HasCycle = from.ReadBoolean();
            graph._enabled.Read(from);
            graph._first.Read(from);
            graph._next.Read(from);
            graph._failure.Read(from);
            graph._order.Read(from);
            _isFinished.Read(from);
            graph._deadlocks.UnionWith(from.ReadInts());
            graph._failed.UnionWith(from.ReadInts());
            int failures = from.ReadInt32();
            for (int i = 0; i < failures; i++)
            {
                Number(from.ReadString());
            }

            _table.Read(from);
            int depth = from.ReadInt32();
            for (int i = 0; i < depth; i++)
            {
                if (_way.TryPeek(out (int State, ulong Left, int Edge) top))
                {
                    // The step that led on is the one before the next.
                    int thread = BitOperations.TrailingZeroCount(Without(graph._enabled[top.State], top.Edge - 1 - graph._first[top.State]));
                    saved.Expect(thread < 64 && (model.Enabled >> thread & 1) != 0);
                    model.Step(thread);
                }

                _way.Push((from.ReadInt32(), from.ReadUInt64(), from.ReadInt32()));
            }

            saved.Expect(depth > 0 && model.StateHash == from.ReadUInt128());
        }

        /// <summary>A set of threads without the first so many.</summary>
        private static ulong Without(ulong threads, int first)
        {
            for (int i = 0; i < first; i++)
            {
                threads &= threads - 1;
            }

            return threads;
        }

        private int Number(string? failure)
        {
            if (failure == null)
            {
                return 0;
            }

            if (!_failures.TryGetValue(failure, out int number))
            {
                graph._failures.Add(failure);
                number = graph._failures.Count;
                _failures.Add(failure, number);
            }

            return number;
        }
    }
}
