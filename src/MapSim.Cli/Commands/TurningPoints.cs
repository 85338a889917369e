using System.Globalization;
using System.Text;
using MapSim.Cli.Stepping;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>
/// Tells, for each way to go wrong that an exploration found, when it is decided: the step of its schedule after which no schedule ends
/// well, and the one after which there is no other end.
/// </summary>
internal static class TurningPoints
{
    /// <summary>The table below the ends; empty if nothing is known.</summary>
    /// <param name="program">What was explored.</param>
    /// <param name="ends">How it ends.</param>
    /// <param name="changes">What was changed in the model.</param>
    public static string Table(MapProgram program, IReadOnlyList<ExploredEnd> ends, ModelChanges changes)
    {
        List<ExploredEnd> known = [.. ends.Where(e => e.Sealed != null)];
        if (known.Count == 0)
        {
            return "";
        }

        if (known.TrueForAll(e => e.Doomed is { Step: 0 }))
        {
            return "No schedule makes it end well.\n";
        }

        var table = new TextTable("end", "no good end after", "only this end after");
        foreach (ExploredEnd end in known)
        {
            Timeline timeline = TimelineOf(program, end, changes);
            table.Add(end.Key!, end.Doomed == null ? "-" : Step(timeline, end.Doomed), Step(timeline, end.Sealed!));
        }

        return table.ToString();
    }

    /// <summary>A section of the page about an end; empty if nothing is known.</summary>
    /// <param name="program">What was explored.</param>
    /// <param name="end">How it ends.</param>
    /// <param name="changes">What was changed in the model.</param>
    public static string Section(MapProgram program, ExploredEnd end, ModelChanges changes)
    {
        if (end.Sealed == null)
        {
            return "";
        }

        Timeline timeline = TimelineOf(program, end, changes);
        var text = new StringBuilder("\n## When it is decided\n\n");
        if (end.Doomed is { Step: 0 })
        {
            text.Append("No schedule makes this program end well.\n");
        }
        else if (end.Doomed != null)
        {
            text.Append(CultureInfo.InvariantCulture, $"No schedule ends well any more after {Step(timeline, end.Doomed)}{Instead(end.Doomed)}.\n");
        }

        if (end.Sealed.Step > 0 && end.Sealed.Step != end.Doomed?.Step)
        {
            text.Append(CultureInfo.InvariantCulture, $"There is no other end after {Step(timeline, end.Sealed)}{Instead(end.Sealed)}.\n");
        }

        return text.Append("All schedules from there on were followed; steps are numbered as in the report (`mapsim report`, `#step=`).\n").ToString();
    }

    /// <summary>For JSON: the number of the step, who makes it, its label and what it touches, and who could have moved instead.</summary>
    public static object? Json(MapProgram program, ExploredEnd end, TurningPoint? point, ModelChanges changes)
    {
        if (point == null)
        {
            return null;
        }

        TimelineStep? step = point.Step == 0 ? null : TimelineOf(program, end, changes).Steps[point.Step - 1];
        return new { step = point.Step, mover = point.Mover, label = step?.Point.ToString(), access = step?.Access.ToString(), instead = point.Instead };
    }

    private static string Instead(TurningPoint point) => point.Instead.Count == 0 ? "" : $"; with a step of {string.Join(" or ", point.Instead)} there it would have stayed open";

    private static string Step(Timeline timeline, TurningPoint point)
    {
        if (point.Step == 0)
        {
            return "the start";
        }

        TimelineStep step = timeline.Steps[point.Step - 1];
        return string.Create(CultureInfo.InvariantCulture, $"step {point.Step}: {StepText.PointOf(step)}, {StepText.AccessOf(timeline, step.Access)}");
    }

    private static Timeline TimelineOf(MapProgram program, ExploredEnd end, ModelChanges changes) =>
        Timeline.Of(program.WithOrder([]).WithSchedule(end.Schedule), changes);
}
