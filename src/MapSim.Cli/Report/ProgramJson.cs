using System.Globalization;
using System.Text.Json;
using MapSim.Fuzz;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Report;

/// <summary>
/// A timeline as the JSON that the report's page draws from: what never changes, the first frame, and for each step what it made
/// different. The page decodes hmap, buckets and iterators from the bytes themselves; keys and elems come as text.
/// </summary>
/// <remarks>Memory is said as object number, offset and bytes in hexadecimal; objects are numbered from 0, stack iterators and globals behind those of the heap.</remarks>
internal sealed class ProgramJson
{
    /// <summary>The schema of the document.</summary>
    public const string Schema = "mapsim.report/1";

    private readonly Timeline _t;
    private readonly Utf8JsonWriter _json;
    private readonly List<(string Name, string Kind, Addr Start, int Size, int Born, int Freed, Addr Owner)> _objects = [];
    private readonly (ulong Start, int Number)[] _sorted;
    private readonly List<MapType> _types = [];
    private readonly Words _words = new();

    private ProgramJson(Timeline timeline, Utf8JsonWriter json)
    {
        (_t, _json) = (timeline, json);
        _objects.AddRange(timeline.Objects.Select(o => (o.Name, o.Kind.ToString(), o.Start, o.Size, o.Born, o.Freed, o.Owner)));
        int n = 0;
        foreach (Addr iterator in timeline.StackIterators)
        {
            _objects.Add((string.Create(CultureInfo.InvariantCulture, $"stack iterator {++n}"), nameof(ObjectKind.Hiter), iterator, timeline.Layouts.HiterSize, 0, 0, default));
        }

        Region globals = timeline.Memory.Globals;
        _objects.Add(("variables", "Globals", globals.Base, globals.Bytes.HighWater, 0, 0, default));
        _sorted = [.. _objects.Select((o, i) => (o.Start.Value, i)).OrderBy(o => o.Value)];
    }

    /// <summary>The document.</summary>
    /// <param name="timeline">The timeline; it is moved.</param>
    /// <param name="page">What the page says above: title, sentence, commands.</param>
    /// <param name="fates">What can come of each position; null if it is not known.</param>
    public static byte[] Of(Timeline timeline, ReportHead page, ProgramFates? fates = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new ProgramJson(timeline, json).Write(page, fates);
        }

        return buffer.ToArray();
    }

    private void Write(ReportHead page, ProgramFates? fates)
    {
        _json.WriteStartObject();
        _json.WriteString("schema", Schema);
        page.WriteTo(_json);
        _json.WriteString("verdict", _t.Result.VerdictText);
        _json.WriteString("key", _t.Result.BugKey);
        _json.WriteNumber("findingStep", _t.FindingStep);
        _json.WriteNumber("findingLine", _t.Result.Finding?.Line ?? _t.Result.Line);
        _json.WriteNumber("word", _t.Settings.Arch.PointerSize);
        _json.WriteBoolean("collector", _t.Settings.Collector);
        Strings("program", _t.Program.Lines.Select(l => l.ToText()));
        _t.GoTo(0);
        Strings("goroutines", _t.Goroutines.Select(g => g.Name));
        Layouts();
        Objects();
        FirstFrame();
        Steps();
        Edges();
        Yields();
        FatesJson.Write(_json, fates, _t.Movers.Names);
        Strings("words", _words.All);
        _json.WriteEndObject();
    }

    private void Strings(string name, IEnumerable<string> strings)
    {
        _json.WriteStartArray(name);
        foreach (string s in strings)
        {
            _json.WriteStringValue(s);
        }

        _json.WriteEndArray();
    }

    private void Layouts()
    {
        StructLayouts l = _t.Layouts;
        int w = l.Word;
        _json.WriteStartObject("layouts");
        Layout("Hmap", ("count", 0, w), ("flags", l.Flags, 1), ("B", l.B, 1), ("noverflow", l.Noverflow, 2), ("hash0", l.Hash0, 4), ("buckets", l.Buckets, w),
            ("oldbuckets", l.OldBuckets, w), ("nevacuate", l.Nevacuate, w), ("extra", l.Extra, w));
        Layout("MapExtra", ("overflow", 0, w), ("oldoverflow", l.OldOverflow, w), ("nextOverflow", l.NextOverflow, w));
        Layout("OverflowSlice", ("array", 0, w), ("len", l.SliceLen, w), ("cap", l.SliceCap, w));
        Layout("Hiter", ("key", 0, w), ("elem", l.ItElem, w), ("t", l.ItType, w), ("h", l.ItH, w), ("buckets", l.ItBuckets, w), ("bptr", l.ItBptr, w),
            ("overflow", l.ItOverflow, w), ("oldoverflow", l.ItOldOverflow, w), ("startBucket", l.ItStartBucket, w), ("offset", l.ItOffset, 1), ("wrapped", l.ItWrapped, 1),
            ("B", l.ItB, 1), ("i", l.ItI, 1), ("bucket", l.ItBucket, w), ("checkBucket", l.ItCheckBucket, w));
        _json.WriteEndObject();
    }

    private void Layout(string name, params ReadOnlySpan<(string Name, int Offset, int Size)> fields)
    {
        _json.WriteStartArray(name);
        foreach ((string field, int offset, int size) in fields)
        {
            _json.WriteStartArray();
            _json.WriteStringValue(field);
            _json.WriteNumberValue(offset);
            _json.WriteNumberValue(size);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void Objects()
    {
        _json.WriteStartArray("objects");
        foreach ((string name, string kind, Addr start, int size, int born, int freed, Addr owner) in _objects)
        {
            _json.WriteStartArray();
            _json.WriteStringValue(name);
            _json.WriteStringValue(kind);
            _json.WriteNumberValue(start.Value);
            _json.WriteNumberValue(size);
            _json.WriteNumberValue(born);
            _json.WriteNumberValue(freed);
            MapVariable? map = _t.MapOf(kind == nameof(ObjectKind.Hmap) ? start : owner);
            _json.WriteNumberValue(map == null ? -1 : Place(map.Address).Number);
            _json.WriteNumberValue(map == null ? -1 : TypeOf(map.Type));
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("types");
        foreach (MapType type in _types)
        {
            _json.WriteStartObject();
            _json.WriteString("text", type.Text);
            _json.WriteNumber("key", type.KeySlot);
            _json.WriteNumber("elem", type.ElemSlot);
            _json.WriteNumber("elems", type.ElemsOffset);
            _json.WriteNumber("overflow", type.OverflowOffset);
            _json.WriteNumber("size", type.BucketSize);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("maps");
        _t.GoTo(_t.Count);
        foreach (MapVariable map in _t.Maps)
        {
            _json.WriteStartArray();
            _json.WriteStringValue(map.Name);
            _json.WriteStringValue(map.Type.Text);
            _json.WriteNumberValue(map.Address.IsNil ? -1 : Place(map.Address).Number);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
        _t.GoTo(0);
    }

    private int TypeOf(MapType type)
    {
        int at = _types.FindIndex(t => t.Text == type.Text);
        if (at < 0)
        {
            at = _types.Count;
            _types.Add(type);
        }

        return at;
    }

    /// <summary>The object that an address lies in, and how far; number -1 for none.</summary>
    private (int Number, int Offset) Place(Addr address)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _sorted[middle].Start <= address.Value ? (middle + 1, high) : (low, middle);
        }

        int found = low == 0 ? -1 : _sorted[low - 1].Number;
        return found >= 0 && address - _objects[found].Start < (ulong)_objects[found].Size ? (found, (int)(address - _objects[found].Start)) : (-1, 0);
    }

    private void FirstFrame()
    {
        _json.WriteStartArray("memory");
        for (int n = 0; n < _objects.Count; n++)
        {
            (Addr start, int size) = (_objects[n].Start, _objects[n].Size);
            Region region = _t.Memory.RegionOf(start)!;
            byte[] bytes = region.Bytes.Span((int)(start - region.Base), size).ToArray();
            int length = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            _json.WriteStringValue(Convert.ToHexStringLower(bytes, 0, length));
        }

        _json.WriteEndArray();
    }

    private void Steps()
    {
        var texts = new SlotTexts(_t);
        string status = "", colours = "";
        _json.WriteStartArray("frames");
        Frame(null, texts, ref status, ref colours);
        while (_t.Step())
        {
            Frame(_t.Steps[_t.Position - 1], texts, ref status, ref colours);
        }

        _json.WriteEndArray();
    }

    /// <summary>One step: [mover, label, access, line, operation, {what else there is}].</summary>
    private void Frame(TimelineStep? step, SlotTexts texts, ref string status, ref string colours)
    {
        _json.WriteStartArray();
        _json.WriteNumberValue(step?.Mover ?? -1);
        _json.WriteNumberValue(_words[step == null ? "" : step.IsDrain ? "drain" : step.Point.Label]);
        Access access = step?.Access ?? default;
        (int number, int offset) = access.Kind == AccessKind.None ? (-1, 0) : Place(access.Address);
        _json.WriteNumberValue((int)access.Kind);
        _json.WriteNumberValue(number);
        _json.WriteNumberValue(offset);
        _json.WriteNumberValue(access.Size);
        _json.WriteNumberValue(step?.Line ?? 0);
        _json.WriteNumberValue(step?.Point.Operation ?? 0);
        _json.WriteStartObject();
        Changes(step);
        IReadOnlyList<(Addr Slot, string Text)> slots = texts.Changed();
        if (slots.Count > 0)
        {
            _json.WriteStartArray("t");
            foreach ((Addr slot, string text) in slots)
            {
                (int o, int at) = Place(slot);
                _json.WriteNumberValue(o);
                _json.WriteNumberValue(at);
                _json.WriteStringValue(text.Length > 60 ? text[..59] + "…" : text);
            }

            _json.WriteEndArray();
        }

        IReadOnlyList<GoroutineStanding> goroutines = _t.Goroutines;
        Different("s", string.Concat(goroutines.Select(g => "rwef"[(int)g.Status])), ref status);
        if (step is { IsDrain: false })
        {
            _json.WriteNumber("k", _words[string.Join(" < ", goroutines[step.Mover].Frames)]);
        }

        if (_t.Settings.Collector)
        {
            CollectorState collector = _t.Collector;
            Different("c", (collector.Phase == GcPhase.Mark ? "m" : "-") + string.Concat(collector.Objects.Select(o => o.Colour.ToString()[..1].ToLowerInvariant())), ref colours, collector);
        }

        if (step is { Results.Count: > 0 })
        {
            Strings("r", step.Results.Select(r => $"{r.Text} = {r.Result}"));
        }

        if (step is { Events.Count: > 0 })
        {
            _json.WriteStartArray("e");
            foreach (string e in step.Events.Where(e => e is not (TimelineEvents.Write or TimelineEvents.Result)))
            {
                _json.WriteNumberValue(_words[e]);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Changes(TimelineStep? step)
    {
        if (step is not { Changes.Count: > 0 })
        {
            return;
        }

        _json.WriteStartArray("m");
        foreach (MemoryChange change in step.Changes)
        {
            // One change may reach over the end of an object.
            for (int done = 0; done < change.New.Length;)
            {
                (int o, int at) = Place(change.Address + done);
                int length = o < 0 ? 1 : Math.Min(change.New.Length - done, _objects[o].Size - at);
                if (o >= 0)
                {
                    _json.WriteNumberValue(o);
                    _json.WriteNumberValue(at);
                    _json.WriteStringValue(Convert.ToHexStringLower(change.New, done, length));
                }

                done += length;
            }
        }

        _json.WriteEndArray();
    }

    private void Different(string name, string now, ref string before, CollectorState? collector = null)
    {
        if (now == before)
        {
            return;
        }

        before = now;
        _json.WriteString(name, now);
        if (collector != null)
        {
            // Which objects the letters are about.
            _json.WriteStartArray("o");
            foreach ((TimelineObject o, Colour _) in collector.Objects)
            {
                _json.WriteNumberValue(o.Number - 1);
            }

            _json.WriteEndArray();
        }
    }

    private void Edges()
    {
        _json.WriteStartArray("edges");
        foreach (TimelineEdge edge in TimelineEdges.Of(_t))
        {
            _json.WriteNumberValue(edge.Earlier);
            _json.WriteNumberValue(edge.Later);
            _json.WriteNumberValue(edge.IsDecisive ? 1 : 0);
        }

        _json.WriteEndArray();
    }

    private void Yields()
    {
        _json.WriteStartArray("yields");
        foreach ((Addr iterator, YieldedEntry entry) in _t.Yields)
        {
            _json.WriteNumberValue(entry.Step);
            _json.WriteNumberValue(Place(iterator).Number);
            _json.WriteStringValue(entry.Key);
            _json.WriteStringValue(entry.Iterator);
        }

        _json.WriteEndArray();
        _json.WriteStartArray("starts");
        foreach ((int step, Addr iterator) in _t.Starts)
        {
            _json.WriteNumberValue(step);
            _json.WriteNumberValue(Place(iterator).Number);
        }

        _json.WriteEndArray();
    }
}
