using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim explore --cells: the table of docs/INTERLEAVINGS.md, operation beside operation in each situation of a map.</summary>
internal static class ExploreCells
{
    /// <summary>Explores the cells and writes the table.</summary>
    /// <param name="wanted">A situation; null for all.</param>
    /// <param name="options">States and traces of a cell.</param>
    /// <param name="workers">Cells at a time.</param>
    /// <param name="markdown">The page to write; null for the table alone on stdout.</param>
    /// <param name="json">JSON instead of a table.</param>
    public static int Run(string? wanted, ExploreOptions options, int workers, string? markdown, bool json)
    {
        InterleavingCell[] cells = [.. InterleavingCell.All.Where(c => wanted == null || c.Situation == wanted)];
        if (cells.Length == 0)
        {
            throw new BadInputException($"--situation: expected one of {string.Join(", ", InterleavingCell.Situations)}, found '{wanted}'");
        }

        var rows = new InterleavingRow[cells.Length];
        int done = 0;
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
        {
            rows[i] = InterleavingRow.Of(cells[i], options);
            Console.Error.WriteLine(FormattableString.Invariant($"{Interlocked.Increment(ref done)}/{cells.Length} {cells[i].Situation}: {cells[i].Main} beside {cells[i].Other}, {StatesOf(rows[i])} states, {rows[i].Seconds.Sum:F1} s"));
        });
        Console.Error.WriteLine(FormattableString.Invariant($"{rows.Sum(r => r.Seconds.Sum):F1} s in all: {rows.Sum(r => r.Seconds.Reduced):F1} s reduced, {rows.Sum(r => r.Seconds.States):F1} s states, {rows.Sum(r => r.Seconds.Traces):F1} s traces; {rows.Where(r => r.Proof != null).Sum(r => r.Seconds.Reduced):F1} s reduced for the proved ones"));
        if (markdown != null)
        {
            OutputFile.Write(markdown, Encoding.UTF8.GetBytes(Page(rows, options)));
        }

        Console.Out.Write(json ? ToJson(rows) : Table(rows) + Totals(rows));
        return rows.Any(r => !r.Agree) ? ExitCodes.InternalError : ExitCodes.Clean;
    }

    private static string Page(IReadOnlyList<InterleavingRow> rows, ExploreOptions options)
    {
        var text = new StringBuilder("""
            # Interleavings

            What can happen when two goroutines use one map without a lock: one operation of main beside one of another goroutine, for each
            situation a map can be in. Printed by

            """);
        text.Append(CultureInfo.InvariantCulture, $"\n    mapsim explore --cells {options.Changes.ToOptions()}--states {options.MostStates} --reduced {options.MostReduced} --execs {options.MostTraces} --markdown docs/INTERLEAVINGS.md\n\n");
        text.Append(CultureInfo.InvariantCulture, $"on the model of Go 1.23 {(options.Changes.IsNone ? "as it is" : $"with {options.Changes}")}, ");
        text.Append("""
            `map[uint64]uint64`, hash of a key = the key. A program is explored to the last state (engine
            `states`), or, where those are too many (`reduced` before the number), as far as is needed to see every end (engine `reduced`). Either way
            **what a row does not list cannot happen**. A row whose number of states begins with `>` was cut by both, and lists what was
            seen until then. Keys: `clean` is an end that no oracle objects to; `fatal/concurrent-map-...` is Go's own check; the others are what
            happens when that check misses: a broken structure (H3.x of [INVARIANTS.md](INVARIANTS.md)) that the process lives on with, a history that
            no order of the operations explains (H9: lost updates, missed keys, phantoms, torn values), a panic, a throw, or an access outside of an
            array. Behind each end: its share of all interleavings, its chance under a scheduler
            that takes everybody who can move with the same probability, and the fewest preemptions it needs. In rows with `reduced` or `>` shares
            and chances are not known, and `≤` stands before the preemptions of the best schedule that was found.
            **Escape** is the share of the traces (orders of conflicting steps, engine `traces`) in which Go's own check says nothing; `-` if there
            were too many traces, and for two operations that may run side by side.

            Situations: **no grow**: three entries in one bucket. **overflow chain**: nine in a bucket and its overflow bucket. **doubling**: one bucket that is full; the next new key doubles
            the array. **same-size grow**: two chains of two buckets, one emptied but for an entry, so that a new key finds too many overflow buckets. **mid-evacuation**: an array of four buckets is
            being doubled, two of them are left; an operation that writes moves both and ends the grow. In rows with a `*` behind the situation less is left to move, because otherwise there are
            too many states: of same-size grow an entry in each chain; doubling begins with four buckets, and of the two that each assign moves both hold one entry. It is the same situation, but with more entries more can go wrong.

            A single cell as a program: `mapsim explore --cells --situation "doubling" --json` prints it; `mapsim explore FILE -o DIR` writes a schedule for every end.


            """);
        return text.Append(Table(rows)).Append('\n').Append(Totals(rows)).ToString();
    }

    private static string Table(IReadOnlyList<InterleavingRow> rows)
    {
        var text = new StringBuilder("| situation | main | beside | states | ends | traces | escape |\n|---|---|---|---:|---|---:|---:|\n");
        foreach (InterleavingRow row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Cell.Situation}{(row.Cell.IsSmallest ? " *" : "")} | {row.Cell.Main} | {row.Cell.Other} | {StatesOf(row)} | {Ends(row)} | {Cut(row.ByTraces.IsComplete, row.ByTraces.Traces)} | {Percent(row.Escape)} |\n");
        }

        return text.ToString();
    }

    private static string StatesOf(InterleavingRow row) => row is { ByStates.IsComplete: false, ByReduction: { IsComplete: true } reduced }
        ? "reduced " + Cut(true, reduced.States) : Cut(row.ByStates.IsComplete, Math.Max(row.ByStates.States ?? 0, row.ByReduction?.States ?? 0));

    private static string Ends(InterleavingRow row) => string.Join("; ", row.Ends.Select(e =>
        FormattableString.Invariant($"{e.Key ?? "clean"} ({(e.Share == null ? "" : $"{Percent(e.Share)}, {Percent(e.Chance)}, ")}{(row.ByStates.IsComplete ? "" : "≤ ")}{e.Preemptions})")));

    private static string Totals(IReadOnlyList<InterleavingRow> rows)
    {
        int complete = rows.Count(r => r.ByStates.IsComplete);
        int reduced = rows.Count(r => r is { ByStates.IsComplete: false, ByReduction.IsComplete: true });
        return FormattableString.Invariant($"{rows.Count} cells, {complete + reduced} of them proved: {complete} to the last state, {reduced} by reduced states; {rows.Sum(r => r.ByStates.States):N0} states, {rows.Sum(r => r.ByReduction?.States ?? 0):N0} reduced ones; in {rows.Count(r => r.ByTraces.IsComplete)} cells all traces, {rows.Sum(r => r.ByTraces.Traces):N0} traces in all; the two engines disagree in {rows.Count(r => !r.Agree)}.\n");
    }

    private static string ToJson(IReadOnlyList<InterleavingRow> rows) => JsonSerializer.Serialize(
        new
        {
            schema = "mapsim.cells/1",
            cells = rows.Select(r => new
            {
                situation = r.Cell.Situation, smallest = r.Cell.IsSmallest, main = r.Cell.Main, beside = r.Cell.Other, complete = r.ByStates.IsComplete, states = r.ByStates.States, interleavings = r.ByStates.Interleavings,
                reduced = r.ByReduction == null ? null : new { complete = r.ByReduction.IsComplete, states = r.ByReduction.States, cut = r.ByReduction.Cut },
                ends = r.Ends.Select(e => new { key = e.Key, states = e.Count, share = e.Share, chance = e.Chance, preemptions = e.Preemptions, fewest = e.IsFewest, schedule = string.Join(' ', e.Schedule) }),
                traces = r.ByTraces.Traces, tracesComplete = r.ByTraces.IsComplete, escape = r.Escape, agree = r.Agree,
                seconds = new { reduced = Math.Round(r.Seconds.Reduced, 3), states = Math.Round(r.Seconds.States, 3), traces = Math.Round(r.Seconds.Traces, 3) }, program = ProgramPrinter.Print(r.Cell.ToProgram()),
            }),
            seconds = Math.Round(rows.Sum(r => r.Seconds.Sum), 3),
        },
        ProgramFiles.Json) + "\n";

    private static string Cut(bool isComplete, long? n) => (isComplete ? "" : "> ") + n?.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share switch
    {
        null => "-",
        > 0 and < 0.0001 => share.Value.ToString("0.#E+0", CultureInfo.InvariantCulture),
        { } s => (100 * s).ToString("0.##", CultureInfo.InvariantCulture) + " %",
    };
}
