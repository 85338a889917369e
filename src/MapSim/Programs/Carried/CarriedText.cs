using System.Text;
using MapSim.Heap;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// A carried map as one word: url-safe base64 of gzip of a list of objects. Numbers are LEB128, texts have their length before
/// them.
/// </summary>
/// <remarks>
/// <code>
/// version 1 | objects | of each: kind, name, size, bytes, links | of each link: offset from the last one, target + 2, offset or type
/// </code>
/// Whatever a word says, laying it writes nothing outside its own objects; that they are a map is not asked here.
/// </remarks>
internal static class CarriedText
{
    /// <summary>The most bytes of all objects together.</summary>
    public const int MostBytes = 8 << 20;

    private const int Version = 1, MostObjects = 1 << 20;

    // The position is the number in the text: only add at the end.
    private static readonly ObjectKind[] Kinds =
    [
        ObjectKind.Hmap, ObjectKind.MapExtra, ObjectKind.OverflowSlice, ObjectKind.OverflowArray, ObjectKind.BucketArray, ObjectKind.OverflowBucket,
        ObjectKind.StringData, ObjectKind.Key, ObjectKind.Elem, ObjectKind.Boxed, ObjectKind.Pointee,
    ];

    /// <summary>The word.</summary>
    public static string Encode(CarriedMemory memory)
    {
        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes, Encoding.UTF8);
        to.Write7BitEncodedInt(Version);
        to.Write7BitEncodedInt(memory.Objects.Count);
        foreach (CarriedObject o in memory.Objects)
        {
            to.Write7BitEncodedInt(Array.IndexOf(Kinds, o.Kind));
            to.Write(o.Name);
            to.Write7BitEncodedInt(o.Bytes.Length);
            to.Write(o.Bytes.Span);
            to.Write7BitEncodedInt(o.Links.Count);
            int last = 0;
            foreach (CarriedLink link in o.Links.OrderBy(l => l.At))
            {
                to.Write7BitEncodedInt(link.At - last);
                to.Write7BitEncodedInt(link.Target + 2);
                if (link.Type != null)
                {
                    to.Write(link.Type);
                }
                else
                {
                    to.Write7BitEncodedInt64(unchecked((long)link.Offset));
                }

                last = link.At;
            }
        }

        to.Flush();
        return ProgramToken.EncodeBytes(bytes.ToArray());
    }

    /// <summary>The memory of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="type">The map's type.</param>
    /// <exception cref="FormatException">It is none: "expected ..., found ...".</exception>
    public static CarriedMemory Decode(string word, MapType type)
    {
        using var from = new BinaryReader(new MemoryStream(ProgramToken.DecodeBytes(word)), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            int version = from.Read7BitEncodedInt();
            _ = version == Version ? version : throw Wrong($"version {Version}", $"{version}");
            int count = from.Read7BitEncodedInt();
            _ = count is > 0 and <= MostObjects ? count : throw Wrong($"1 to {MostObjects} objects", $"{count}");
            var objects = new List<CarriedObject>();
            for (int i = 0, left = MostBytes; i < count; i++)
            {
                objects.Add(Object(from, type, i, count, ref left));
            }

            return from.BaseStream.Position == from.BaseStream.Length ? new CarriedMemory(objects, word) : throw Wrong("the end of the objects", "more bytes");
        }
        catch (Exception e) when (e is EndOfStreamException or DecoderFallbackException || (e is FormatException && !e.Message.StartsWith("expected", StringComparison.Ordinal)))
        {
            throw Wrong("a list of objects", e is EndOfStreamException ? "its bytes cut off" : "bytes that are none");
        }
    }

    private static CarriedObject Object(BinaryReader from, MapType type, int number, int count, ref int left)
    {
        int index = from.Read7BitEncodedInt();
        ObjectKind kind = index >= 0 && index < Kinds.Length ? Kinds[index] : throw Wrong("a kind of object", $"{index}");
        string name = from.ReadString();
        int size = from.Read7BitEncodedInt();
        int wanted = SizeOf(kind, name, type);
        bool fits = kind == ObjectKind.BucketArray ? size > 0 && size % type.BucketSize == 0 : wanted == 0 ? size > 0 : size == wanted;
        if (!fits || (kind == ObjectKind.Hmap) != (number == 0))
        {
            throw Wrong(fits ? "one hmap, and it first" : $"objects as {type.Text} on {type.Arch} has them", fits ? $"one as object {number}" : $"{kind} of {size} bytes");
        }

        left -= size <= left ? size : throw Wrong($"at most {MostBytes} bytes", "more");
        byte[] bytes = from.ReadBytes(size);
        var o = new CarriedObject(kind, bytes.Length == size ? bytes : throw new EndOfStreamException(), name);
        int links = from.Read7BitEncodedInt(), word = type.Arch.PointerSize;
        for (int i = 0, at = -word; i < links; i++)
        {
            int step = from.Read7BitEncodedInt();
            int target, last = i == 0 ? 0 : at;
            at = step >= (i == 0 ? 0 : word) && step <= size ? last + step : throw Wrong("links in ascending order", $"a step of {step}");
            target = from.Read7BitEncodedInt() - 2;
            string? text = target == CarriedLink.Descriptor ? from.ReadString() : null;
            ulong offset = text == null ? unchecked((ulong)from.Read7BitEncodedInt64()) : 0;
            _ = text == null ? 0 : GoTypeParser.Parse(text, type.Arch).Size;
            bool ok = at <= size - word && target >= CarriedLink.Descriptor && target < count && (target < 0 || offset <= MostBytes);
            o.Link(ok ? new CarriedLink(at, target, offset, text) : throw Wrong("links inside the objects", $"one at {at} to object {target}"), word);
        }

        return o;
    }

    /// <summary>The bytes an object must have; 0 if that is not certain.</summary>
    private static int SizeOf(ObjectKind kind, string name, MapType type)
    {
        StructLayouts l = StructLayouts.Of(type.Arch);
        return kind switch
        {
            ObjectKind.Hmap => l.HmapSize,
            ObjectKind.MapExtra => l.MapExtraSize,
            ObjectKind.OverflowSlice => l.SliceSize,
            ObjectKind.OverflowBucket => type.BucketSize,
            ObjectKind.Key => type.Key.Size,
            ObjectKind.Elem => type.Elem.Size,
            ObjectKind.Boxed => GoTypeParser.Parse(name, type.Arch).Size,
            ObjectKind.Pointee => ValueWriter.PointeeSize,
            _ => 0,
        };
    }

    private static FormatException Wrong(string expected, string found) => new($"expected {expected} in the map's memory, found {found}");
}
