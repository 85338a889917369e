using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace MapSim.Programs;

/// <summary>
/// A program as one word without blanks, for a chat message or a command line: "b64:" and the base64 (of URLs, without
/// padding) of its text. Not compressed: what a compressor gives depends on its version, and a token must be the same for ever.
/// </summary>
public static class ProgramToken
{
    /// <summary>What a token begins with.</summary>
    public const string Prefix = "b64:";

    private const int MostBytes = 16 << 20;

    /// <summary>The token of a program.</summary>
    public static string Encode(MapProgram program) => Prefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(ProgramPrinter.Print(program)));

    /// <summary>The bytes in a token: base64 of either alphabet, with or without padding, of the bytes or of their gzip.</summary>
    /// <exception cref="FormatException">It is no token.</exception>
    public static byte[] Decode(string token)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new FormatException($"expected '{Prefix}' and base64, found '{token}'");
        }

        string digits = token[Prefix.Length..].Replace('+', '-').Replace('/', '_').TrimEnd('=');
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(digits);
        }
        catch (FormatException)
        {
            throw new FormatException($"expected base64 behind '{Prefix}', found '{token}'");
        }

        return bytes is [0x1f, 0x8b, ..] ? Unzip(bytes) : bytes;
    }

    private static byte[] Unzip(byte[] bytes)
    {
        try
        {
            using var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var all = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int n = zip.Read(buffer); n > 0; n = zip.Read(buffer))
            {
                all.Write(buffer, 0, n);
                if (all.Length > MostBytes)
                {
                    throw new FormatException($"expected a token of at most {MostBytes} bytes when unpacked");
                }
            }

            return all.ToArray();
        }
        catch (InvalidDataException)
        {
            throw new FormatException("expected a token that can be unpacked, found a damaged one");
        }
    }
}
