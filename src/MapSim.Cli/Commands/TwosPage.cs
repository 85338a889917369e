using System.Globalization;
using System.Text;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>Writes docs/INTERLEAVINGS-TWO.md.</summary>
internal static class TwosPage
{
    /// <summary>The page.</summary>
    /// <param name="table">What was found.</param>
    /// <param name="cells">All cells that were wanted.</param>
    /// <param name="ends">The ends that need two operations.</param>
    /// <param name="options">The limits.</param>
    /// <param name="wanted">The only situation; null for all.</param>
    public static string Write(TwosTable table, IReadOnlyList<InterleavingCell> cells, IReadOnlyList<TwosEnd> ends, ExploreOptions options, string? wanted)
    {
        var text = new StringBuilder("""
            # Interleavings of two operations beside two

            What can happen when two goroutines use one map without a lock, and each does two things with it: the page that follows on [INTERLEAVINGS.md](INTERLEAVINGS.md), where each does one.
            Printed by


            """);
        text.Append(CultureInfo.InvariantCulture, $"    mapsim explore --cells --operations 2 {options.Changes.ToOptions()}{(wanted == null ? "" : $"--situation \"{wanted}\" ")}--reduced {options.MostReduced} --runs {options.Runs} --states {options.MostStates} --markdown docs/INTERLEAVINGS-TWO.md\n\n");
        text.Append(CultureInfo.InvariantCulture, $"""
            on the model of Go 1.23 {(options.Changes.IsNone ? "as it is" : $"with {options.Changes}")}, `map[uint64]uint64`, hash of a key = the key. The situations and the names of the ends are those of that page, and no situation is made smaller. Each cell is explored by as many
            states as show every end (engine `reduced`), at most {options.MostReduced:N0}. If those suffice it is **proved**: what is not said of it cannot happen. If not, it is **sampled**: {options.Runs:N0} runs under the sampler {options.Sampler}, with seed
            {options.Seed}, and what they and the states until then have shown is an end that does happen; what they have not shown may happen, too.


            """);
        if (table.Rows.Count < cells.Count)
        {
            text.Append(CultureInfo.InvariantCulture, $"**The time was over before the end**: {cells.Count - table.Rows.Count:N0} of {cells.Count:N0} cells were not reached, and this page would be another one if it were printed again.\n\n");
        }

        text.Append(Situations(table, cells)).Append('\n');
        text.Append("Where nothing is proved, this is why:\n\n").Append(Cuts(table)).Append("""

            ## In how many cells each end was seen

            An end is named without the operation that noticed it: `structure/H3.2` is `structure/H3.2/assign` and `structure/H3.2/lookup`.


            """);
        text.Append(Kinds(table, cells)).Append(CultureInfo.InvariantCulture, $"""

            ## Ends that need two operations

            Each cell of two beside two is made of up to four cells of one beside one, in the same situation: `delete, lookup` beside `assign, clear` of delete beside assign, delete beside clear, lookup beside assign, and lookup beside
            clear. An end **needs two operations** if none of those has an end of that kind, whoever notices: no one operation beside one can do that. The cells of one operation are explored {TwosTable.FurtherForOne} times as far as the others;
            {table.One.Count(r => r.IsProved)} of {table.One.Count()} are proved. `cells` says in how many cells such an end was seen, `certain` for how many of them it is proved that no cell of one operation has it (for the others it was only not
            seen there). The first cell is that of the table of all cells, main's operations before those of the other goroutine; `preemptions` are those that it needs there: each number of preemptions from 0 on was explored to the
            end (engine `states`, at most {options.MostStates:N0} states) until one showed it; `≤` if that was too much, and then they are those of the best schedule that was found. `in any cell` is the best schedule of all cells
            that have it. `mapsim explore --cells --situation "no grow" --cell "lookup, lookup beside delete, assign" > cell.mapsim` prints a cell as a program, and `mapsim explore --engine reduced cell.mapsim` explores it.

            In the squares a row is a pair of operations of main in either order, a column one of the other goroutine, and a letter an end that needs both. `-` says that there is none, and that all cells of the place are proved;
            `.` that none was seen.


            """);
        foreach (string situation in InterleavingCell.Situations.Where(s => wanted == null || s == wanted))
        {
            text.Append(CultureInfo.InvariantCulture, $"### {situation}\n\n").Append(NeedTwo([.. ends.Where(e => e.Situation == situation)], table)).Append('\n').Append(Square(situation, table, ends)).Append('\n');
            int others = table.Rows.Count(r => r.Cell.Situation == situation && table.IsNoticedByAnother(r));
            text.Append(CultureInfo.InvariantCulture, $"In {others} cells an end that one operation has, too, is noticed by another operation.\n\n");
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>A line for each situation, and one for all.</summary>
    public static string Situations(TwosTable table, IReadOnlyList<InterleavingCell> cells)
    {
        var text = new StringBuilder("| situation | cells | proved | sampled | not reached | reduced states | runs | kinds of ends | need two operations |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        string[] situations = [.. cells.Select(c => c.Situation).Distinct()];
        foreach (string? situation in situations.Length > 1 ? situations.Append<string?>(null) : situations)
        {
            CellEnds[] own = [.. table.Rows.Where(r => situation == null || r.Cell.Situation == situation)];
            int all = cells.Count(c => situation == null || c.Situation == situation), proved = own.Count(r => r.IsProved);
            text.Append(CultureInfo.InvariantCulture, $"| {situation ?? "all"} | {all:N0} | {proved:N0} | {own.Length - proved:N0} | {all - own.Length:N0} | {own.Sum(r => r.ByReduction.States):N0} | {own.Sum(r => r.BySamples?.Runs ?? 0):N0} | ")
                .Append(CultureInfo.InvariantCulture, $"{own.SelectMany(r => r.Kinds).Distinct().Count()} | {own.SelectMany(table.NeedTwo).Distinct().Count()}, in {own.Count(r => table.NeedTwo(r).Count > 0):N0} cells |\n");
        }

        return text.ToString();
    }

    private static string Cuts(TwosTable table)
    {
        IGrouping<string, CellEnds>[] cuts = [.. table.Rows.Where(r => !r.IsProved).GroupBy(r => r.Cut!).OrderBy(g => g.Key, StringComparer.Ordinal)];
        return cuts.Length == 0 ? "* everything is proved.\n" : string.Concat(cuts.Select(g => FormattableString.Invariant($"* {g.Key}: {g.Count():N0} cells\n")));
    }

    private static string Kinds(TwosTable table, IReadOnlyList<InterleavingCell> cells)
    {
        string[] situations = [.. cells.Select(c => c.Situation).Distinct()];
        var text = new StringBuilder($"| end | {string.Join(" | ", situations)} |\n|---|{string.Concat(situations.Select(_ => "---:|"))}\n");
        foreach (string kind in table.Rows.SelectMany(r => r.Kinds).Distinct().Order(StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {kind} | {string.Join(" | ", situations.Select(s => table.Rows.Count(r => r.Cell.Situation == s && r.Kinds.Contains(kind)) is > 0 and { } n ? n.ToString(CultureInfo.InvariantCulture) : ""))} |\n");
        }

        return text.ToString();
    }

    private static string NeedTwo(IReadOnlyList<TwosEnd> ends, TwosTable table)
    {
        var text = new StringBuilder("| | end | cells | certain | first cell: main | beside | preemptions | in any cell |\n|---|---|---:|---:|---|---|---:|---:|\n");
        foreach (TwosEnd end in ends)
        {
            InterleavingCell first = end.Cells[0].Cell;
            text.Append(CultureInfo.InvariantCulture, $"| {end.Letter} | {end.Kind} | {end.Cells.Count} | {end.Cells.Count(table.IsCertain)} | {first.Main} | {first.Other} | {(end.IsFewest ? "" : "≤ ")}{end.Preemptions} | ≤ {end.Best} |\n");
        }

        return ends.Count == 0 ? "None was seen.\n" : text.ToString();
    }

    /// <summary>Pairs of operations of main down, of the other goroutine across.</summary>
    private static string Square(string situation, TwosTable table, IReadOnlyList<TwosEnd> ends)
    {
        string[] columns = [.. Pairs(InterleavingCell.OtherOperations)];
        Dictionary<string, char> letters = ends.Where(e => e.Situation == situation).ToDictionary(e => e.Kind, e => e.Letter);
        ILookup<(string, string), CellEnds> places = table.Rows.Where(r => r.Cell.Situation == situation).ToLookup(r => (Pair(r.Cell.Main, InterleavingCell.MainOperations), Pair(r.Cell.Other, InterleavingCell.OtherOperations)));
        var text = new StringBuilder($"| | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (string row in Pairs(InterleavingCell.MainOperations))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row} |{string.Concat(columns.Select(c => $" {Place([.. places[(row, c)]], row, c)} |"))}\n");
        }

        return text.ToString();

        string Place(CellEnds[] cells, string row, string column)
        {
            string seen = string.Concat(cells.SelectMany(table.NeedTwo).Distinct().Select(k => letters[k]).Order());
            bool isProved = cells.Length == Orders(row) * Orders(column) && cells.All(r => r.IsProved && table.IsCertain(r));
            return seen.Length > 0 ? seen : isProved ? "-" : ".";
        }
    }

    private static int Orders(string pair) => pair.Split(" + ") is [var a, var b] && a != b ? 2 : 1;

    private static IEnumerable<string> Pairs(IReadOnlyList<string> names) => names.SelectMany((a, i) => names.Skip(i).Select(b => $"{a} + {b}"));

    private static string Pair(string operations, IReadOnlyList<string> names) => string.Join(" + ", operations.Split(", ").OrderBy(o => names.TakeWhile(n => n != o).Count()));
}
