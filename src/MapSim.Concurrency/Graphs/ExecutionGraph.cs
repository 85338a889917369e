using System.Numerics;
using MapSim.Concurrency.Traces;

namespace MapSim.Concurrency.Graphs;

/// <summary>One execution with its partial order: what was done, on what each step depends, and when each step came into the exploration.</summary>
/// <remarks>
/// Two orders live side by side. The positions are an order in which the model can make the steps: any such order of the same
/// graph gives every step the same values. The stamps say when a step entered the exploration. A step that was put behind
/// others on purpose (a revisit) keeps its early stamp, and those others are frozen: no later revisit may remove or move them.
/// A lock that was put behind another lock of its mutex waits for the unlock; it is a promise: it has its stamp but no
/// position, and is made at once when the mutex is free.
/// </remarks>
internal sealed partial class ExecutionGraph
{
    private readonly Places places;
    private readonly int[] last;
    private readonly int[] spawnedBy;
    private readonly int[] count;
    private readonly List<Promise> promises = [];
    private byte[] thread = new byte[64];
    private ushort[] index = new ushort[64];
    private int[] stamp = new int[64];
    private StepKind[] kind = new StepKind[64];
    private int[] place = new int[64];
    private int[] target = new int[64];
    private int[] before = new int[64];
    private bool[] frozen = new bool[64];

    /// <summary>A graph without steps.</summary>
    /// <param name="threads">Number of threads of the model.</param>
    /// <param name="places">Numbers of ranges and mutexes, the same for all graphs of an exploration.</param>
    public ExecutionGraph(int threads, Places places)
    {
        this.places = places;
        Clocks = new ClockRows(threads);
        last = new int[threads];
        spawnedBy = new int[threads];
        count = new int[threads];
        FrozenTop = new int[threads];
        WaitsFor = new int[threads];
        Clear();
    }

    /// <summary>The clock of the step at position p is <c>Clocks.Row(p)</c>: how many steps of each thread it depends on, its own included.</summary>
    public ClockRows Clocks { get; }

    /// <summary>Number of steps.</summary>
    public int Count { get; private set; }

    /// <summary>Steps before this position came from the graph this one was made from.</summary>
    public int Inherited { get; private set; }

    /// <summary>The stamp of the next step.</summary>
    public int NextStamp { get; private set; }

    /// <summary>Position of the last step that depends on everything; -1 if there is none.</summary>
    public int Everything { get; private set; }

    /// <summary>From this position on a step that depends on everything stands at a new place, so that it may start other threads; the highest number if there is none.</summary>
    public int Moved { get; private set; }

    /// <summary>Threads that wait at the end for a mutex, without a promise.</summary>
    public ulong Blocked { get; set; }

    /// <summary>By thread of <see cref="Blocked"/>: the number of the mutex.</summary>
    public int[] WaitsFor { get; }

    /// <summary>By thread: the position of its last frozen step, or -1.</summary>
    public int[] FrozenTop { get; }

    /// <summary>The threads of the steps.</summary>
    public ReadOnlySpan<byte> Schedule => thread.AsSpan(0, Count);

    /// <summary>By position: how many steps its thread had made before.</summary>
    public ReadOnlySpan<ushort> Index => index;

    /// <summary>By position: when the step came in.</summary>
    public ReadOnlySpan<int> Stamp => stamp;

    /// <summary>By position: the number of the range or mutex; -1 for a step that touches neither.</summary>
    public ReadOnlySpan<int> Place => place;

    /// <summary>By position: what the step does.</summary>
    public ReadOnlySpan<StepKind> Kind => kind;

    /// <summary>By position: true if the step may not be moved any more.</summary>
    public ReadOnlySpan<bool> Frozen => frozen;

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        (Count, Inherited, NextStamp, Blocked, Everything, Moved) = (0, 0, 1, 0, -1, int.MaxValue);
        Array.Fill(last, -1);
        Array.Fill(spawnedBy, -1);
        Array.Clear(count);
        Array.Fill(FrozenTop, -1);
        promises.Clear();
    }

    /// <summary>The thread of a step.</summary>
    /// <param name="position">Position of the step.</param>
    public int Thread(int position) => thread[position];

    /// <summary>How many steps a thread has made.</summary>
    /// <param name="t">The thread.</param>
    public int Steps(int t) => count[t];

    /// <summary>What a step did.</summary>
    /// <param name="position">Position of the step.</param>
    public Move Made(int position) => new(kind[position], target[position]);

    /// <summary>Offset of the clock that a step of a thread starts from.</summary>
    /// <param name="t">The thread.</param>
    /// <param name="position">Position of its step, or <see cref="Count"/> for its next one.</param>
    public int StartRow(int t, int position)
    {
        int previous = position == Count ? last[t] : before[position];
        return previous >= 0 ? Clocks.Row(previous) : spawnedBy[t] >= 0 ? Clocks.Row(spawnedBy[t]) : 0;
    }

    /// <summary>Offset of the clock of the end of a thread.</summary>
    /// <param name="t">The thread, ended.</param>
    public int EndRow(int t) => last[t] >= 0 ? Clocks.Row(last[t]) : spawnedBy[t] >= 0 ? Clocks.Row(spawnedBy[t]) : 0;

    /// <summary>Remembers what a step that depends on everything has started.</summary>
    /// <param name="position">Position of the step.</param>
    /// <param name="threads">The threads.</param>
    public void Starts(int position, ulong threads)
    {
        for (; threads != 0; threads &= unchecked(threads - 1))
        {
            spawnedBy[BitOperations.TrailingZeroCount(threads)] = position;
        }
    }

    /// <summary>True if the step at a position is among those that a clock names.</summary>
    /// <param name="position">Position of the step.</param>
    /// <param name="row">Offset of the clock.</param>
    public bool IsIn(int position, int row) => index[position] < Clocks[row + thread[position]];

    /// <summary>The thread whose promised lock can be made now; -1 if there is none.</summary>
    public int Redeemable()
    {
        if (promises.Count == 0 || kind[Count - 1] != StepKind.Unlock)
        {
            return -1;
        }

        foreach (Promise p in promises)
        {
            if (p.Mutex == place[Count - 1] && p.MadeAt == int.MaxValue)
            {
                return p.Thread;
            }
        }

        return -1;
    }

    /// <summary>True if a thread waits for a mutex that is promised to it.</summary>
    /// <param name="t">The thread.</param>
    public bool HasPromise(int t)
    {
        foreach (Promise p in promises)
        {
            if (p.Thread == t && p.MadeAt == int.MaxValue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the next step of a thread, behind everything it depends on.</summary>
    /// <param name="t">The thread, enabled.</param>
    /// <param name="move">What the step does.</param>
    public void Append(int t, Move move)
    {
        for (int i = 0; i < promises.Count; i++)
        {
            if (promises[i].Thread == t && promises[i].MadeAt == int.MaxValue)
            {
                promises[i] = promises[i] with { MadeAt = Count };
                Add(t, move, promises[i].Stamp, isFrozen: false);
                return;
            }
        }

        Add(t, move, NextStamp++, isFrozen: false);
    }

    private void Add(int t, Move move, int when, bool isFrozen)
    {
        int p = Count;
        if (p == thread.Length)
        {
            Grow();
        }

        Clocks.Reserve(p + 1);
        int row = Clocks.Row(p);
        Clocks.Copy(StartRow(t, p), row);
        (thread[p], index[p], stamp[p], kind[p], frozen[p], before[p]) = ((byte)t, (ushort)count[t], when, move.Kind, isFrozen, last[t]);
        (target[p], place[p]) = (move.Place, move.Kind <= StepKind.Unlock ? move.Place : -1);
        if (Everything >= 0)
        {
            Clocks.Join(Clocks.Row(Everything), row);
        }

        switch (move.Kind)
        {
            case <= StepKind.Update:
                Order(move, row);
                break;
            case StepKind.Lock or StepKind.Unlock:
                int previous = place.AsSpan(0, p).LastIndexOf(move.Place);
                if (move.Kind == StepKind.Unlock && (previous < 0 || thread[previous] != t || kind[previous] != StepKind.Lock))
                {
                    throw new UnsupportedModelException($"engine graph: expected an unlock by the thread that holds the mutex, found one by thread {t}, which does not; use engine traces or optimal");
                }

                if (previous >= 0)
                {
                    Clocks.Join(Clocks.Row(previous), row);
                }

                break;
            case StepKind.Spawn:
                spawnedBy[move.Place] = p;
                break;
            case StepKind.Join:
                if (Everything >= 0 && last[move.Place] < 0 && spawnedBy[move.Place] < 0)
                {
                    throw new UnsupportedModelException($"engine graph: expected joins of threads with a step or a known start, found one of thread {move.Place} by thread {t}; use engine traces or optimal");
                }

                Clocks.Join(EndRow(move.Place), row);
                break;
            case StepKind.Everything:
                DependOnAll(row, t);
                break;
        }

        Clocks[row + t] = (ushort)++count[t];
        last[t] = p;
        if (isFrozen)
        {
            FrozenTop[t] = p;
        }

        Count = p + 1;
    }

    private void DependOnAll(int row, int t)
    {
        if (promises.Exists(p => p.MadeAt == int.MaxValue))
        {
            throw new UnsupportedModelException($"engine graph: expected no step that depends on everything while a thread waits for a mutex, found one of thread {t}; use engine traces or optimal");
        }

        foreach (int p in last)
        {
            Clocks.Join(p < 0 ? 0 : Clocks.Row(p), row);
        }

        Everything = Count;
    }

    /// <summary>Raises the clock of an access by the accesses before it that it conflicts with.</summary>
    private void Order(Move move, int row)
    {
        int[] overlaps = places.Overlaps(move.Place);
        if (overlaps.Length != 0)
        {
            for (int p = Count - 1; p >= 0; p--)
            {
                if (kind[p] <= StepKind.Update && !IsIn(p, row) && places.Dependent(move, Made(p)))
                {
                    Clocks.Join(Clocks.Row(p), row);
                }
            }

            return;
        }

        for (int p = place.AsSpan(0, Count).LastIndexOf(move.Place); p >= 0; p = place.AsSpan(0, p).LastIndexOf(move.Place))
        {
            if (kind[p] != StepKind.Load)
            {
                // All accesses of this range before a write are behind it already.
                Clocks.Join(Clocks.Row(p), row);
                return;
            }

            if (move.Kind != StepKind.Load)
            {
                Clocks.Join(Clocks.Row(p), row);
            }
        }
    }

    private void Grow()
    {
        int size = 2 * thread.Length;
        Array.Resize(ref thread, size);
        Array.Resize(ref index, size);
        Array.Resize(ref stamp, size);
        Array.Resize(ref kind, size);
        Array.Resize(ref place, size);
        Array.Resize(ref target, size);
        Array.Resize(ref before, size);
        Array.Resize(ref frozen, size);
    }

    /// <summary>A lock that comes after another one of its mutex.</summary>
    /// <param name="Thread">Its thread.</param>
    /// <param name="Stamp">When it came in.</param>
    /// <param name="Mutex">Number of the mutex.</param>
    /// <param name="MadeAt">Its position; the highest number as long as it waits.</param>
    private readonly record struct Promise(int Thread, int Stamp, int Mutex, int MadeAt);
}
