using System.Globalization;
using System.Text;
using MapSim.Memory;

namespace MapSim.Layout;

/// <summary>A field of a struct or bucket, for the gutter beside a hex dump.</summary>
/// <param name="Offset">Bytes from the start of the region.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Owner">What it is part of ("hmap", "A0:3"); fields of one owner are written together.</param>
/// <param name="Name">Its name; for an array the name of the array.</param>
/// <param name="Index">Index in an array; -1 if it is no element.</param>
public readonly record struct HexField(int Offset, int Size, string Owner, string Name, int Index = -1);

/// <summary>A run of bytes with the meaning of each.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Start">Address of the first byte.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Fields">Its fields in order of their offsets.</param>
public sealed record HexRegion(string Title, Addr Start, ReadOnlyMemory<byte> Bytes, IReadOnlyList<HexField> Fields);

/// <summary>
/// Bytes in the columns of <c>hexdump -C</c>: address, sixteen bytes in two groups, printable characters; repeated
/// lines as *. To the right a gutter with the fields that lie in each line.
/// </summary>
/// <remarks>
/// <code>
/// c000002000  5a 00 00 00 00 00 00 00  00 10 00 00 c0 00 00 00  |Z...............|  A0:0 tophash[0..7], keys[0]
/// </code>
/// Without gutter it is byte for byte what hexdump prints for the same bytes from the same offset.
/// </remarks>
public static class HexDump
{
    private const int Width = 16;

    /// <summary>The lines of a region, each with its line break.</summary>
    /// <param name="region">The bytes.</param>
    /// <param name="plain">Without gutter.</param>
    /// <param name="squeeze">Lines that repeat the one before become one *.</param>
    public static string Of(HexRegion region, bool plain = false, bool squeeze = true)
    {
        var text = new StringBuilder();
        ReadOnlySpan<byte> bytes = region.Bytes.Span;
        int next = 0, starAt = -1;
        for (int at = 0; at < bytes.Length; at += Width)
        {
            ReadOnlySpan<byte> line = bytes[at..Math.Min(at + Width, bytes.Length)];
            if (squeeze && at > 0 && line.Length == Width && line.SequenceEqual(bytes.Slice(at - Width, Width)))
            {
                starAt = starAt < 0 ? at : starAt;
                continue;
            }

            Star(text, region, starAt, at, plain, ref next);
            starAt = -1;
            string columns = Columns(region.Start + at, line);
            string gutter = plain ? "" : Gutter(region.Fields, at, at + line.Length, ref next);
            text.Append(gutter.Length > 0 ? columns.PadRight(LineLength(region)) + gutter : columns).Append('\n');
        }

        Star(text, region, starAt, bytes.Length, plain, ref next);
        return bytes.Length == 0 ? "" : text.Append(Address(region.Start + bytes.Length)).Append('\n').ToString();
    }

    private static void Star(StringBuilder text, HexRegion region, int from, int to, bool plain, ref int next)
    {
        if (from >= 0)
        {
            string gutter = plain ? "" : Gutter(region.Fields, from, to, ref next);
            text.Append(gutter.Length > 0 ? "*".PadRight(LineLength(region)) + gutter : "*").Append('\n');
        }
    }

    private static int LineLength(HexRegion region) => Address(region.Start).Length + 2 + 3 * Width + 2 + Width + 2 + 2;

    private static string Address(Addr at) => at.Value.ToString("x8", CultureInfo.InvariantCulture);

    private static string Columns(Addr at, ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(Address(at)).Append(' ');
        for (int i = 0; i < Width; i++)
        {
            text.Append(i % 8 == 0 ? " " : "");
            text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) + " " : "   ");
        }

        text.Append(" |");
        foreach (byte b in line)
        {
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        }

        return text.Append('|').ToString();
    }

    /// <summary>The fields that overlap a line: "A0:3 tophash[0..7], keys[0]; A0:4 ...".</summary>
    private static string Gutter(IReadOnlyList<HexField> fields, int from, int to, ref int next)
    {
        while (next < fields.Count && fields[next].Offset + fields[next].Size <= from)
        {
            next++;
        }

        var text = new StringBuilder();
        string owner = "";
        for (int i = next; i < fields.Count && fields[i].Offset < to;)
        {
            HexField f = fields[i];
            int last = i;
            while (f.Index >= 0 && last + 1 < fields.Count && fields[last + 1] is var g && g.Owner == f.Owner && g.Name == f.Name && g.Offset < to)
            {
                last++;
            }

            text.Append(text.Length == 0 ? "" : f.Owner == owner ? ", " : "; ").Append(f.Owner == owner ? "" : f.Owner + " ").Append(f.Name);
            text.Append(f.Index < 0 ? "" : last == i ? string.Create(CultureInfo.InvariantCulture, $"[{f.Index}]")
                : string.Create(CultureInfo.InvariantCulture, $"[{f.Index}..{fields[last].Index}]"));
            owner = f.Owner;
            i = last + 1;
        }

        return text.ToString();
    }
}
