using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>Who read what from whom in a run: pairs of a write and a step that read it, and of a mutex given back and taken.</summary>
/// <remarks>
/// Two runs of the same pairs have mostly seen the same; a run with a pair that nobody saw before has shown something new. A step
/// is named by its thread and its number in it; from the 64th on steps share names, or a thread that spins would be new for ever.
/// Ranges that overlap without being equal count as different.
/// </remarks>
internal sealed class ReadsFrom
{
    private readonly Dictionary<(ulong Place, uint Length), ulong> written = [];
    private readonly HashSet<ulong> pairs = [];
    private readonly int[] made = new int[64];

    /// <summary>The pairs, as hashes.</summary>
    public IReadOnlyCollection<ulong> Pairs => pairs;

    /// <summary>A hash of all pairs, in whatever order they came.</summary>
    public ulong Set
    {
        get
        {
            ulong sum = 0;
            foreach (ulong pair in pairs)
            {
                sum = unchecked(sum + Mixing.Mix(pair));
            }

            return sum;
        }
    }

    /// <summary>A run begins.</summary>
    public void Begin()
    {
        written.Clear();
        pairs.Clear();
        Array.Clear(made);
    }

    /// <summary>A step was made.</summary>
    public void Made(int thread, in StepInfo step)
    {
        int number = made[thread]++;
        bool isMutex = step.Kind is StepKind.Lock or StepKind.Unlock;
        if (!step.IsAccess && !isMutex)
        {
            return;
        }

        (ulong, uint) place = (step.Place, isMutex ? 0 : step.Length);
        ulong site = Mixing.Word(((ulong)thread << 16) + (ulong)(number < 64 ? number : 64 + BitOperations.Log2((uint)number)));
        if (step.Kind is StepKind.Load or StepKind.Update or StepKind.Lock)
        {
            ulong from = written.GetValueOrDefault(place);
            pairs.Add(Mixing.Mix(unchecked(from + BitOperations.RotateLeft(site, 23) + Mixing.Word(step.Place))));
        }

        if (step.IsWrite || step.Kind == StepKind.Unlock)
        {
            written[place] = site;
        }
    }
}
