namespace MapSim.Programs;

/// <summary>
/// What of a schedule matters: from the recorded steps of a run, the order lines between goroutines that lead to its last
/// step. A replay under them comes to the same end without the schedule, and survives edits elsewhere.
/// </summary>
/// <remarks>
/// A step happens before another if it is an earlier one of the same goroutine, if the two conflict (a common byte, one of
/// them writes) and it came first, or over steps between them. Of these edges only those between goroutines are lines, of
/// those only what the others do not imply, and only steps of the last step's past. Without store buffers: a store that
/// waits in one has no step of its own here.
/// </remarks>
public static class CausalOrder
{
    /// <summary>The order lines of a run.</summary>
    /// <param name="steps">Every visible step of the run, oldest first, as <see cref="ProgramRunner.Steps"/> gives them.</param>
    /// <param name="decisive">True for lines "order", false for lines "past".</param>
    /// <returns>In the order of the later step; empty if the last step depends on no other goroutine.</returns>
    public static IReadOnlyList<OrderLine> Of(IReadOnlyList<RecordedStep> steps, bool decisive)
    {
        if (steps.Count == 0)
        {
            return [];
        }

        int goroutines = steps.Max(s => s.Goroutine) + 1;
        Clock[] clocks = Clocks(steps, goroutines, out List<int>[] edges);
        Clock past = clocks[^1];
        var lines = new List<OrderLine>();
        for (int later = 0; later < steps.Count; later++)
        {
            if (clocks[later].Own > past[steps[later].Goroutine])
            {
                continue;
            }

            foreach (int earlier in edges[later])
            {
                lines.Add(new OrderLine(decisive, steps[earlier].Point, steps[later].Point));
            }
        }

        return lines;
    }

    /// <summary>The edges of happens-before between goroutines that the others do not imply.</summary>
    /// <param name="steps">Visible steps of a run, oldest first.</param>
    /// <returns>Pairs of places in <paramref name="steps"/>, in the order of the later one.</returns>
    public static IReadOnlyList<(int Earlier, int Later)> Edges(IReadOnlyList<RecordedStep> steps)
    {
        if (steps.Count == 0)
        {
            return [];
        }

        Clocks(steps, steps.Max(s => s.Goroutine) + 1, out List<int>[] edges);
        return [.. edges.SelectMany((before, later) => before.Select(earlier => (earlier, later)))];
    }

    /// <summary>Vector clocks of all steps, and for each step those of other goroutines that come directly before it.</summary>
    private static Clock[] Clocks(IReadOnlyList<RecordedStep> steps, int goroutines, out List<int>[] edges)
    {
        var clocks = new Clock[steps.Count];
        edges = new List<int>[steps.Count];
        var last = new Clock?[goroutines];
        var places = new Dictionary<ulong, Place>();
        for (int i = 0; i < steps.Count; i++)
        {
            int g = steps[i].Goroutine;
            var clock = new Clock(last[g], g, goroutines);
            edges[i] = [];

            // The latest first: what it implies needs no line of its own.
            foreach (int before in Conflicting(places, steps, i))
            {
                if (steps[before].Goroutine != g && clocks[before].Own > clock[steps[before].Goroutine])
                {
                    edges[i].Insert(0, before);
                    clock.Join(clocks[before]);
                }
            }

            (clocks[i], last[g]) = (clock, clock);
        }

        return clocks;
    }

    /// <summary>Earlier steps that conflict with one, the latest first: of each byte the last write, and for a write the reads since. Notes the step.</summary>
    private static SortedSet<int> Conflicting(Dictionary<ulong, Place> places, IReadOnlyList<RecordedStep> steps, int i)
    {
        var found = new SortedSet<int>(Comparer<int>.Create((a, b) => b.CompareTo(a)));
        Memory.Access access = steps[i].Access;
        for (int b = 0; access.IsShared && b < access.Size; b++)
        {
            ulong at = unchecked(access.Address.Value + (ulong)b);
            if (!places.TryGetValue(at, out Place? place))
            {
                places.Add(at, place = new Place());
            }

            if (place.Write >= 0)
            {
                found.Add(place.Write);
            }

            if (!access.IsWrite)
            {
                place.Reads.Add(i);
                continue;
            }

            found.UnionWith(place.Reads);
            place.Reads.Clear();
            place.Write = i;
        }

        return found;
    }

    /// <summary>The last write of a byte, and who read it since.</summary>
    private sealed class Place
    {
        public int Write { get; set; } = -1;

        public List<int> Reads { get; } = [];
    }

    /// <summary>How many steps of each goroutine happen before a step, or are it.</summary>
    private sealed class Clock
    {
        private readonly int[] _counts;

        public Clock(Clock? previous, int g, int goroutines)
        {
            _counts = previous == null ? new int[goroutines] : [.. previous._counts];
            Own = ++_counts[g];
        }

        /// <summary>The number of the step among those of its goroutine, from 1.</summary>
        public int Own { get; }

        public int this[int g] => _counts[g];

        public void Join(Clock other)
        {
            for (int g = 0; g < _counts.Length; g++)
            {
                _counts[g] = Math.Max(_counts[g], other._counts[g]);
            }
        }
    }
}
