using System.Buffers.Text;
using System.Text.Json;

namespace MapSim.Traces;

/// <summary>Reads one operation line into a <see cref="TraceLine"/> without making strings: hex stays where it is.</summary>
internal static class TraceLineParser
{
    /// <exception cref="TraceFormatException">The line is no operation; the message says the column.</exception>
    public static void Parse(ReadOnlyMemory<byte> bytes, int lineNumber, TraceLine line)
    {
        line.Reset(bytes);
        var r = new Utf8JsonReader(bytes.Span);
        try
        {
            Expect(ref r, JsonTokenType.StartObject);
            int seen = 0;
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            {
                seen |= Field(ref r, line);
            }

            r.Read();
            const int Needed = 1 | 2 | 4;
            if ((seen & Needed) != Needed)
            {
                throw new FormatException("expected the fields \"n\", \"op\" and \"h\"");
            }
        }
        catch (JsonException e)
        {
            throw new TraceFormatException(lineNumber, (int)(e.BytePositionInLine ?? 0) + 1, "the line is no complete JSON object (a truncated or corrupt trace)");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException)
        {
            throw new TraceFormatException(lineNumber, (int)r.TokenStartIndex + 1, e.Message);
        }
    }

    private static int Field(ref Utf8JsonReader r, TraceLine line)
    {
        ReadOnlySpan<byte> name = r.ValueSpan;
        switch (name)
        {
            case [(byte)'n']: line.N = Int(ref r); return 1;
            case [(byte)'k']: line.K = Text(ref r); return 0;
            case [(byte)'v']: line.V = Text(ref r); return 0;
            case [(byte)'m']: line.Map = Int(ref r); return 0;
            case [(byte)'h']: Header(ref r, line); return 4;
        }

        if (name.SequenceEqual("op"u8))
        {
            r.Read();
            line.Op = Op(r.ValueSpan);
            return 2;
        }

        if (name.SequenceEqual("mem"u8)) { Memory(ref r, line); }
        else if (name.SequenceEqual("rand"u8)) { Rand(ref r, line); }
        else if (name.SequenceEqual("new"u8)) { New(ref r, line); }
        else if (name.SequenceEqual("it"u8)) { TraceIteratorParser.Parse(ref r, line); }
        else if (name.SequenceEqual("hash"u8)) { line.Hash = Hex(ref r); line.HasHash = true; }
        else if (name.SequenceEqual("iter"u8)) { line.Iterator = Int(ref r); }
        else if (name.SequenceEqual("ok"u8)) { r.Read(); line.Ok = r.GetBoolean(); line.HasOk = true; }
        else if (name.SequenceEqual("end"u8)) { r.Read(); line.End = r.GetBoolean(); }
        else if (name.SequenceEqual("kc"u8)) { line.Kc = Text(ref r); }
        else if (name.SequenceEqual("vc"u8)) { line.Vc = Text(ref r); }
        else if (name.SequenceEqual("yk"u8)) { line.Yk = Text(ref r); }
        else if (name.SequenceEqual("yv"u8)) { line.Yv = Text(ref r); }
        else if (name.SequenceEqual("src"u8)) { line.Source = Int(ref r); }
        else if (name.SequenceEqual("hint"u8)) { r.Read(); line.Hint = r.GetInt64(); }
        else if (name.SequenceEqual("panic"u8)) { r.Read(); line.Panic = r.GetString(); }
        else if (name.SequenceEqual("hx"u8)) { Rehashed(ref r, line); }
        else if (name.SequenceEqual("heap"u8)) { Heap(ref r, line); }
        else if (name.SequenceEqual("types"u8)) { Types(ref r, line); }
        else { r.Read(); r.Skip(); }

        return 0;
    }

    private static TraceOp Op(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("make"u8) ? TraceOp.Make
        : name.SequenceEqual("assign"u8) ? TraceOp.Assign
        : name.SequenceEqual("lookup1"u8) ? TraceOp.Lookup1
        : name.SequenceEqual("lookup2"u8) ? TraceOp.Lookup2
        : name.SequenceEqual("delete"u8) ? TraceOp.Delete
        : name.SequenceEqual("clear"u8) ? TraceOp.Clear
        : name.SequenceEqual("rclear"u8) ? TraceOp.RangeClear
        : name.SequenceEqual("iterinit"u8) ? TraceOp.IterInit
        : name.SequenceEqual("iternext"u8) ? TraceOp.IterNext
        : name.SequenceEqual("clone"u8) ? TraceOp.Clone
        : throw new FormatException($"expected an operation (make, assign, lookup1, lookup2, delete, clear, rclear, iterinit, iternext, clone), found '{System.Text.Encoding.UTF8.GetString(name)}'");

    private static void Header(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartObject);
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = r.ValueSpan;
            if (name.SequenceEqual("count"u8)) { line.Count = Unsigned(ref r); }
            else if (name.SequenceEqual("flags"u8)) { line.Flags = (byte)Unsigned(ref r); }
            else if (name.SequenceEqual("B"u8)) { line.B = (byte)Unsigned(ref r); }
            else if (name.SequenceEqual("noverflow"u8)) { line.Noverflow = (ushort)Unsigned(ref r); }
            else if (name.SequenceEqual("hash0"u8)) { line.Hash0 = (uint)Hex(ref r); }
            else if (name.SequenceEqual("buckets"u8)) { line.Buckets = Place(ref r); }
            else if (name.SequenceEqual("oldbuckets"u8)) { line.OldBuckets = Place(ref r); }
            else if (name.SequenceEqual("nevacuate"u8)) { line.Nevacuate = Unsigned(ref r); }
            else if (name.SequenceEqual("extra"u8)) { Extra(ref r, line); }
            else { r.Read(); r.Skip(); }
        }
    }

    private static void Extra(ref Utf8JsonReader r, TraceLine line)
    {
        r.Read();
        if (r.TokenType == JsonTokenType.Null)
        {
            return;
        }

        line.HasExtra = true;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (r.ValueSpan.SequenceEqual("overflow"u8)) { SliceOf(ref r, line.Overflow); }
            else if (r.ValueSpan.SequenceEqual("oldoverflow"u8)) { SliceOf(ref r, line.OldOverflow); }
            else if (r.ValueSpan.SequenceEqual("nextOverflow"u8)) { line.NextOverflow = Place(ref r); }
            else { r.Read(); r.Skip(); }
        }
    }

    private static void SliceOf(ref Utf8JsonReader r, SliceState slice)
    {
        r.Read();
        slice.IsNil = r.TokenType == JsonTokenType.Null;
        while (!slice.IsNil && r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            if (r.ValueSpan.SequenceEqual("id"u8)) { slice.Id = Place(ref r).Number; }
            else if (r.ValueSpan.SequenceEqual("len"u8)) { slice.Length = Unsigned(ref r); }
            else if (r.ValueSpan.SequenceEqual("cap"u8)) { slice.Capacity = Unsigned(ref r); }
            else if (r.ValueSpan.SequenceEqual("add"u8))
            {
                Expect(ref r, JsonTokenType.StartArray);
                while (r.Read() && r.TokenType != JsonTokenType.EndArray)
                {
                    slice.Added.Add(PlaceOf(r.ValueSpan));
                }
            }
            else { r.Read(); r.Skip(); }
        }
    }

    private static void Memory(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartObject);
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            PlaceName name = PlaceOf(r.ValueSpan);
            Expect(ref r, JsonTokenType.StartArray);
            line.Memory.Add(new BucketBytes(name, Text(ref r), Text(ref r), Text(ref r), Place(ref r)));
            Expect(ref r, JsonTokenType.EndArray);
        }
    }

    private static void Rand(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartArray);
        while (r.Read() && r.TokenType == JsonTokenType.String)
        {
            line.Rand.Add(HexOf(r.ValueSpan));
        }
    }

    private static void New(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartArray);
        while (r.Read() && r.TokenType == JsonTokenType.StartArray)
        {
            line.New.Add(new NewRegion(Place(ref r), Int(ref r), Int(ref r)));
            Expect(ref r, JsonTokenType.EndArray);
        }
    }

    private static void Rehashed(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartObject);
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            var key = new Slice((int)r.TokenStartIndex + 1, r.ValueSpan.Length);
            line.Rehashed.Add((key, Hex(ref r)));
        }
    }

    private static void Heap(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartObject);
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            PlaceName token = PlaceOf(r.ValueSpan);
            line.Heap.Add((token, Text(ref r)));
        }
    }

    private static void Types(ref Utf8JsonReader r, TraceLine line)
    {
        Expect(ref r, JsonTokenType.StartObject);
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            int token = PlaceOf(r.ValueSpan).Number;
            r.Read();
            line.Types.Add((token, r.GetString() ?? ""));
        }
    }

    internal static int Int(ref Utf8JsonReader r)
    {
        r.Read();
        return r.GetInt32();
    }

    internal static ulong Unsigned(ref Utf8JsonReader r)
    {
        r.Read();
        return r.GetUInt64();
    }

    internal static PlaceName Place(ref Utf8JsonReader r)
    {
        r.Read();
        return r.TokenType == JsonTokenType.Null ? default : PlaceOf(r.ValueSpan);
    }

    internal static void Expect(ref Utf8JsonReader r, JsonTokenType token)
    {
        if (!r.Read() || r.TokenType != token)
        {
            throw new FormatException($"expected {token}, found {r.TokenType}");
        }
    }

    /// <summary>Reads "A3:17", "A3:17+24", "O5+8", "V2", "K9".</summary>
    internal static PlaceName PlaceOf(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 2 && Utf8Parser.TryParse(text[1..], out int number, out int used))
        {
            int at = 1 + used, bucket = 0, offset = 0;
            if (at < text.Length && text[at] == ':' && Utf8Parser.TryParse(text[(at + 1)..], out bucket, out used))
            {
                at += 1 + used;
            }

            if (at < text.Length && text[at] == '+' && Utf8Parser.TryParse(text[(at + 1)..], out offset, out used))
            {
                at += 1 + used;
            }

            if (at == text.Length)
            {
                return new PlaceName(text[0], number, bucket, offset);
            }
        }

        throw new FormatException($"expected the name of a place (like A3:17+24 or O5), found '{System.Text.Encoding.UTF8.GetString(text)}'");
    }

    private static Slice Text(ref Utf8JsonReader r)
    {
        if (!r.Read() || r.TokenType != JsonTokenType.String || r.ValueIsEscaped)
        {
            throw new FormatException($"expected a plain string, found {r.TokenType}");
        }

        return new Slice((int)r.TokenStartIndex + 1, r.ValueSpan.Length);
    }

    private static ulong Hex(ref Utf8JsonReader r)
    {
        r.Read();
        return HexOf(r.ValueSpan);
    }

    private static ulong HexOf(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out ulong value, out int used, 'x') && used == text.Length
            ? value
            : throw new FormatException($"expected a hexadecimal number, found '{System.Text.Encoding.UTF8.GetString(text)}'");
}
