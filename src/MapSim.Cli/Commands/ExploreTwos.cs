using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim explore --cells --operations 2: the tables of docs/INTERLEAVINGS-TWO.md, two operations beside two in each situation of a map, as far as the limits and the time go.</summary>
internal static class ExploreTwos
{
    /// <summary>Explores the cells, prints a line for each situation, and writes the page.</summary>
    /// <param name="wanted">A situation; null for all.</param>
    /// <param name="options">Reduced states and runs of a cell, states of a search for the fewest preemptions, and what ends it early.</param>
    /// <param name="workers">Cells at a time.</param>
    /// <param name="markdown">The page to write; null for none.</param>
    /// <param name="json">JSON with every cell instead of a table.</param>
    public static int Run(string? wanted, ExploreOptions options, int workers, string? markdown, bool json)
    {
        InterleavingCell[] cells = [.. InterleavingCell.Twos.Where(c => wanted == null || c.Situation == wanted)];
        if (cells.Length == 0)
        {
            throw new BadInputException($"--situation: expected one of {string.Join(", ", InterleavingCell.Situations)}, found '{wanted}'");
        }

        ExploreOptions further = options with { MostReduced = Times(options.MostReduced), Runs = TwosTable.FurtherForOne * options.Runs };
        InterleavingCell[] one = [.. TwosTable.OneOperation(cells)];
        Console.Error.WriteLine(FormattableString.Invariant($"first {one.Length} cells of one operation beside one, at most {further.MostReduced:N0} states each; then {cells.Length:N0} of two beside two, at most {options.MostReduced:N0}; {workers} at a time"));
        CellEnds?[] ones = Explore(one, further, workers);
        CellEnds?[] rows = options.Cancel.IsCancellationRequested ? [] : Explore(cells, options, workers);
        var table = new TwosTable(rows.OfType<CellEnds>(), ones.OfType<CellEnds>());
        if (markdown != null)
        {
            IReadOnlyList<TwosEnd> ends = TwosEnd.Of(table, options, workers);
            OutputFile.Write(markdown, Encoding.UTF8.GetBytes(TwosPage.Write(table, cells, ends, options, wanted)));
        }

        Console.Out.Write(json ? ToJson(table, cells.Length) : TwosPage.Situations(table, cells));
        return table.Rows.Count == cells.Length ? ExitCodes.Clean : ExitCodes.StepLimit;
    }

    /// <summary>Each cell, null for those that nobody came to.</summary>
    private static CellEnds?[] Explore(InterleavingCell[] cells, ExploreOptions options, int workers)
    {
        // Situation after situation would leave out the last ones when the time is over, and the first cells would not stand for the others: they take turns.
        int[] order = [.. Enumerable.Range(0, cells.Length).OrderBy(i => (i * 397L) % cells.Length).ThenBy(i => i)];
        var rows = new CellEnds?[cells.Length];
        using var progress = new CellsProgress(cells.Length, workers);
        int taken = -1;
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref taken)) < cells.Length && !options.Cancel.IsCancellationRequested;)
            {
                var watch = Stopwatch.StartNew();
                CellEnds row = CellEnds.Of(cells[order[i]], options);
                if (!options.Cancel.IsCancellationRequested)
                {
                    rows[order[i]] = row;
                    progress.Done(watch.Elapsed.TotalSeconds, row.IsProved);
                }
            }
        });
        return rows;
    }

    private static int Times(int limit) => (int)Math.Min(int.MaxValue - 1, TwosTable.FurtherForOne * (long)limit);

    private static string ToJson(TwosTable table, int all) => JsonSerializer.Serialize(
        new
        {
            schema = "mapsim.cells2/2", all,
            one = table.One.Select(r => new { situation = r.Cell.Situation, smallest = r.Cell.IsSmallest, main = r.Cell.Main, beside = r.Cell.Other, proved = r.IsProved, cut = r.Cut, states = r.ByReduction.States, ends = Ends(r), program = ProgramPrinter.Print(r.Cell.ToProgram()) }),
            cells = table.Rows.Select(r => new
            {
                situation = r.Cell.Situation, main = r.Cell.Main, beside = r.Cell.Other, proved = r.IsProved, cut = r.Cut, states = r.ByReduction.States, runs = r.BySamples?.Runs, ends = Ends(r),
                needTwo = table.NeedTwo(r), certain = table.IsCertain(r), program = ProgramPrinter.Print(r.Cell.ToProgram()),
            }),
        },
        ProgramFiles.Json) + "\n";

    private static IEnumerable<object> Ends(CellEnds row) => row.Ends.Select(e => new { key = e.Key, preemptions = e.Preemptions, schedule = string.Join(' ', e.Schedule) });
}
