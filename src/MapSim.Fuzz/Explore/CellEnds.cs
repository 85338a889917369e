namespace MapSim.Fuzz;

/// <summary>
/// The ways in which a cell can end, and nothing else about it: all of them, if the engine reduced proved that, else those that it had seen when it was cut, and those of
/// samples.
/// </summary>
/// <param name="Cell">The cell.</param>
/// <param name="ByReduction">As many states as show every end.</param>
/// <param name="BySamples">Runs under a sampler; null if the cell is proved.</param>
public sealed record CellEnds(InterleavingCell Cell, Exploration ByReduction, Exploration? BySamples)
{
    /// <summary>True if it can end in no other way.</summary>
    public bool IsProved => ByReduction.IsComplete;

    /// <summary>Why it is not proved, and what was done instead; null if it is.</summary>
    public string? Cut => IsProved ? null : FormattableString.Invariant($"{ByReduction.Cut}; {BySamples?.Runs ?? 0} runs");

    /// <summary>The ends, clean first, then by key, each with the schedule of fewest preemptions that was found.</summary>
    public IReadOnlyList<ExploredEnd> Ends { get; } =
        [.. ByReduction.Ends.Concat(BySamples?.Ends ?? []).GroupBy(e => e.Key ?? "").OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.MinBy(e => e.Preemptions)!)];

    /// <summary>The kinds of its ends.</summary>
    public IReadOnlySet<string> Kinds => Ends.Select(e => KindOf(e.Key)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Explores a cell: by the engine reduced, and if that is cut, by samples.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="options">Where reduced states are cut, and how many runs.</param>
    public static CellEnds Of(InterleavingCell cell, ExploreOptions options)
    {
        Programs.MapProgram program = cell.ToProgram();
        Exploration reduced = ProgramExplorer.ByReduction(program, options with { MostStates = options.MostReduced });
        return new CellEnds(cell, reduced, reduced.IsComplete ? null : ProgramExplorer.BySamples(program, options));
    }

    /// <summary>A key without the operation that noticed: "structure/H3.2" of "structure/H3.2/assign".</summary>
    /// <param name="key">The key; null for a clean end.</param>
    public static string KindOf(string? key) => key == null ? "clean" : key.LastIndexOf('/') is > 0 and { } at ? key[..at] : key;

    /// <summary>The fewest preemptions that an end of some kind needs: each bound from 0 on is explored in full until one shows it.</summary>
    /// <param name="kind">The kind; one of <see cref="Kinds"/>.</param>
    /// <param name="options">Where a bound is cut (<see cref="ExploreOptions.MostStates"/>).</param>
    /// <returns>The number, and true if it is proved that there are not fewer; if a bound was cut, those of the best schedule that was found.</returns>
    public (int Preemptions, bool IsFewest) FewestFor(string kind, ExploreOptions options)
    {
        Programs.MapProgram program = Cell.ToProgram();
        int known = Ends.Where(e => KindOf(e.Key) == kind).Min(e => e.Preemptions);
        for (int bound = 0; bound < known; bound++)
        {
            Exploration found = ProgramExplorer.ByPreemptions(program, bound, options);
            if (found.Ends.Any(e => KindOf(e.Key) == kind))
            {
                return (bound, true);
            }

            if (!found.IsComplete)
            {
                return (known, false);
            }
        }

        return (known, true);
    }
}
