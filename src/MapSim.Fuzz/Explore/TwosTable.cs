namespace MapSim.Fuzz;

/// <summary>
/// Two operations beside two, and what of it needs two: ends of a kind that none of the cells has of one operation beside one that a cell is made of. Where such a
/// cell was made smaller for docs/INTERLEAVINGS.md (<see cref="InterleavingCell.IsSmallest"/>), the ends of the smaller one count as well.
/// </summary>
public sealed class TwosTable
{
    /// <summary>How much further the cells of one operation are explored: what they do not end in is said of many others.</summary>
    public const int FurtherForOne = 10;

    private readonly Dictionary<InterleavingCell, CellEnds> _one;
    private readonly Dictionary<InterleavingCell, string[]> _needTwo;

    /// <summary>A table.</summary>
    /// <param name="rows">Those cells of two operations that were reached, in the order of <see cref="InterleavingCell.Twos"/>.</param>
    /// <param name="one">The cells of one operation that were reached (<see cref="OneOperation"/>).</param>
    public TwosTable(IEnumerable<CellEnds> rows, IEnumerable<CellEnds> one)
    {
        Rows = [.. rows];
        _one = one.ToDictionary(r => r.Cell);
        _needTwo = Rows.ToDictionary(r => r.Cell, Beyond);
    }

    /// <summary>The cells of two operations that were reached.</summary>
    public IReadOnlyList<CellEnds> Rows { get; }

    /// <summary>The cells of one operation.</summary>
    public IEnumerable<CellEnds> One => _one.Values;

    /// <summary>The cells of one operation beside one that cells of two are made of: as they are, and as small as they are in their own table.</summary>
    /// <param name="twos">The cells of two operations.</param>
    public static IEnumerable<InterleavingCell> OneOperation(IEnumerable<InterleavingCell> twos) => twos.SelectMany(c => c.Parts).Distinct().SelectMany(WithSmallest);

    /// <summary>The kinds of ends of a cell that it has only because there are two operations, in order.</summary>
    /// <param name="row">One of <see cref="Rows"/>.</param>
    public IReadOnlyList<string> NeedTwo(CellEnds row) => _needTwo[row.Cell];

    /// <summary>True if it is proved that no cell of one operation has the ends of <see cref="NeedTwo"/>; else it was only not seen.</summary>
    /// <param name="row">One of <see cref="Rows"/>.</param>
    public bool IsCertain(CellEnds row) => row.Cell.Parts.All(p => _one[p].IsProved);

    /// <summary>True if an end of a cell differs from those of one operation only in who noticed.</summary>
    /// <param name="row">One of <see cref="Rows"/>.</param>
    public bool IsNoticedByAnother(CellEnds row)
    {
        HashSet<string> known = [.. PartsOf(row).SelectMany(p => p.Ends).Select(e => e.Key ?? "")];
        return row.Ends.Any(e => !known.Contains(e.Key ?? "") && !NeedTwo(row).Contains(CellEnds.KindOf(e.Key)));
    }

    private string[] Beyond(CellEnds row)
    {
        HashSet<string> known = [.. PartsOf(row).SelectMany(p => p.Kinds)];
        return [.. row.Kinds.Where(k => !known.Contains(k)).Order(StringComparer.Ordinal)];
    }

    private IEnumerable<CellEnds> PartsOf(CellEnds row) => row.Cell.Parts.SelectMany(WithSmallest).Select(c => _one[c]);

    private static IEnumerable<InterleavingCell> WithSmallest(InterleavingCell whole)
    {
        InterleavingCell own = whole with { IsWhole = false };
        return own.IsSmallest ? [whole, own] : [whole];
    }
}
