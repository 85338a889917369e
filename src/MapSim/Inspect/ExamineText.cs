using System.Buffers.Binary;
using System.Globalization;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// Reads what the command <c>x</c> of gdb (<c>x/48xb 0xc000014080</c>) and of delve
/// (<c>x -fmt hex -count 48 -size 1 0xc000014080</c>) prints: <c>0xc000014080:  0x1b 0x00 ...</c>, bytes or little-endian
/// words of 2, 4 or 8 bytes, told apart by their digits. Lines of a session, <c>(gdb) ...</c> and <c>(dlv) ...</c>, and
/// those that begin with # are passed over.
/// </summary>
public static class ExamineText
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>True if a file begins like one.</summary>
    /// <param name="begin">Its first bytes; a line that is cut at their end does not matter.</param>
    public static bool IsOne(ReadOnlySpan<byte> begin)
    {
        foreach (string line in Lines(System.Text.Encoding.Latin1.GetString(begin)))
        {
            if (!IsPassedOver(line))
            {
                return TryAddress(line, out _, out string rest) && rest.StartsWith("0x", StringComparison.Ordinal);
            }
        }

        return false;
    }

    /// <summary>The runs of bytes; lines that follow on each other are one.</summary>
    /// <exception cref="FormatException">No such text; the message begins with the line: "3: expected ..., found ...".</exception>
    public static IReadOnlyList<(Addr Start, byte[] Bytes)> Parse(string text)
    {
        var runs = new List<(Addr Start, List<byte> Bytes)>();
        int number = 0;
        foreach (string line in Lines(text))
        {
            number++;
            if (IsPassedOver(line))
            {
                continue;
            }

            if (!TryAddress(line, out Addr at, out string rest))
            {
                throw Error(number, "0xADDRESS: and values like 0x1b, as x/48xb of gdb prints them", line);
            }

            if (runs.Count == 0 || at != runs[^1].Start + runs[^1].Bytes.Count)
            {
                runs.Add((at, []));
            }

            AddValues(number, rest, runs[^1].Bytes);
        }

        return runs.Count > 0 ? [.. runs.Select(r => (r.Start, r.Bytes.ToArray()))] : throw Error(1, "lines like 0xc000014080: 0x1b 0x00", "none");
    }

    private static void AddValues(int number, string rest, List<byte> bytes)
    {
        Span<byte> word = stackalloc byte[8];
        string[] values = rest.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        foreach (string value in values)
        {
            int size = (value.Length - 2) / 2;
            if (size is not (1 or 2 or 4 or 8) || value.Length % 2 != 0 || !value.StartsWith("0x", StringComparison.Ordinal)
                || !ulong.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number8))
            {
                throw Error(number, "0x and 2, 4, 8 or 16 hexadecimal digits", value);
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, number8);
            bytes.AddRange(word[..size]);
        }

        if (values.Length == 0)
        {
            throw Error(number, "values behind the address", "none");
        }
    }

    /// <summary>An address, perhaps with gdb's name of it, and a colon: <c>0x560620 &lt;runtime.aeskeysched+16&gt;:</c>.</summary>
    private static bool TryAddress(string line, out Addr at, out string rest)
    {
        (at, rest) = (default, "");
        int end = line.IndexOfAny([' ', ':', '\t']);
        if (end <= 2 || !line.StartsWith("0x", StringComparison.Ordinal)
            || !ulong.TryParse(line.AsSpan(2, end - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
        {
            return false;
        }

        int name = line[end] == ' ' && line.AsSpan(end).TrimStart().StartsWith("<") ? line.IndexOf('>', end) + 1 : end;
        if (name >= line.Length || name < end || line[name] != ':')
        {
            return false;
        }

        (at, rest) = (new Addr(value), line[(name + 1)..].Trim());
        return true;
    }

    private static bool IsPassedOver(string line) =>
        line.Length == 0 || line[0] == '#' || line.StartsWith("(gdb)", StringComparison.Ordinal) || line.StartsWith("(dlv)", StringComparison.Ordinal);

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(l => l.Trim());

    private static FormatException Error(int line, string expected, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{line}: expected {expected}, found '{found}'"));
}
