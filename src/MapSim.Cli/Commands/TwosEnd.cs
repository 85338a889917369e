using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>A kind of end that needs two operations in a situation, and where it is seen.</summary>
/// <param name="Situation">The situation.</param>
/// <param name="Kind">The end, without who noticed.</param>
/// <param name="Cells">The cells that have it beyond their own cells of one operation, in the order of the table.</param>
internal sealed record TwosEnd(string Situation, string Kind, IReadOnlyList<CellEnds> Cells)
{
    /// <summary>The letter that stands for it in the matrix of the situation.</summary>
    public char Letter { get; private init; }

    /// <summary>The fewest preemptions that it needs in the first cell, as far as they are known.</summary>
    public int Preemptions { get; private init; }

    /// <summary>True if it is proved that there are not fewer.</summary>
    public bool IsFewest { get; private init; }

    /// <summary>The preemptions of the best schedule that was found, of all cells.</summary>
    public int Best => Math.Min(Preemptions, Cells.Min(c => c.Ends.Where(e => CellEnds.KindOf(e.Key) == Kind).Min(e => e.Preemptions)));

    /// <summary>All of a table, situation by situation, each with its fewest preemptions.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">Where the search for the fewest preemptions is cut.</param>
    /// <param name="workers">Searches at a time.</param>
    public static IReadOnlyList<TwosEnd> Of(TwosTable table, ExploreOptions options, int workers)
    {
        TwosEnd[] ends =
        [
            .. InterleavingCell.Situations.SelectMany(situation => table.Rows.Where(r => r.Cell.Situation == situation)
                .SelectMany(r => table.NeedTwo(r).Select(kind => (kind, r))).GroupBy(p => p.kind, p => p.r).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select((g, i) => new TwosEnd(situation, g.Key, [.. g]) { Letter = (char)('a' + i) })),
        ];
        Console.Error.WriteLine(FormattableString.Invariant($"explore: the fewest preemptions of {ends.Length} ends that need two operations, each in the first cell that has it"));
        using var progress = new ProgressLine("explore", ends.Length);
        Parallel.For(0, ends.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
        {
            (int preemptions, bool isFewest) = ends[i].Cells[0].FewestFor(ends[i].Kind, options);
            ends[i] = ends[i] with { Preemptions = preemptions, IsFewest = isFewest };
            progress.Step();
        });
        return ends;
    }
}
