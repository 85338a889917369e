using System.Numerics;

namespace MapSim.Concurrency.Sampling;

/// <summary>Learns from the runs before: keeps the random draws of those that showed something new, changes a few of them and runs again.</summary>
/// <remarks>
/// Wolff, Shi, Duck, Mathur, Roychoudhury: Greybox Fuzzing for Concurrency Testing (ASPLOS 2024) keep schedules by the pairs of a
/// write and the step that read it, and prefer rare pairs; Fest changes the draws of a scheduler and not its decisions. Both here:
/// the draws are the priorities of steps, as in <see cref="PartialOrderSampler"/>, a list for each thread, so that a changed draw
/// changes one step and leaves those of other threads alone. A run that shows a new set of pairs comes into the corpus. With each
/// draw stands the place that its step was to touch; so a change can hold all threads but one back from a place.
/// </remarks>
public sealed class Greybox : ISampler
{
    private const ulong NoPlace = ulong.MaxValue;
    private readonly GreyboxCorpus corpus = new();
    private readonly ReadsFrom pairs = new();
    private readonly List<Draw>[] draws = [.. Enumerable.Range(0, 64).Select(_ => new List<Draw>())];
    private readonly int[] used = new int[64];
    private readonly ulong[] priority = new ulong[64];
    private SampleView view = new(0);
    private ulong candidates;

    /// <inheritdoc/>
    public string Name => "greybox";

    /// <inheritdoc/>
    public void Begin(SampleView view)
    {
        this.view = view;
        pairs.Begin();
        Array.Clear(used);
        Array.ForEach(draws, d => d.Clear());
        if (corpus.Count > 0 && view.Chance.Below(4) != 0)
        {
            Take(corpus.Pick(view.Chance));
            do
            {
                Change();
            }
            while (view.Chance.Below(2) == 0);
        }

        DrawAll(view.Started);
    }

    /// <inheritdoc/>
    public int Pick(ulong enabled)
    {
        candidates = enabled;
        return PartialOrderSampler.Highest(enabled, priority);
    }

    /// <inheritdoc/>
    public void Made(int thread, in StepInfo step, ulong started)
    {
        pairs.Made(thread, step);
        for (ulong left = candidates & ~(1UL << thread); left != 0; left &= unchecked(left - 1))
        {
            int t = BitOperations.TrailingZeroCount(left);
            if (view.Next(t).Conflicts(step))
            {
                Next(t);
            }
        }

        DrawAll(started | 1UL << thread);
    }

    /// <inheritdoc/>
    public void End()
    {
        for (int t = 0; t < view.Threads; t++)
        {
            // What was not drawn had no part in what the run showed.
            draws[t].RemoveRange(used[t], draws[t].Count - used[t]);
        }

        corpus.Add(pairs, draws[..view.Threads], view.Chance);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter to) => corpus.Save(to);

    /// <inheritdoc/>
    public void Load(BinaryReader from) => corpus.Load(from);

    private void DrawAll(ulong threads)
    {
        for (; threads != 0; threads &= unchecked(threads - 1))
        {
            Next(BitOperations.TrailingZeroCount(threads));
        }
    }

    /// <summary>The next draw of a thread: a recorded one, if there is one left.</summary>
    private void Next(int t)
    {
        List<Draw> own = draws[t];
        ulong place = PlaceOf(view.Next(t));
        if (used[t] == own.Count)
        {
            own.Add(new Draw(view.Chance.Next(), place));
        }
        else
        {
            own[used[t]] = own[used[t]] with { Place = place };
        }

        priority[t] = own[used[t]++].Value;
    }

    private void Take(Draw[][] run)
    {
        for (int t = 0; t < run.Length; t++)
        {
            draws[t].AddRange(run[t]);
        }
    }

    private void Change()
    {
        Chance chance = view.Chance;
        int t = chance.Below(view.Threads);
        List<Draw> own = draws[t];
        if (own.Count == 0)
        {
            return;
        }

        int at = chance.Below(own.Count);
        int length = Math.Min(own.Count - at, 1 << chance.Below(5));
        switch (chance.Below(8))
        {
            case 0: // another draw
                own[at] = own[at] with { Value = chance.Next() };
                break;
            case 1: // another rest
                own.RemoveRange(at, own.Count - at);
                break;
            case 2: // some steps in a row before all others
                Raise(own, at, length);
                break;
            case 3: // some steps in a row after all others
                Lower(own, at, length);
                break;
            case 4: // the draws of another run
                own.Clear();
                own.AddRange(corpus.Pick(chance)[t]);
                break;
            default: // nobody else comes to a place before this thread
                Hold(t, at);
                break;
        }
    }

    private void Hold(int thread, int at)
    {
        ulong place = draws[thread][at].Place;
        if (place == NoPlace)
        {
            return;
        }

        for (int t = 0; t < view.Threads; t++)
        {
            for (int i = 0; t != thread && i < draws[t].Count; i++)
            {
                if (draws[t][i].Place == place)
                {
                    Lower(draws[t], i, 1);
                }
            }
        }

        if (view.Chance.Below(2) == 0)
        {
            Raise(draws[thread], at, 1);
        }
    }

    private static void Raise(List<Draw> own, int at, int length)
    {
        for (int i = at; i < at + length; i++)
        {
            own[i] = own[i] with { Value = own[i].Value >> 4 | 0xF000_0000_0000_0000 };
        }
    }

    private static void Lower(List<Draw> own, int at, int length)
    {
        for (int i = at; i < at + length; i++)
        {
            own[i] = own[i] with { Value = own[i].Value >> 4 };
        }
    }

    private static ulong PlaceOf(in StepInfo step) =>
        step.IsAccess ? unchecked(2 * step.Place) : step.Kind is StepKind.Lock or StepKind.Unlock ? unchecked(2 * step.Place + 1) : NoPlace;

    /// <summary>A priority and the place that the step it was drawn for was to touch.</summary>
    /// <param name="Value">The priority.</param>
    /// <param name="Place">Twice an address, one more for a mutex.</param>
    internal readonly record struct Draw(ulong Value, ulong Place);
}
