namespace MapSim.Concurrency.Traces;

/// <summary>A hash of an execution that does not depend on the order of independent steps: equal for equivalent interleavings, different (but for chance) for others.</summary>
/// <remarks>
/// Two interleavings are equivalent, the same Mazurkiewicz trace, if one becomes the other by swapping neighbours that do not
/// conflict. Each step is hashed with the hashes of the steps it directly depends on: the one before it in its thread, the last
/// write to what it touches, for a write the reads since then, the last operation on its mutex, the spawn of its thread, the last
/// step of the thread it joins. The hash of the execution is the sum over its steps, so it can be taken back step by step.
/// </remarks>
/// <param name="threads">Number of threads, 1 to 64.</param>
public sealed class TraceHash(int threads)
{
    private readonly Places places = new();
    private readonly UInt128[] thread = new UInt128[threads];
    private readonly int[] count = new int[threads];
    private UInt128[] written = new UInt128[16];
    private UInt128[] read = new UInt128[16];
    private UInt128 everything;
    private Entry[] log = new Entry[64];

    /// <summary>The hash of the steps that were pushed and not popped.</summary>
    public UInt128 Value { get; private set; }

    /// <summary>How many steps these are.</summary>
    public int Depth { get; private set; }

    /// <summary>Adds a step.</summary>
    /// <param name="thread">The thread that makes it.</param>
    /// <param name="step">What it touches.</param>
    public void Push(int thread, in StepInfo step)
    {
        Move move = places.Of(step);
        while (places.Count > written.Length)
        {
            Array.Resize(ref written, 2 * written.Length);
            Array.Resize(ref read, 2 * read.Length);
        }

        if (Depth == log.Length)
        {
            Array.Resize(ref log, 2 * Depth);
        }

        UInt128 causes = unchecked(this.thread[thread] + everything + Causes(move));
        UInt128 own = Mix(causes, unchecked((ulong)count[thread] << 16 | (uint)thread << 8 | (byte)step.Kind), unchecked(step.Place * 0x9E3779B97F4A7C15 + step.Length));
        ref Entry entry = ref log[Depth++];
        entry = new Entry { Thread = thread, Move = move, Own = own, Before = this.thread[thread] };
        this.thread[thread] = own;
        count[thread]++;
        Value = unchecked(Value + own);
        Apply(move, own, ref entry);
    }

    /// <summary>Takes back the last step.</summary>
    public void Pop()
    {
        ref Entry entry = ref log[--Depth];
        Move move = entry.Move;
        switch (move.Kind)
        {
            case StepKind.Load:
                read[move.Place] = entry.Read;
                break;
            case StepKind.Store or StepKind.Update or StepKind.Lock or StepKind.Unlock:
                (written[move.Place], read[move.Place]) = (entry.Written, entry.Read);
                break;
            case StepKind.Everything:
                everything = entry.Written;
                break;
            case StepKind.Spawn:
                thread[move.Place] = entry.Written;
                break;
        }

        Value = unchecked(Value - entry.Own);
        count[entry.Thread]--;
        thread[entry.Thread] = entry.Before;
    }

    /// <summary>Takes back all steps.</summary>
    public void Clear()
    {
        while (Depth > 0)
        {
            Pop();
        }
    }

    private UInt128 Causes(Move move)
    {
        UInt128 sum = 0;
        switch (move.Kind)
        {
            case StepKind.Load or StepKind.Store or StepKind.Update:
                bool writes = move.Kind != StepKind.Load;
                sum = unchecked(written[move.Place] + (writes ? read[move.Place] : 0));
                foreach (int other in places.Overlaps(move.Place))
                {
                    sum = unchecked(sum + written[other] + (writes ? read[other] : 0));
                }

                break;
            case StepKind.Lock or StepKind.Unlock:
                sum = written[move.Place];
                break;
            case StepKind.Join:
                sum = thread[move.Place];
                break;
            case StepKind.Everything:
                foreach (UInt128 last in thread)
                {
                    sum = unchecked(sum + last);
                }

                break;
        }

        return sum;
    }

    private void Apply(Move move, UInt128 own, ref Entry entry)
    {
        switch (move.Kind)
        {
            case StepKind.Load:
                entry.Read = read[move.Place];
                read[move.Place] = unchecked(read[move.Place] + own);
                break;
            case StepKind.Store or StepKind.Update or StepKind.Lock or StepKind.Unlock:
                (entry.Written, entry.Read) = (written[move.Place], read[move.Place]);
                (written[move.Place], read[move.Place]) = (own, 0);
                break;
            case StepKind.Everything:
                entry.Written = everything;
                everything = own;
                break;
            case StepKind.Spawn:
                entry.Written = thread[move.Place];
                thread[move.Place] = own;
                break;
        }
    }

    private static UInt128 Mix(UInt128 causes, ulong who, ulong where)
    {
        unchecked
        {
            ulong low = Scramble((ulong)causes + (who * 0xD6E8FEB86659FD93) + Scramble(where));
            ulong high = Scramble((ulong)(causes >> 64) + (who * 0xA0761D6478BD642F) + (low ^ where));
            return new UInt128(high, low);
        }
    }

    private static ulong Scramble(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
            x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
            return x ^ (x >> 32);
        }
    }

    private struct Entry
    {
        public int Thread;
        public Move Move;
        public UInt128 Own;
        public UInt128 Before;
        public UInt128 Written;
        public UInt128 Read;
    }
}
