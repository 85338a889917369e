using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>What commands that take program files share: reading them, and turning their mistakes into messages.</summary>
internal static class ProgramFiles
{
    /// <summary>How commands write JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>
    /// Reads a program: a file, "-" for standard input, or the program itself as a word ("b64:...", see
    /// <see cref="ProgramToken"/>). A program is text if it begins with "mapsim 1".
    /// </summary>
    /// <exception cref="BadInputException">It cannot be read, or is wrong.</exception>
    public static MapProgram Read(string file)
    {
        string name = Name(file);
        byte[] bytes = Bytes(file, name);
        ReadOnlySpan<byte> content = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        if (!content.StartsWith("mapsim 1"u8))
        {
            // Every op of a binary program is a byte from 0x80 on; a text that is mistyped in its first line has none, or is UTF-8.
            bool isBinary = content.ContainsAnyExceptInRange((byte)0, (byte)0x7f) && !content.StartsWith("mapsim"u8);
            return isBinary ? BinaryResolver.Resolve(BinaryDecoder.Decode(content))
                : throw new BadInputException($"{name}:1:1: expected a program that begins with 'mapsim 1', or a binary one, found {Start(content)}") { Line = 1 };
        }

        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
            return Guard(file, () => ProgramParser.Parse(text));
        }
        catch (DecoderFallbackException)
        {
            throw new BadInputException($"{name}: expected a text in UTF-8, found other bytes");
        }
    }

    /// <summary>What messages call a file: a long word for a program is cut off.</summary>
    public static string Name(string file) => file == "-" ? "standard input"
        : ProgramToken.IsToken(file) && file.Length > LongestName ? file[..LongestName] + "..."
        : file;

    private const int LongestName = 24;

    private static byte[] Bytes(string file, string name)
    {
        try
        {
            if (ProgramToken.IsToken(file))
            {
                return ProgramToken.DecodeBytes(file);
            }

            using Stream stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return all.ToArray();
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{name}: {e.Message}");
        }
    }

    /// <summary>The first bytes of a file as a message shows them.</summary>
    private static string Start(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> start = content[..Math.Min(content.Length, 8)];
        int end = start.IndexOfAny((byte)'\n', (byte)'\r');
        start = end >= 0 ? start[..end] : start;
        return content.IsEmpty ? "an empty file" : start.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? "the bytes " + Convert.ToHexStringLower(start) : $"'{Encoding.ASCII.GetString(start)}'";
    }

    /// <summary>Runs something that may find the program wrong.</summary>
    public static T Guard<T>(string file, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ProgramFormatException e)
        {
            throw new BadInputException(e.At(Name(file))) { Line = e.Line };
        }
    }

    /// <summary>The value of --go.</summary>
    public static GoVersion? Version(string? text)
    {
        try
        {
            return text == null ? null : GoVersion.Parse(text);
        }
        catch (FormatException e)
        {
            throw new BadInputException("--go: " + e.Message);
        }
    }

    /// <summary>The value of --seed.</summary>
    public static ulong? Seed(string? text) => text == null ? null
        : GoNumber.TryInt(text, out Int128 n) && n >= 0 && n <= ulong.MaxValue ? (ulong)n
        : throw new BadInputException($"--seed: expected a number from 0 to {ulong.MaxValue}, found '{text}'");
}
