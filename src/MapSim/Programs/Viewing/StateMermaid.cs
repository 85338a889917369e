using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>A state of a timeline as a Mermaid flowchart, for pages in Markdown; small maps only.</summary>
public static class StateMermaid
{
    /// <summary>A chart with more buckets than this helps nobody.</summary>
    public const int MostBuckets = 64;

    /// <summary>The chart.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="ArgumentException">It has more than <see cref="MostBuckets"/> buckets.</exception>
    public static string Of(TimelineState state)
    {
        int buckets = state.Maps.SelectMany(m => m.Arrays).SelectMany(a => a.Buckets).Sum(b => 1 + b.Chain.Count);
        if (buckets > MostBuckets)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"expected at most {MostBuckets} buckets for a Mermaid chart, found {buckets}"), nameof(state));
        }

        var text = new StringBuilder("flowchart LR\n");
        foreach (MapState map in state.Maps)
        {
            string fields = string.Join("<br/>", map.Header.Where(f => f.Name is "count" or "flags" or "B" or "noverflow" or "nevacuate").Select(f => $"{f.Name} {Escape(f.Text)}"));
            text.Append(CultureInfo.InvariantCulture, $"  {Id("map " + map.Name)}[\"{Escape(map.Name)} {Escape(map.Type.Text)}<br/>{(map.Header.Count == 0 ? "nil" : fields)}\"]\n");
            foreach (ArrayState array in map.Arrays)
            {
                Array(text, map, array);
            }
        }

        foreach (IteratorState it in state.Iterators)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Id("iterator " + it.Name)}([\"{Escape(it.Name)}: {it.Yielded.Count} yielded, in {Escape(it.Bucket)}\"])\n");
        }

        return text.ToString();
    }

    private static void Array(StringBuilder text, MapState map, ArrayState array)
    {
        text.Append(CultureInfo.InvariantCulture, $"  subgraph {Id("array " + array.Name)}[\"{array.Name} {(array.IsOld ? "oldbuckets" : "buckets")}\"]\n");
        foreach (BucketState bucket in array.Buckets)
        {
            Bucket(text, bucket);
        }

        text.Append("  end\n");
        text.Append(CultureInfo.InvariantCulture, $"  {Id("map " + map.Name)} {(array.IsOld ? "-.->|oldbuckets|" : "-->|buckets|")} {Id("array " + array.Name)}\n");
        foreach (BucketState bucket in array.Buckets)
        {
            BucketState before = bucket;
            foreach (BucketState next in bucket.Chain)
            {
                Bucket(text, next);
                text.Append(CultureInfo.InvariantCulture, $"  {Id(before.Name)} --> {Id(next.Name)}\n");
                before = next;
            }
        }
    }

    private static void Bucket(StringBuilder text, BucketState b)
    {
        IEnumerable<string> entries = Enumerable.Range(0, b.Keys.Count).Where(i => b.Keys[i] != null).Select(i => $"<br/>{Escape(b.Keys[i]!)}: {Escape(b.Elems[i]!)}");
        text.Append(CultureInfo.InvariantCulture, $"    {Id(b.Name)}[\"{Escape(b.Name)}{(b.IsEvacuated ? " evacuated" : "")}{string.Concat(entries)}\"]\n");
    }

    private static string Id(string name) => "n" + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"_{(int)c:x}")));

    private static string Escape(string text) => (text.Length > 40 ? text[..39] + "…" : text)
        .Replace("&", "#amp;", StringComparison.Ordinal).Replace("\"", "#quot;", StringComparison.Ordinal).Replace("<", "#lt;", StringComparison.Ordinal).Replace(">", "#gt;", StringComparison.Ordinal);
}
