using System.Globalization;
using MapSim.Memory;

namespace MapSim.Inspect;

/// <summary>
/// Reads what <c>hexdump -C</c> prints: an address, up to sixteen bytes, and behind bars what is not looked at; * for
/// repeated lines; the last line is the address behind the end. Lines that begin with # are titles, as
/// <c>mapsim dump</c> writes them: what follows is another run of bytes.
/// </summary>
public sealed class HexDumpText
{
    private const int Width = 16;
    private const int MostBytes = 1 << 28;
    private readonly List<(Addr Start, byte[] Bytes)> _runs = [];
    private readonly List<byte> _bytes = [];
    private Addr _start;
    private bool _isOpen;
    private bool _starred;
    private int _line;

    private HexDumpText()
    {
    }

    /// <summary>True if a file begins like one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> begin)
    {
        string text = System.Text.Encoding.Latin1.GetString(begin);
        foreach (string line in text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0 && l[0] != '#'))
        {
            return TryAddress(line, out _, out string rest) && rest.Length > 2 && rest.StartsWith("  ", StringComparison.Ordinal)
                && Uri.IsHexDigit(rest[2]) && line.Contains(" |", StringComparison.Ordinal);
        }

        return false;
    }

    /// <summary>The runs of bytes with the addresses of the first column.</summary>
    /// <exception cref="FormatException">No such text; the message begins with the line: "3: expected ..., found ...".</exception>
    public static IReadOnlyList<(Addr Start, byte[] Bytes)> Parse(string text)
    {
        var parser = new HexDumpText();
        foreach (string line in text.Split('\n'))
        {
            parser._line++;
            parser.Line(line.TrimEnd('\r', ' '));
        }

        parser.Close();
        return parser._runs.Count > 0 ? parser._runs : throw new FormatException("1: expected lines of hexdump -C, found none");
    }

    private void Line(string line)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            Close();
            return;
        }

        if (line[0] == '*')
        {
            _starred = _isOpen && _bytes.Count >= Width ? true : throw Error("a line of bytes before *", "none");
            return;
        }

        if (!TryAddress(line, out Addr at, out string rest))
        {
            throw Error("an address of 6 to 16 hexadecimal digits", line);
        }

        List<byte> bytes = Bytes(rest);
        if (_isOpen)
        {
            Continue(at, bytes.Count);
        }

        if (!_isOpen)
        {
            (_start, _isOpen) = (at, bytes.Count > 0);
        }

        _bytes.AddRange(bytes);
        if (bytes.Count == 0)
        {
            Close();
        }
    }

    /// <summary>A line of an open run: it goes on where the last one ended, or after * further on.</summary>
    private void Continue(Addr at, int count)
    {
        ulong gap = at - (_start + _bytes.Count);
        if (_starred && gap < MostBytes)
        {
            byte[] repeated = [.. _bytes.TakeLast(Width)];
            for (ulong i = 0; i < gap; i++)
            {
                _bytes.Add(repeated[(int)(i % Width)]);
            }

            _starred = false;
        }
        else if (gap != 0 && count > 0 && at > _start + _bytes.Count)
        {
            // Several dumps one after the other, without their last lines.
            Close();
        }
        else if (gap != 0)
        {
            throw Error($"the address {(_start + _bytes.Count).Value:x8}", $"{at.Value:x8}");
        }
    }

    private List<byte> Bytes(string rest)
    {
        int bar = rest.IndexOf(" |", StringComparison.Ordinal);
        string columns = bar >= 0 ? rest[..bar] : rest;
        var bytes = new List<byte>();
        foreach (string pair in columns.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Length != 2 || bytes.Count == Width || !byte.TryParse(pair, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte b))
            {
                throw Error($"up to {Width} bytes of two hexadecimal digits", pair);
            }

            bytes.Add(b);
        }

        return bytes;
    }

    private void Close()
    {
        if (_starred)
        {
            throw Error("an address behind *: without it nobody knows how often the line repeats", "the end");
        }

        if (_isOpen && _bytes.Count > 0)
        {
            _runs.Add((_start, [.. _bytes]));
        }

        _isOpen = false;
        _bytes.Clear();
    }

    private static bool TryAddress(string line, out Addr at, out string rest)
    {
        int digits = 0;
        while (digits < line.Length && Uri.IsHexDigit(line[digits]))
        {
            digits++;
        }

        bool ok = digits is >= 6 and <= 16 && (digits == line.Length || line[digits] == ' ');
        at = ok ? new Addr(ulong.Parse(line[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)) : default;
        rest = ok ? line[digits..] : "";
        return ok;
    }

    private FormatException Error(string expected, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_line}: expected {expected}, found '{found}'"));
}
