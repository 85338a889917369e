using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>Tells what an exploration found, as text for people or as JSON (schema mapsim.explore/1).</summary>
internal static class ExploreReport
{
    /// <summary>For people.</summary>
    /// <param name="file">What was explored.</param>
    /// <param name="found">What was found.</param>
    /// <param name="written">The files that were written for its ends.</param>
    /// <param name="turningPoints">When each end is decided: a table, or nothing.</param>
    public static string Text(string file, Exploration found, IReadOnlyDictionary<ExploredEnd, string> written, string turningPoints = "")
    {
        var text = new StringBuilder();
        string size = found.Runs is { } runs ? $"{Number(runs)} runs by {found.Sampler}, {Number(found.Steps)} steps"
            : found.Bound is { } bound ? $"{Number(found.States!.Value)} states with at most {bound} preemption{(bound == 1 ? "" : "s")}, {Number(found.Steps)} steps made"
            : found.States is { } states ? $"{Number(states)} states, {Number(found.Steps)} steps between them" : $"{Number(found.Traces!.Value)} traces, {Number(found.Steps)} steps made";
        text.Append(CultureInfo.InvariantCulture, $"{ProgramFiles.Name(file)}: {(found.IsComplete ? "all " : "")}{size}");
        text.Append(found.Interleavings is { } n ? string.Create(CultureInfo.InvariantCulture, $", {n:G4} interleavings") : "");
        text.Append(found.Cut == null ? "\n" : $"; not complete: {found.Cut}\n");
        var table = new TextTable("end", found.Runs != null ? "runs" : found.States == null ? "traces" : "final states", "share", "chance", "preemptions", "schedule");
        foreach (ExploredEnd end in found.Ends)
        {
            table.Add(
                end.Key ?? "clean", Number(end.Count), Percent(end.Share), Percent(end.Chance),
                end.Preemptions.ToString(CultureInfo.InvariantCulture) + (end.IsFewest ? ", fewest" : ""), string.Join(' ', end.Schedule) + (end.Endless == null ? "" : $" {end.Endless}*..."));
        }

        text.Append(table.ToString());
        if (found.IsComplete)
        {
            string bounded = found.Bound == null || found.IsBoundIdle ? "" : FormattableString.Invariant($" with at most {found.Bound} preemptions");
            text.Append(found.Ends.All(e => e.Key == null) ? $"No schedule{bounded} makes it go wrong.\n" : $"No schedule{bounded} makes it end in another way.\n");
        }

        text.Append(turningPoints);
        text.Append(found.Note == null ? "" : $"Note: {found.Note}.\n");
        foreach ((ExploredEnd end, string name) in written)
        {
            text.Append(CultureInfo.InvariantCulture, $"{end.Key}: mapsim replay {name}\n");
        }

        return text.ToString();
    }

    /// <summary>One object and a line feed.</summary>
    /// <param name="file">What was explored.</param>
    /// <param name="found">What was found.</param>
    /// <param name="written">The files that were written for its ends.</param>
    /// <param name="turningPoint">Describes when an end is decided; null for nothing.</param>
    public static string Json(string file, Exploration found, IReadOnlyDictionary<ExploredEnd, string> written, Func<ExploredEnd, TurningPoint?, object?>? turningPoint = null) => JsonSerializer.Serialize(
        new
        {
            schema = "mapsim.explore/1", file, engine = found.Engine, complete = found.IsComplete, cut = found.Cut, note = found.Note, states = found.States, traces = found.Traces, runs = found.Runs, sampler = found.Sampler, preemptions = found.Bound, steps = found.Steps,
            interleavings = found.Interleavings, judgedRuns = found.JudgedRuns,
            ends = found.Ends.Select(e => new
            {
                key = e.Key, count = e.Count, share = e.Share, chance = e.Chance, preemptions = e.Preemptions, fewest = e.IsFewest, schedule = string.Join(' ', e.Schedule), endless = e.Endless,
                noGoodEndAfter = turningPoint?.Invoke(e, e.Doomed), onlyThisEndAfter = turningPoint?.Invoke(e, e.Sealed), file = written.GetValueOrDefault(e),
            }),
        },
        ProgramFiles.Json) + "\n";

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is not { } s ? "-" : s is > 0 and < 0.0001 ? s.ToString("0.##E+0", CultureInfo.InvariantCulture) : (100 * s).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
