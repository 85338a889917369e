using System.Globalization;
using System.Net;
using System.Text;

namespace MapSim.Programs;

/// <summary>A state of a timeline as a graph for Graphviz: hmap, bucket arrays, overflow chains, and where iterations stand.</summary>
public static class StateDot
{
    /// <summary>The graph in the DOT language.</summary>
    public static string Of(TimelineState state)
    {
        var dot = new StringBuilder();
        dot.Append("digraph state {\n  rankdir=LR;\n  node [shape=plain, fontname=\"monospace\", fontsize=10];\n  edge [fontname=\"monospace\", fontsize=9];\n");
        dot.Append(CultureInfo.InvariantCulture, $"  label=\"step {state.Position}\";\n");
        foreach (MapState map in state.Maps)
        {
            Map(dot, map);
        }

        foreach (IteratorState it in state.Iterators)
        {
            string id = Id("iterator " + it.Name);
            dot.Append(CultureInfo.InvariantCulture, $"  {id} [shape=cds, label={Quote($"{it.Name}: {it.Yielded.Count} yielded")}];\n");
            if (state.Maps.SelectMany(m => m.Arrays).SelectMany(a => a.Buckets).SelectMany(b => b.Chain.Prepend(b)).Any(b => b.Name == it.Bucket))
            {
                dot.Append(CultureInfo.InvariantCulture, $"  {id} -> {Id(it.Bucket)} [style=dashed, color=orange];\n");
            }
        }

        return dot.Append("}\n").ToString();
    }

    /// <summary>A string of the DOT language.</summary>
    internal static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static string Id(string name) => Quote(name);

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static void Map(StringBuilder dot, MapState map)
    {
        string id = Id("map " + map.Name);
        if (map.Header.Count == 0)
        {
            dot.Append(CultureInfo.InvariantCulture, $"  {id} [shape=box, label={Quote($"{map.Name} {map.Type.Text}: nil")}];\n");
            return;
        }

        string rows = string.Concat(map.Header.Select(f => $"<tr><td align=\"left\">+{f.Offset.ToString(CultureInfo.InvariantCulture)} {f.Name}</td><td align=\"left\">{Html(f.Text)}</td></tr>"));
        dot.Append(CultureInfo.InvariantCulture, $"  {id} [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td colspan=\"2\"><b>{Html(map.Name)}</b> {Html(map.Type.Text)}</td></tr>{rows}</table>>];\n");
        foreach (ArrayState array in map.Arrays)
        {
            dot.Append(CultureInfo.InvariantCulture, $"  subgraph {Id("cluster " + array.Name)} {{\n    label={Quote($"{array.Name} {(array.IsOld ? "oldbuckets" : "buckets")}")};\n");
            foreach (BucketState bucket in array.Buckets)
            {
                Bucket(dot, bucket);
            }

            dot.Append("  }\n");
            if (array.Buckets.Count > 0)
            {
                dot.Append(CultureInfo.InvariantCulture, $"  {id} -> {Id(array.Buckets[0].Name)} [label={Quote(array.IsOld ? "oldbuckets" : "buckets")}{(array.IsOld ? ", style=dashed" : "")}];\n");
            }

            foreach (BucketState bucket in array.Buckets)
            {
                BucketState before = bucket;
                foreach (BucketState next in bucket.Chain)
                {
                    Bucket(dot, next);
                    dot.Append(CultureInfo.InvariantCulture, $"  {Id(before.Name)} -> {Id(next.Name)} [label=\"overflow\"];\n");
                    before = next;
                }
            }
        }
    }

    private static void Bucket(StringBuilder dot, BucketState b)
    {
        string tops = string.Concat(b.TopHash.Select(t => $"<td>{t.ToString("x2", CultureInfo.InvariantCulture)}</td>"));
        string Row(IReadOnlyList<string?> texts) => "<tr>" + string.Concat(texts.Select(t => $"<td>{Html(Short(t ?? " "))}</td>")) + "</tr>";
        string entries = b.Keys.Any(k => k != null) ? Row(b.Keys) + Row(b.Elems) : "";
        dot.Append(CultureInfo.InvariantCulture, $"    {Id(b.Name)} [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"{(b.IsEvacuated ? " color=\"gray\"" : "")}><tr><td colspan=\"8\"><b>{Html(b.Name)}</b>{(b.IsEvacuated ? " evacuated" : "")}</td></tr><tr>{tops}</tr>{entries}</table>>];\n");
    }

    private static string Short(string text) => text.Length > 24 ? text[..23] + "…" : text.Length == 0 ? " " : text;
}
