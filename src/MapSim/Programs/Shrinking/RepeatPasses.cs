using System.Globalization;

namespace MapSim.Programs;

/// <summary>Makes repetitions shorter: at their end, then at their start, down to a single time; those with equal numbers together first.</summary>
internal static class RepeatPasses
{
    /// <summary>Groups of equal repetitions, then each alone.</summary>
    public static void Shorten(Trials trials)
    {
        foreach (Repetition repeat in Repeats(trials.Best).Distinct().ToArray())
        {
            Bisect(trials, repeat, d => [.. LinePasses.Indices(d, s => RepeatOf(s) == repeat)]);
        }

        for (int n = 0; n < Repeats(trials.Best).Count() && !trials.IsOver; n++)
        {
            int place = n;
            Draft best = trials.Best;
            int at = LinePasses.Indices(best, s => RepeatOf(s) != null).ElementAt(place);
            if (Once(trials, at))
            {
                n--;
                continue;
            }

            Bisect(trials, RepeatOf(best.Statements[at])!, d => [.. LinePasses.Indices(d, s => RepeatOf(s) != null).Skip(place).Take(1)]);
        }
    }

    /// <summary>A value with a number in place of $i.</summary>
    public static GoValue Put(GoValue value, long counter) => value.IsReference ? value
        : value with
        {
            Text = value.Text.Replace(GoValue.Counter, counter.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            Items = [.. value.Items.Select(i => Put(i, counter))],
        };

    private static IEnumerable<Repetition> Repeats(Draft draft) => draft.Statements.Select(RepeatOf).OfType<Repetition>();

    private static Repetition? RepeatOf(IStatement statement) => statement switch
    {
        RepeatLine line => line.Repeat,
        Operation operation => operation.Repeat,
        _ => null,
    };

    /// <summary>A single time, without the repetition.</summary>
    private static bool Once(Trials trials, int at)
    {
        if (trials.Best.Statements[at] is not Operation { Repeat: { } repeat } operation)
        {
            return false;
        }

        foreach (long counter in new SortedSet<long>([repeat.From, repeat.To - 1]))
        {
            if (trials.Try(trials.Best.Replace(at, ValuePasses.Change(operation with { Repeat = null }, v => Put(v, counter)))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes off the end, then off the start, in steps that are halved when they fail.</summary>
    private static void Bisect(Trials trials, Repetition repeat, Func<Draft, int[]> which)
    {
        int[] at = which(trials.Best);
        foreach (bool atEnd in (ReadOnlySpan<bool>)[true, false])
        {
            for (long step = repeat.To - repeat.From - 1; step >= 1 && !trials.IsOver;)
            {
                Repetition shorter = atEnd ? repeat with { To = repeat.To - step } : repeat with { From = repeat.From + step };
                if (trials.Try(trials.Best.With(trials.Best.Statements.Select((s, i) => (at.Contains(i) ? With(s, shorter) : s, i)))))
                {
                    repeat = shorter;
                    step = Math.Min(step, repeat.To - repeat.From - 1);
                }
                else
                {
                    step /= 2;
                }
            }
        }

        // The same number of times, from 0.
        if (repeat.From > 0)
        {
            var low = new Repetition(0, repeat.To - repeat.From);
            trials.Try(trials.Best.With(trials.Best.Statements.Select((s, i) => (at.Contains(i) ? With(s, low) : s, i))));
        }
    }

    private static IStatement With(IStatement statement, Repetition repeat) =>
        statement is RepeatLine line ? line with { Repeat = repeat } : (Operation)statement with { Repeat = repeat };
}
