using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>The execution that an engine stands in: its steps with their vector clocks, the next move of every thread, and for each step the earlier steps it races with.</summary>
/// <remarks>
/// A race is a pair of steps of two threads that are dependent, with nothing between them in the partial order, of which the
/// second could have come first. Rules that are easy to get wrong (exploration.md 3.2): a lock races with the previous lock of
/// its mutex and not with the unlock between them, as it cannot come before that alone; the same goes for what happens while the
/// mutex is held. Spawn comes before the first step of a thread, its last step before a join: clock edges, never races.
/// Nothing is allocated per step once the arrays have grown to the longest execution.
/// </remarks>
internal sealed class Execution
{
    private readonly Accesses accesses;
    private readonly IModel model;
    private readonly Move[] now;
    private readonly int[] count;
    private byte[] thread = new byte[64];
    private ushort[] index = new ushort[64];
    private Move[] move = new Move[64];
    private int[] before = new int[64];
    private int[] free = new int[64];
    private int[] raceEnd = new int[64];
    private int[] races = new int[256];

    /// <summary>An execution without steps.</summary>
    /// <param name="model">The model, at its start.</param>
    public Execution(IModel model)
    {
        if (model.Threads is < 1 or > 64)
        {
            throw new ArgumentException($"threads of the model: expected 1 to 64, found {model.Threads}");
        }

        this.model = model;
        Clocks = new ClockRows(model.Threads);
        accesses = new Accesses(model.Threads, Places, Clocks);
        now = new Move[model.Threads];
        count = new int[model.Threads];
        ulong unfinished = model.Unfinished;
        for (int t = 0; t < model.Threads; t++)
        {
            now[t] = (unfinished >> t & 1) != 0 ? Places.Of(model.Next(t)) : new Move(StepKind.Own, 0);
        }
    }

    /// <summary>The ranges and mutexes seen so far.</summary>
    public Places Places { get; } = new();

    /// <summary>The vector clocks; the row of the step at depth d is <c>Clocks.Row(d)</c>.</summary>
    public ClockRows Clocks { get; }

    /// <summary>Number of steps.</summary>
    public int Depth { get; private set; }

    /// <summary>The threads of the steps, in order.</summary>
    public ReadOnlySpan<byte> Schedule => thread.AsSpan(0, Depth);

    /// <summary>How many steps the threads of the steps had made before them, in order.</summary>
    public ReadOnlySpan<ushort> Indexes => index.AsSpan(0, Depth);

    /// <summary>The thread of a step.</summary>
    /// <param name="depth">Depth of the step.</param>
    public int Thread(int depth) => thread[depth];

    /// <summary>How many steps its thread had made before a step.</summary>
    /// <param name="depth">Depth of the step.</param>
    public ushort Index(int depth) => index[depth];

    /// <summary>What a step did.</summary>
    /// <param name="depth">Depth of the step.</param>
    public Move Made(int depth) => move[depth];

    /// <summary>What a thread would do next.</summary>
    /// <param name="t">The thread.</param>
    public Move Next(int t) => now[t];

    /// <summary>How many steps a thread has made.</summary>
    /// <param name="t">The thread.</param>
    public ushort Steps(int t) => (ushort)count[t];

    /// <summary>Offset of the clock that a step has when what it races with comes after it: for a lock that of the step before it in its thread.</summary>
    /// <param name="depth">Depth of the step.</param>
    public int FreeRow(int depth) => free[depth];

    /// <summary>Offset of the clock that the next step of a thread starts from.</summary>
    /// <param name="t">The thread.</param>
    public int NextRow(int t) => accesses.Last[t] is >= 0 and int last ? Clocks.Row(last) : accesses.SpawnedBy[t] is >= 0 and int spawn ? Clocks.Row(spawn) : 0;

    /// <summary>The earlier steps that a step races with, as depths.</summary>
    /// <param name="depth">Depth of the step.</param>
    public ReadOnlySpan<int> Races(int depth)
    {
        int start = depth == 0 ? 0 : raceEnd[depth - 1];
        return races.AsSpan(start, raceEnd[depth] - start);
    }

    /// <summary>The last lock of the mutex that a blocked thread waits for, if taking that lock later would let this thread go first; -1 if not.</summary>
    /// <param name="t">A thread that is not finished and not enabled.</param>
    public int BlockedBy(int t) => now[t].Kind == StepKind.Lock ? accesses.LockBefore(now[t].Place, t, NextRow(t), thread, index) : -1;

    /// <summary>Of some threads those whose next move is independent of the next move of a thread.</summary>
    /// <param name="threads">The threads, without that one.</param>
    /// <param name="t">The thread that will move.</param>
    public ulong Independent(ulong threads, int t)
    {
        ulong result = 0;
        for (Move own = now[t]; threads != 0; threads &= unchecked(threads - 1))
        {
            int other = BitOperations.TrailingZeroCount(threads);
            if (!Places.Dependent(now[other], own))
            {
                result |= 1UL << other;
            }
        }

        return result;
    }

    /// <summary>Makes the next step of a thread and finds what it races with.</summary>
    /// <param name="t">An enabled thread.</param>
    public void Push(int t)
    {
        int depth = Depth;
        if (depth == thread.Length)
        {
            Grow();
        }

        Move made = now[t];
        ulong started = made.Kind == StepKind.Everything ? ~model.Unfinished : 0;
        model.Step(t);
        ulong unfinished = model.Unfinished;
        started &= unfinished;
        Clocks.Reserve(depth + 1);
        int start = NextRow(t);
        int row = Clocks.Row(depth);
        Clocks.Copy(start, row);
        before[depth] = accesses.Last[t];
        thread[depth] = (byte)t;
        index[depth] = (ushort)count[t];
        move[depth] = made;
        free[depth] = made.Kind == StepKind.Lock ? start : row;
        int found = depth == 0 ? 0 : raceEnd[depth - 1];
        ReadOnlySpan<int> list = accesses.Enter(made, t, depth, row, started, thread, index);
        if (found + list.Length > races.Length)
        {
            Array.Resize(ref races, 2 * (found + list.Length));
        }

        list.CopyTo(races.AsSpan(found));
        raceEnd[depth] = found + list.Length;
        count[t]++;
        Clocks[row + t] = (ushort)count[t];
        Depth = depth + 1;
        now[t] = (unfinished >> t & 1) != 0 ? Places.Of(model.Next(t)) : new Move(StepKind.Own, 0);
        if (made.Kind == StepKind.Spawn)
        {
            started = (1UL << made.Place) & unfinished;
        }

        for (; started != 0; started &= unchecked(started - 1))
        {
            int child = BitOperations.TrailingZeroCount(started);
            now[child] = Places.Of(model.Next(child));
        }
    }

    /// <summary>Takes back the last step.</summary>
    /// <returns>The thread that had made it.</returns>
    public int Pop()
    {
        int depth = --Depth;
        int t = thread[depth];
        model.Undo();
        accesses.Leave(move[depth], t, depth, before[depth]);
        now[t] = move[depth];
        count[t]--;
        return t;
    }

    /// <summary>Writes the steps.</summary>
    public void Write(BinaryWriter to)
    {
        Places.Write(to);
        to.Write(Depth);
        to.Write(Schedule);
        to.Write(model.StateHash);
    }

    /// <summary>Makes the steps that were saved.</summary>
    /// <param name="saved">Where they are saved.</param>
    /// <param name="made">Called after each.</param>
    public void Read(SavedExploration saved, Action made)
    {
        Places.Read(saved);
        foreach (byte t in saved.From.ReadBytes(saved.From.ReadInt32()))
        {
            saved.Expect(t < 64 && (model.Enabled >> t & 1) != 0);
            Push(t);
            made();
        }

        saved.Expect(model.StateHash == saved.From.ReadUInt128());
    }

    private void Grow()
    {
        int size = 2 * Depth;
        Array.Resize(ref thread, size);
        Array.Resize(ref index, size);
        Array.Resize(ref move, size);
        Array.Resize(ref before, size);
        Array.Resize(ref free, size);
        Array.Resize(ref raceEnd, size);
    }
}
