using System.Text.Json;

namespace MapSim.Traces;

/// <summary>Reads the "it" field of a trace line: the iterators that changed.</summary>
internal static class TraceIteratorParser
{
    public static void Parse(ref Utf8JsonReader r, TraceLine line)
    {
        TraceLineParser.Expect(ref r, JsonTokenType.StartArray);
        while (r.Read() && r.TokenType == JsonTokenType.StartObject)
        {
            var it = new IteratorState { Overflow = -1, OldOverflow = -1 };
            while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
            {
                Field(ref r, ref it);
            }

            line.Iterators.Add(it);
        }
    }

    private static void Field(ref Utf8JsonReader r, ref IteratorState it)
    {
        ReadOnlySpan<byte> name = r.ValueSpan;
        if (name.SequenceEqual("id"u8)) { it.Id = TraceLineParser.Int(ref r); }
        else if (name.SequenceEqual("key"u8)) { it.Key = TraceLineParser.Place(ref r); }
        else if (name.SequenceEqual("elem"u8)) { it.Elem = TraceLineParser.Place(ref r); }
        else if (name.SequenceEqual("h"u8)) { it.HasH = Bool(ref r); }
        else if (name.SequenceEqual("buckets"u8)) { it.Buckets = TraceLineParser.Place(ref r); }
        else if (name.SequenceEqual("bptr"u8)) { it.Bptr = TraceLineParser.Place(ref r); }
        else if (name.SequenceEqual("overflow"u8)) { it.Overflow = SliceId(ref r); }
        else if (name.SequenceEqual("oldoverflow"u8)) { it.OldOverflow = SliceId(ref r); }
        else if (name.SequenceEqual("startBucket"u8)) { it.StartBucket = TraceLineParser.Unsigned(ref r); }
        else if (name.SequenceEqual("offset"u8)) { it.Offset = (byte)TraceLineParser.Unsigned(ref r); }
        else if (name.SequenceEqual("wrapped"u8)) { it.Wrapped = Bool(ref r); }
        else if (name.SequenceEqual("B"u8)) { it.B = (byte)TraceLineParser.Unsigned(ref r); }
        else if (name.SequenceEqual("i"u8)) { it.I = (byte)TraceLineParser.Unsigned(ref r); }
        else if (name.SequenceEqual("bucket"u8)) { it.Bucket = TraceLineParser.Unsigned(ref r); }
        else if (name.SequenceEqual("checkBucket"u8)) { it.CheckBucket = Check(ref r); }
        else { r.Read(); r.Skip(); }
    }

    private static bool Bool(ref Utf8JsonReader r)
    {
        r.Read();
        return r.GetBoolean();
    }

    private static int SliceId(ref Utf8JsonReader r) => TraceLineParser.Place(ref r) is { IsNil: false } place ? place.Number : -1;

    /// <summary>A bucket number, or "noCheck".</summary>
    private static ulong Check(ref Utf8JsonReader r)
    {
        r.Read();
        return r.TokenType == JsonTokenType.String ? ulong.MaxValue : r.GetUInt64();
    }
}
