using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>
/// A map as its buckets: one line each with the eight tophash bytes and the entries, the chain below it, the old array behind the new one while it
/// grows, empty buckets folded. In the style of the hex dump &gt; is what the last step touched, * what was written since the screen before.
/// </summary>
/// <param name="session">Where it stands.</param>
/// <param name="map">The map.</param>
internal sealed class MapDrawing(StepSession session, MapState map)
{
    private readonly List<ScreenLine> _lines = [];
    private int _focus;

    /// <summary>The header: as many lines of fields as it takes.</summary>
    public IReadOnlyList<ScreenLine> Header(int width)
    {
        var lines = new List<ScreenLine> { ScreenLine.Of($"{map.Name} ", Ink.Strong).Add(map.Type.Text) };
        if (map.Header.Count == 0)
        {
            lines[0].Add(map.Address.IsNil ? ", nil" : $" at {map.Address}, which cannot be read");
            return lines;
        }

        foreach (FieldState field in map.Header.Concat(map.Extra))
        {
            (string mark, Ink ink) = Mark(field.Address, field.Size);
            string text = $"{field.Name} {field.Text}";
            if (lines[^1].Length + text.Length + 3 > width)
            {
                lines.Add(ScreenLine.Of(" "));
            }

            lines[^1].Add(lines[^1].Length <= 1 ? "" : " ").Add(mark, ink).Add(text, ink);
        }

        return lines;
    }

    /// <summary>The buckets: as many lines as fit, around the bucket that the cursor is in, or was in last.</summary>
    public IReadOnlyList<ScreenLine> Buckets(int rows)
    {
        if (_lines.Count == 0)
        {
            map.Arrays.ToList().ForEach(Add);
        }

        int first = Math.Clamp(_focus - rows / 2, 0, Math.Max(0, _lines.Count - rows));
        List<ScreenLine> shown = [.. _lines.Skip(first).Take(rows)];
        if (shown.Count > 0 && shown.Count < _lines.Count)
        {
            // The line that is given up says how much is not shown.
            int below = _lines.Count - first - shown.Count;
            string Text(int n, string where) => string.Create(CultureInfo.InvariantCulture, $"  ... {n} more lines {where}");
            if (below > 0)
            {
                shown[^1] = ScreenLine.Of(Text(below + 1, "below"), Ink.Faint);
            }

            if (first > 0)
            {
                shown[0] = ScreenLine.Of(Text(first + 1, "above"), Ink.Faint);
            }
        }

        return shown;
    }

    private void Add(ArrayState array)
    {
        string spares = array.Total > array.Main ? string.Create(CultureInfo.InvariantCulture, $" and {array.Total - array.Main} spare") : "";
        string kind = array.IsOld ? string.Create(CultureInfo.InvariantCulture, $"old array, {map.Evacuated} of {array.Main} evacuated") : map.IsGrowing ? "new array" : "buckets";
        _lines.Add(ScreenLine.Of($"{array.Name} ", Ink.Strong).Add(string.Create(CultureInfo.InvariantCulture, $"{kind}, {array.Main} main{spares}, {map.Type.BucketSize} bytes each")));
        for (int i = 0; i < array.Buckets.Count; i++)
        {
            int last = i;
            while (last < array.Buckets.Count && IsDull(array.Buckets[last]))
            {
                last++;
            }

            if (last > i)
            {
                _focus = array.Buckets.Skip(i).Take(last - i).Any(HasFocus) ? _lines.Count : _focus;
                _lines.Add(ScreenLine.Of($"  {array.Buckets[i].Name}{(last - 1 > i ? " to " + array.Buckets[last - 1].Name : "")}  empty", Ink.Faint));
                i = last - 1;
                continue;
            }

            Add(array.Buckets[i], "");
            array.Buckets[i].Chain.ToList().ForEach(b => Add(b, "`-"));
        }
    }

    private bool IsDull(BucketState bucket) => bucket.TopHash.All(t => t == 0) && bucket.Overflow == "nil" && !HasCursor(bucket)
        && !session.IsAccessed(bucket.Address, map.Type.BucketSize) && !session.IsChanged(bucket.Address, map.Type.BucketSize);

    private bool HasCursor(BucketState bucket) => session.Cursor - bucket.Address < (ulong)map.Type.BucketSize;

    private bool HasFocus(BucketState bucket) => session.Focus - bucket.Address < (ulong)map.Type.BucketSize;

    private void Add(BucketState bucket, string lead)
    {
        _focus = HasFocus(bucket) ? _lines.Count : _focus;
        (string mark, Ink ink) = Mark(bucket.Address, map.Type.BucketSize);
        ScreenLine line = ScreenLine.Of(mark, ink).Add((HasCursor(bucket) ? "[" : " ") + lead).Add(bucket.Name, HasCursor(bucket) ? Ink.Cursor : Ink.Plain).Add(HasCursor(bucket) ? "]" : " ").To(9);
        for (int i = 0; i < Bmap.Slots; i++)
        {
            (string m, Ink n) = Mark(bucket.Address + i, 1);
            line.Add(m, n).Add(bucket.TopHash[i].ToString("x2", CultureInfo.InvariantCulture), n);
        }

        (string linkMark, Ink linkInk) = Mark(bucket.Address + map.Type.OverflowOffset, map.Type.Arch.PointerSize);
        bool isLinked = bucket.Overflow != "nil";
        line.Add(linkMark == " " && !isLinked ? "" : " " + linkMark, linkInk).Add(isLinked ? "->" + bucket.Overflow : linkMark == " " ? "" : "->nil", linkInk);
        if (bucket.IsEvacuated)
        {
            line.Add("  evacuated", Ink.Faint);
        }

        Entries(bucket, line);
        _lines.Add(line);
    }

    private void Entries(BucketState bucket, ScreenLine line)
    {
        line.Add(" ");
        for (int i = 0; i < Bmap.Slots; i++)
        {
            (string key, string elem) = (bucket.Keys[i] ?? "", bucket.Elems[i] ?? "");
            (string keyMark, Ink keyInk) = Mark(bucket.Address + Bmap.DataOffset + i * map.Type.KeySlot, map.Type.KeySlot);
            (string elemMark, Ink elemInk) = Mark(bucket.Address + map.Type.ElemsOffset + i * map.Type.ElemSlot, map.Type.ElemSlot);
            if (bucket.Keys[i] != null)
            {
                line.Add(keyMark, keyInk).Add(key, keyInk).Add(elem.Length > 0 ? ":" : "").Add(elemMark.TrimEnd(), elemInk).Add(elem, elemInk);
            }
            else if (keyMark != " " || elemMark != " ")
            {
                // No entry yet, or no more: only its place.
                line.Add(string.Create(CultureInfo.InvariantCulture, $"{(keyMark != " " ? keyMark : elemMark)}({(keyMark != " " ? "key" : "elem")} {i})"), keyMark != " " ? keyInk : elemInk);
            }
        }
    }

    private (string Mark, Ink Ink) Mark(Addr at, int size) =>
        size == 0 ? (" ", Ink.Plain) : session.IsAccessed(at, size) ? (">", Ink.Accessed) : session.IsChanged(at, size) ? ("*", Ink.Changed) : (" ", Ink.Plain);
}
