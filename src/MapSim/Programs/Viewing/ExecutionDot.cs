using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>The steps of a timeline as a graph for Graphviz: a column for each goroutine, and what happened before what.</summary>
/// <remarks>Only steps that something of another goroutine depends on, and each goroutine's first and last, have a node of their own; the others are a number on the line between.</remarks>
public static class ExecutionDot
{
    /// <summary>The graph in the DOT language.</summary>
    public static string Of(Timeline timeline)
    {
        IReadOnlyList<TimelineEdge> edges = TimelineEdges.Of(timeline);
        HashSet<int> kept = [.. edges.SelectMany(e => (int[])[e.Earlier, e.Later])];
        kept.Add(timeline.FindingStep);
        var dot = new StringBuilder("digraph execution {\n  node [shape=box, fontname=\"monospace\", fontsize=10];\n  edge [fontname=\"monospace\", fontsize=9];\n");
        foreach (IGrouping<string, TimelineStep> lane in timeline.Steps.GroupBy(s => s.Goroutine))
        {
            TimelineStep[] all = [.. lane];
            TimelineStep[] steps = [.. all.Where((s, i) => i == 0 || i == all.Length - 1 || kept.Contains(s.Number))];
            dot.Append(CultureInfo.InvariantCulture, $"  subgraph {StateDot.Quote("cluster " + lane.Key)} {{\n    label={StateDot.Quote(lane.Key)};\n");
            foreach (TimelineStep step in steps)
            {
                string style = step.Number == timeline.FindingStep ? ", color=red, penwidth=2" : step.Access.IsWrite ? ", style=filled, fillcolor=\"#d0e4f5\"" : "";
                dot.Append(CultureInfo.InvariantCulture, $"    s{step.Number} [label={StateDot.Quote($"{step.Number.ToString(CultureInfo.InvariantCulture)} {(step.IsDrain ? "drain" : step.Point.Label)}\n{step.Access}")}{style}];\n");
            }

            for (int i = 1; i < steps.Length; i++)
            {
                int between = all.Count(s => s.Number > steps[i - 1].Number && s.Number < steps[i].Number);
                dot.Append(CultureInfo.InvariantCulture, $"    s{steps[i - 1].Number} -> s{steps[i].Number} [color=gray{(between > 0 ? $", label=\"{between.ToString(CultureInfo.InvariantCulture)} steps\"" : "")}];\n");
            }

            dot.Append("  }\n");
        }

        foreach (TimelineEdge edge in edges)
        {
            dot.Append(CultureInfo.InvariantCulture, $"  s{edge.Earlier} -> s{edge.Later} [constraint=false{(edge.IsDecisive ? ", color=red, penwidth=2, label=\"decisive\"" : ", color=orange")}];\n");
        }

        return dot.Append("}\n").ToString();
    }
}
