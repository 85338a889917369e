using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>Who touched what last: for every range, mutex and thread the steps that a new step may depend on, with what it takes to go back.</summary>
/// <remarks>
/// Steps are named by their depth; -1 is none. Reads are kept only since the last write of the same range: a write depends on
/// them, so what depends on the write depends on them. Ranges that overlap without being equal keep tables of their own and are
/// looked at together; an access that is older than another and below it in the partial order falls out as a candidate.
/// </remarks>
internal sealed class Accesses
{
    private readonly int threads;
    private readonly Places places;
    private readonly ClockRows clocks;

    // By range: the last write, the threads that have read since, and for each of them its last read.
    private int[] write = [];
    private ulong[] readers = [];
    private int[] reads = [];

    // By mutex: the last lock, the last unlock by its holder, and the last by somebody else.
    private int[] locked = [];
    private int[] unlocked = [];
    private int[] bystander = [];
    private int everything = -1; // the last step that depends on everything

    // By depth: what the step put something else in the place of.
    private int[] saved = new int[64];
    private ulong[] savedReaders = new ulong[64];

    // What the step that is entered may race with.
    private int[] candidates = new int[128];
    private int found;

    /// <summary>No steps yet.</summary>
    public Accesses(int threads, Places places, ClockRows clocks)
    {
        (this.threads, this.places, this.clocks) = (threads, places, clocks);
        Last = new int[threads];
        SpawnedBy = new int[threads];
        Array.Fill(Last, -1);
        Array.Fill(SpawnedBy, -1);
    }

    /// <summary>Depth of the last step of each thread.</summary>
    public int[] Last { get; }

    /// <summary>Depth of the step that spawned each thread.</summary>
    public int[] SpawnedBy { get; }

    /// <summary>The lock that keeps a mutex from a thread, unless the thread already depends on it.</summary>
    public int LockBefore(int mutex, int t, int row, byte[] thread, ushort[] index) =>
        mutex < locked.Length && locked[mutex] is >= 0 and int last && thread[last] != t && clocks[row + thread[last]] <= index[last] ? last : -1;

    /// <summary>Enters a step, raises its clock by what it depends on, and tells what it races with.</summary>
    /// <param name="move">The step.</param>
    /// <param name="t">Its thread.</param>
    /// <param name="depth">Its depth.</param>
    /// <param name="row">Its clock, which holds that of the step before it in its thread.</param>
    /// <param name="started">The threads it started, if it is a step that depends on everything; a spawn names its thread itself.</param>
    /// <param name="thread">The threads of all steps by depth.</param>
    /// <param name="index">The numbers of all steps in their threads by depth.</param>
    public ReadOnlySpan<int> Enter(Move move, int t, int depth, int row, ulong started, byte[] thread, ushort[] index)
    {
        Reserve(depth);
        found = 0;
        int joined = -1;
        switch (move.Kind)
        {
            case StepKind.Load or StepKind.Store or StepKind.Update:
                Conflicting(move.Place, move.Kind != StepKind.Load);
                foreach (int other in places.Overlaps(move.Place))
                {
                    Conflicting(other, move.Kind != StepKind.Load);
                }

                Candidate(everything);
                break;
            case StepKind.Lock:
                int meanwhile = Math.Max(everything, bystander[move.Place]);
                joined = unlocked[move.Place];
                Candidate(meanwhile > joined ? meanwhile : locked[move.Place]);
                break;
            case StepKind.Unlock:
                Candidate(locked[move.Place]);
                Candidate(unlocked[move.Place]);
                Candidate(bystander[move.Place]);
                Candidate(everything);
                break;
            case StepKind.Join:
                clocks.Join(Last[move.Place] >= 0 ? clocks.Row(Last[move.Place]) : SpawnedBy[move.Place] >= 0 ? clocks.Row(SpawnedBy[move.Place]) : 0, row);
                Candidate(everything);
                break;
            case StepKind.Everything:
                foreach (int last in Last)
                {
                    Candidate(last);
                }

                break;
            default:
                Candidate(everything);
                break;
        }

        int races = Immediate(t, row, thread, index);
        for (int i = 0; i < races; i++)
        {
            clocks.Join(clocks.Row(candidates[i]), row);
        }

        if (joined >= 0)
        {
            clocks.Join(clocks.Row(joined), row);
        }

        Remember(move, t, depth, started, thread);
        Last[t] = depth;
        return candidates.AsSpan(0, races);
    }

    /// <summary>Takes the last step back.</summary>
    /// <param name="move">The step.</param>
    /// <param name="t">Its thread.</param>
    /// <param name="depth">Its depth.</param>
    /// <param name="before">The step before it in its thread.</param>
    public void Leave(Move move, int t, int depth, int before)
    {
        Last[t] = before;
        switch (move.Kind)
        {
            case StepKind.Load:
                reads[(move.Place * threads) + t] = saved[depth];
                readers[move.Place] = savedReaders[depth];
                break;
            case StepKind.Store or StepKind.Update:
                write[move.Place] = saved[depth];
                readers[move.Place] = savedReaders[depth];
                break;
            case StepKind.Lock:
                locked[move.Place] = saved[depth];
                break;
            case StepKind.Unlock when savedReaders[depth] != 0:
                unlocked[move.Place] = saved[depth];
                break;
            case StepKind.Unlock:
                bystander[move.Place] = saved[depth];
                break;
            case StepKind.Spawn:
                SpawnedBy[move.Place] = saved[depth];
                break;
            case StepKind.Everything:
                everything = saved[depth];
                Spawned(savedReaders[depth], -1);
                break;
        }
    }

    private void Spawned(ulong threads, int depth)
    {
        for (; threads != 0; threads &= unchecked(threads - 1))
        {
            SpawnedBy[BitOperations.TrailingZeroCount(threads)] = depth;
        }
    }

    private void Conflicting(int place, bool writes)
    {
        ulong since = readers[place];
        if (!writes || since == 0)
        {
            Candidate(write[place]);
            return;
        }

        for (; since != 0; since &= unchecked(since - 1))
        {
            Candidate(reads[(place * threads) + BitOperations.TrailingZeroCount(since)]);
        }
    }

    private void Candidate(int depth)
    {
        if (depth < 0)
        {
            return;
        }

        if (found == candidates.Length)
        {
            Array.Resize(ref candidates, 2 * found);
        }

        candidates[found++] = depth;
    }

    /// <summary>Keeps of the candidates those that the step does not already depend on and that no other candidate depends on.</summary>
    private int Immediate(int t, int row, byte[] thread, ushort[] index)
    {
        int kept = 0;
        for (int i = 0; i < found; i++)
        {
            int e = candidates[i];
            if (thread[e] != t && clocks[row + thread[e]] <= index[e])
            {
                candidates[kept++] = e;
            }
        }

        if (kept < 2)
        {
            return kept;
        }

        // Compacts in place: "depends on" is transitive, so it is enough to look at those that are kept or not yet looked at.
        int all = kept;
        kept = 0;
        for (int i = 0; i < all; i++)
        {
            int e = candidates[i];
            if (!Below(e, candidates.AsSpan(0, kept), thread[e], index[e]) && !Below(e, candidates.AsSpan(i + 1, all - i - 1), thread[e], index[e]))
            {
                candidates[kept++] = e;
            }
        }

        return kept;
    }

    private bool Below(int e, ReadOnlySpan<int> others, int thread, int index)
    {
        foreach (int c in others)
        {
            if (c > e && clocks[clocks.Row(c) + thread] > index)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes the step as the last one of its kind.</summary>
    private void Remember(Move move, int t, int depth, ulong started, byte[] thread)
    {
        int place = move.Place;
        switch (move.Kind)
        {
            case StepKind.Load:
                saved[depth] = reads[(place * threads) + t];
                savedReaders[depth] = readers[place];
                reads[(place * threads) + t] = depth;
                readers[place] |= 1UL << t;
                break;
            case StepKind.Store or StepKind.Update:
                saved[depth] = write[place];
                savedReaders[depth] = readers[place];
                write[place] = depth;
                readers[place] = 0;
                break;
            case StepKind.Lock:
                saved[depth] = locked[place];
                locked[place] = depth;
                break;
            case StepKind.Unlock when locked[place] > unlocked[place] && thread[locked[place]] == t:
                saved[depth] = unlocked[place];
                savedReaders[depth] = 1;
                unlocked[place] = depth;
                break;
            case StepKind.Unlock: // of a mutex that the thread does not hold: an error of the program that gives nothing free
                saved[depth] = bystander[place];
                savedReaders[depth] = 0;
                bystander[place] = depth;
                break;
            case StepKind.Spawn:
                saved[depth] = SpawnedBy[place];
                SpawnedBy[place] = depth;
                break;
            case StepKind.Everything:
                saved[depth] = everything;
                savedReaders[depth] = started;
                everything = depth;
                Spawned(started, depth);
                break;
        }
    }

    private void Reserve(int depth)
    {
        if (depth >= saved.Length)
        {
            Array.Resize(ref saved, 2 * saved.Length);
            Array.Resize(ref savedReaders, 2 * savedReaders.Length);
        }

        if (places.Count <= write.Length)
        {
            return;
        }

        int size = Math.Max(16, 2 * places.Count);
        Array.Resize(ref readers, size);
        Array.Resize(ref reads, size * threads);
        write = Longer(write, size);
        locked = Longer(locked, size);
        unlocked = Longer(unlocked, size);
        bystander = Longer(bystander, size);
    }

    private static int[] Longer(int[] table, int size)
    {
        int old = table.Length;
        Array.Resize(ref table, size);
        Array.Fill(table, -1, old, size - old);
        return table;
    }
}
