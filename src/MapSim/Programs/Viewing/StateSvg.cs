using System.Globalization;
using System.Net;
using System.Text;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>A state of a timeline as an SVG picture: each map with its header, its buckets as wide as their bytes, and their chains to the right.</summary>
public sealed class StateSvg
{
    private const int Margin = 12, Row = 62, Arrow = 22;
    private readonly StringBuilder _body = new();
    private double _right;
    private double _y = Margin;

    private StateSvg()
    {
    }

    /// <summary>The picture: a whole SVG file that is readable on a light and on a dark page.</summary>
    public static string Of(TimelineState state)
    {
        var svg = new StateSvg();
        svg.Text(Margin, svg._y + 12, $"step {state.Position.ToString(CultureInfo.InvariantCulture)}", "q");
        svg._y += 24;
        foreach (MapState map in state.Maps)
        {
            svg.Map(map, state.Iterators);
        }

        string style = "text{font:11px monospace;fill:#1d2329}.q{fill:#5d6872}.b{font-weight:bold}.box{fill:#f4f6f8;stroke:#9aa6b0}.ev{stroke-dasharray:4 3;opacity:.6}.th{fill:#8a63c9}.k{fill:#2c7fb8}.e{fill:#2f9e6e}.o{fill:#b5651d}.off{opacity:.25}.at{stroke:#d98300;stroke-width:2}line{stroke:#b5651d;stroke-width:1.5}"
            + "@media(prefers-color-scheme:dark){text{fill:#e4e8eb}.q{fill:#9aa6b0}.box{fill:#1c2227;stroke:#5d6872}}";
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{svg._right + Margin:F0}\" height=\"{svg._y + Margin:F0}\" viewBox=\"0 0 {svg._right + Margin:F0} {svg._y + Margin:F0}\" role=\"img\">\n<title>step {state.Position}</title>\n<style>{style}</style>\n{svg._body}</svg>\n");
    }

    private void Map(MapState map, IReadOnlyList<IteratorState> iterators)
    {
        Text(Margin, _y + 12, $"{map.Name} {map.Type.Text}", "b");
        _y += 20;
        if (map.Header.Count == 0)
        {
            Text(Margin, _y + 10, "nil", "q");
            _y += 24;
            return;
        }

        foreach (FieldState[] line in map.Header.Chunk(5))
        {
            Text(Margin, _y + 10, string.Join("   ", line.Select(f => $"{f.Name} {f.Text}")), "");
            _y += 16;
        }

        foreach (ArrayState array in map.Arrays)
        {
            _y += 8;
            Text(Margin, _y + 10, string.Create(CultureInfo.InvariantCulture, $"{array.Name} {(array.IsOld ? "oldbuckets" : "buckets")}, {array.Main} x {map.Type.BucketSize} bytes{(array.IsOld ? $", {map.Evacuated} evacuated" : "")}"), "q");
            _y += 18;
            foreach (BucketState bucket in array.Buckets)
            {
                double x = Margin;
                foreach (BucketState b in bucket.Chain.Prepend(bucket))
                {
                    if (x > Margin)
                    {
                        _body.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x - Arrow:F0}\" y1=\"{_y + 26:F0}\" x2=\"{x - 3:F0}\" y2=\"{_y + 26:F0}\"/><path class=\"o\" d=\"M{x - 8:F0} {_y + 22:F0}l7 4l-7 4z\"/>\n");
                    }

                    x = Bucket(map.Type, b, x, iterators.Where(i => i.Map == map.Name)) + Arrow;
                }

                _y += Row;
            }
        }
    }

    private double Bucket(MapType type, BucketState b, double x, IEnumerable<IteratorState> iterators)
    {
        double width = Math.Max(320, Math.Min(640, 2.0 * type.BucketSize)), perByte = (width - 8) / type.BucketSize, cell = (width - 8) / Bmap.Slots;
        IteratorState? at = iterators.FirstOrDefault(i => i.Bucket == b.Name);
        _body.Append(CultureInfo.InvariantCulture, $"<rect class=\"box{(b.IsEvacuated ? " ev" : "")}{(at != null ? " at" : "")}\" x=\"{x:F0}\" y=\"{_y:F0}\" width=\"{width:F0}\" height=\"{Row - 6}\" rx=\"4\"/>\n");
        Text(x + 4, _y + 11, b.Name + (b.IsEvacuated ? " evacuated" : "") + (at != null ? $" <- {at.Name}" : ""), "q");

        // To scale: tophash, keys, elems, overflow.
        double left = x + 4;
        void Bar(string kind, int offset, int size, bool isUsed) => _body.Append(
            CultureInfo.InvariantCulture, $"<rect class=\"{kind}{(isUsed ? "" : " off")}\" x=\"{left + offset * perByte:F1}\" y=\"{_y + 14:F0}\" width=\"{Math.Max(0.5, size * perByte - 0.6):F1}\" height=\"5\"/>");
        Bar("th", 0, Bmap.Slots, true);
        for (int i = 0; i < Bmap.Slots; i++)
        {
            bool isLive = b.Keys[i] != null;
            Bar("k", Bmap.DataOffset + i * type.KeySlot, type.KeySlot, isLive);
            Bar("e", type.ElemsOffset + i * type.ElemSlot, type.ElemSlot, isLive);
            double center = x + 4 + i * cell;
            int room = Math.Max(1, (int)(cell / 7));
            Text(center, _y + 30, b.TopHash[i].ToString("x2", CultureInfo.InvariantCulture), isLive ? "th" : "q");
            Text(center, _y + 41, Short(b.Keys[i] ?? "", room), "k");
            Text(center, _y + 52, Short(b.Elems[i] ?? "", room), "e");
        }

        Bar("o", type.OverflowOffset, type.BucketSize - type.OverflowOffset, b.Overflow != "nil");
        _body.Append('\n');
        _right = Math.Max(_right, x + width);
        return x + width;
    }

    private void Text(double x, double y, string text, string kind)
    {
        if (text.Length > 0)
        {
            _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:F1}\" y=\"{y:F0}\">{Xml(text)}</text>");
            _right = Math.Max(_right, x + 7 * text.Length);
        }
    }

    private static string Short(string text, int room) => text.Length > room ? text[..(room - 1)] + "…" : text;

    /// <summary>Text that is allowed in XML, which has no words for most control characters.</summary>
    private static string Xml(string text) => WebUtility.HtmlEncode(string.Concat(text.Select(c => c < ' ' || char.IsSurrogate(c) || c >= '\ufffe' ? '·' : c)));
}
