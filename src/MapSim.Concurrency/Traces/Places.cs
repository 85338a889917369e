using System.Numerics;

namespace MapSim.Concurrency.Traces;

/// <summary>Gives every range of memory and every mutex that a program touches a small number, and knows which ranges overlap.</summary>
/// <remarks>
/// Tables of "the last write here" need an index, and accesses have different lengths: a byte, and the word that holds it.
/// So each distinct range has a number of its own and a list of the other ranges it overlaps. The list is filled when a range
/// is seen for the first time, by looking at all that are known; after that a step costs one look-up and no allocation.
/// </remarks>
internal sealed class Places
{
    /// <summary>The length under which mutexes are kept: no range has it.</summary>
    private const uint MutexLength = 0;

    private ulong[] places = new ulong[16];
    private uint[] lengths = new uint[16];
    private int[][] overlaps = new int[16][];
    private int[] slots = new int[64];

    /// <summary>How many numbers were given.</summary>
    public int Count { get; private set; }

    /// <summary>The step as a move.</summary>
    /// <param name="step">A step of the model.</param>
    /// <exception cref="ArgumentException">A memory access of no length.</exception>
    public Move Of(in StepInfo step) => step.Kind switch
    {
        <= StepKind.Update => new Move(step.Kind, step.Length != 0 ? Number(step.Place, step.Length)
            : throw new ArgumentException($"access '{step.Label}' at {step.Place}: expected a length of at least 1, found 0")),
        StepKind.Lock or StepKind.Unlock => new Move(step.Kind, Number(step.Place, MutexLength)),
        StepKind.Spawn or StepKind.Join => new Move(step.Kind, checked((int)step.Place)),
        _ => new Move(step.Kind, 0),
    };

    /// <summary>The other ranges that share a unit with this one.</summary>
    /// <param name="number">Number of a range.</param>
    public int[] Overlaps(int number) => overlaps[number];

    /// <summary>The same as <see cref="StepInfo.Conflicts"/> for steps of two different threads.</summary>
    /// <param name="a">One move.</param>
    /// <param name="b">The other.</param>
    public bool Dependent(Move a, Move b)
    {
        if (a.Kind <= StepKind.Update && b.Kind <= StepKind.Update)
        {
            return (a.Kind | b.Kind) != StepKind.Load && (a.Place == b.Place || (overlaps[a.Place].Length != 0 && overlaps[a.Place].AsSpan().Contains(b.Place)));
        }

        return a.Kind == StepKind.Everything || b.Kind == StepKind.Everything || (a.IsMutex && b.IsMutex && a.Place == b.Place);
    }

    /// <summary>Writes what has a number.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            to.Write(places[i]);
            to.Write(lengths[i]);
        }
    }

    /// <summary>Gives the same numbers to the same places; what has a number already must have that one.</summary>
    public void Read(SavedExploration saved)
    {
        for (int i = 0, count = saved.From.ReadInt32(); i < count; i++)
        {
            saved.Expect(Number(saved.From.ReadUInt64(), saved.From.ReadUInt32()) == i);
        }
    }

    private int Number(ulong place, uint length)
    {
        int slot = Slot(place, length);
        while (slots[slot] != 0)
        {
            int known = slots[slot] - 1;
            if (places[known] == place && lengths[known] == length)
            {
                return known;
            }

            slot = (slot + 1) & (slots.Length - 1);
        }

        return Add(place, length);
    }

    private int Slot(ulong place, uint length) =>
        (int)(unchecked((place + BitOperations.RotateLeft(length, 20)) * 0x9E3779B97F4A7C15) >> 33) & (slots.Length - 1);

    private int Add(ulong place, uint length)
    {
        if (Count == places.Length)
        {
            Array.Resize(ref places, 2 * Count);
            Array.Resize(ref lengths, 2 * Count);
            Array.Resize(ref overlaps, 2 * Count);
            slots = new int[8 * Count];
            for (int i = 0; i < Count; i++)
            {
                Put(i);
            }
        }

        int number = Count++;
        (places[number], lengths[number], overlaps[number]) = (place, length, []);
        Put(number);
        for (int i = 0; i < number && length != MutexLength; i++)
        {
            if (lengths[i] != MutexLength && unchecked(place - places[i] < lengths[i] || places[i] - place < length))
            {
                overlaps[i] = [.. overlaps[i], number];
                overlaps[number] = [.. overlaps[number], i];
            }
        }

        return number;
    }

    private void Put(int number)
    {
        int slot = Slot(places[number], lengths[number]);
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        slots[slot] = number + 1;
    }
}
