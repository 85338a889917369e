using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim explore --cells --operations 2: two operations beside two in each situation of a map, as far as the time goes.</summary>
internal static class ExploreTwos
{
    /// <summary>Explores the cells and prints a line for each situation.</summary>
    /// <param name="wanted">A situation; null for all.</param>
    /// <param name="options">States and runs of a cell, and what ends it early.</param>
    /// <param name="workers">Cells at a time.</param>
    /// <param name="json">JSON with every cell instead of a table.</param>
    public static int Run(string? wanted, ExploreOptions options, int workers, bool json)
    {
        InterleavingCell[] cells = [.. InterleavingCell.Twos.Where(c => wanted == null || c.Situation == wanted)];
        if (cells.Length == 0)
        {
            throw new BadInputException($"--situation: expected one of {string.Join(", ", InterleavingCell.Situations)}, found '{wanted}'");
        }

        // Situation after situation would leave out the last ones when the time is over: cells take turns.
        InterleavingCell[] order = [.. cells.Select((c, i) => (c, At: (i * 397L) % cells.Length)).OrderBy(c => c.At).Select(c => c.c)];
        var rows = new InterleavingRow?[order.Length];
        int done = 0;
        Parallel.For(0, order.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
        {
            if (options.Cancel.IsCancellationRequested)
            {
                return;
            }

            InterleavingRow row = InterleavingRow.ByStatesOrSamples(order[i], options);
            rows[i] = options.Cancel.IsCancellationRequested ? null : row;
            Console.Error.WriteLine(FormattableString.Invariant($"{Interlocked.Increment(ref done)}/{order.Length} {order[i].Situation}: {order[i].Main} beside {order[i].Other}, {row.ByStates.States:N0} states"));
        });
        InterleavingRow[] found = [.. rows.OfType<InterleavingRow>()];
        Console.Out.Write(json ? ToJson(found, order.Length) : Table(found, cells));
        return found.Length == cells.Length ? ExitCodes.Clean : ExitCodes.StepLimit;
    }

    private static string Table(IReadOnlyList<InterleavingRow> rows, IReadOnlyList<InterleavingCell> cells)
    {
        var text = new StringBuilder("| situation | cells | proved | sampled | not reached | states | most preemptions that an end needs (proved cells) | ends |\n|---|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (IGrouping<string, InterleavingCell> situation in cells.GroupBy(c => c.Situation))
        {
            InterleavingRow[] own = [.. rows.Where(r => r.Cell.Situation == situation.Key)];
            InterleavingRow[] proved = [.. own.Where(r => r.ByStates.IsComplete)];
            int most = proved.SelectMany(r => r.ByStates.Ends).Select(e => e.Preemptions).DefaultIfEmpty().Max();
            string ends = string.Join("; ", own.SelectMany(r => r.Keys).GroupBy(k => k).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => FormattableString.Invariant($"{g.Key} in {g.Count()}")));
            text.Append(CultureInfo.InvariantCulture, $"| {situation.Key} | {situation.Count()} | {proved.Length} | {own.Length - proved.Length} | {situation.Count() - own.Length} | {own.Sum(r => r.ByStates.States):N0} | {most} | {ends} |\n");
        }

        return text.ToString();
    }

    private static string ToJson(IReadOnlyList<InterleavingRow> rows, int all) => JsonSerializer.Serialize(
        new
        {
            schema = "mapsim.cells2/1", all,
            cells = rows.Select(r => new
            {
                situation = r.Cell.Situation, main = r.Cell.Main, beside = r.Cell.Other, complete = r.ByStates.IsComplete, states = r.ByStates.States, runs = r.BySamples?.Runs, ends = r.Keys,
                preemptions = r.ByStates.Ends.Select(e => new { key = e.Key, preemptions = e.Preemptions, fewest = e.IsFewest }), program = ProgramPrinter.Print(r.Cell.ToProgram()),
            }),
        },
        ProgramFiles.Json) + "\n";
}
