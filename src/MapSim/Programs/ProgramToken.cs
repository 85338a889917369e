using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace MapSim.Programs;

/// <summary>
/// A whole program as one word, "b64:..." and base64, so that a bug fits a chat message or a command line. The bytes are
/// the program's text, mostly compressed by gzip. The same program gives the same word on every machine.
/// </summary>
public static class ProgramToken
{
    /// <summary>How such a word begins.</summary>
    public const string Prefix = "b64:";

    /// <summary>The largest text that a word may stand for, in bytes.</summary>
    public const int LargestText = 16 << 20;

    /// <summary>True if a text is meant to be such a word.</summary>
    public static bool IsToken(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The word for a program: url-safe base64 without padding of the compressed text.</summary>
    public static string Encode(MapProgram program) => Prefix + EncodeBytes(Encoding.UTF8.GetBytes(ProgramPrinter.Print(program)));

    /// <summary>Bytes compressed and in url-safe base64 without padding: the same everywhere.</summary>
    internal static string EncodeBytes(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(FixedDeflate.GZip(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The program that a word stands for.</summary>
    /// <exception cref="FormatException">It stands for no text: "expected ..., found ...".</exception>
    /// <exception cref="ProgramFormatException">The text is no program.</exception>
    public static MapProgram Decode(string token)
    {
        try
        {
            return ProgramParser.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(DecodeBytes(token)));
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("expected a text in UTF-8, found other bytes");
        }
    }

    /// <summary>The bytes that a word stands for, uncompressed.</summary>
    /// <param name="token">"b64:" and base64, standard or url-safe, padded or not; blanks and line breaks do not count.</param>
    /// <exception cref="FormatException">It is no base64, broken or cut off.</exception>
    public static byte[] DecodeBytes(string token)
    {
        byte[] bytes = FromBase64(token);
        if (!bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return bytes;
        }

        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var text = new MemoryStream();
            byte[] part = new byte[1 << 16];
            for (int n = gzip.Read(part); n > 0; n = gzip.Read(part))
            {
                text.Write(part, 0, n);
                if (text.Length > LargestText)
                {
                    throw new FormatException($"expected a text of at most {LargestText >> 20} MiB, found a longer one");
                }
            }

            // A stream that was cut off ends without a complaint: the trailer has the length.
            return bytes.Length >= 18 && BitConverter.ToUInt32(bytes, bytes.Length - 4) == text.Length ? text.ToArray()
                : throw new FormatException("expected gzip data up to its end, found them cut off");
        }
        catch (InvalidDataException)
        {
            throw new FormatException("expected gzip data, found broken ones (was the end of the word lost?)");
        }
    }

    private static byte[] FromBase64(string token)
    {
        var digits = new StringBuilder(token.Length);
        SearchValues<char> allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
        string text = token.TrimEnd().TrimEnd('=');
        for (int i = IsToken(token) ? Prefix.Length : 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                continue;
            }

            digits.Append(allowed.Contains(text[i]) ? text[i] switch { '-' => '+', '_' => '/', char c => c }
                : throw new FormatException($"expected base64 (letters, digits, '-' and '_' or '+' and '/'), found '{text[i]}' as character {i + 1}"));
        }

        if (digits.Length % 4 == 1)
        {
            throw new FormatException("expected base64, found one character too few or too many");
        }

        return Convert.FromBase64String(digits.Append('=', -digits.Length & 3).ToString());
    }
}
