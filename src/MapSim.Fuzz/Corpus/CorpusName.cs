using System.Buffers;
using System.Security.Cryptography;

namespace MapSim.Fuzz;

/// <summary>
/// What files of a corpus are called. The name of an entry is the SHA-256 of its content, so that two stores merge by a
/// plain copy: equal names have equal content. Text programs may also have a name that a person gave them.
/// </summary>
public static class CorpusName
{
    /// <summary>The extension of text programs.</summary>
    public const string TextExtension = ".mapsim";

    /// <summary>The extension of programs in binary form.</summary>
    public const string BinaryExtension = ".bin";

    private const int HashLength = 64;
    private static readonly SearchValues<char> HashDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>True if a content is a text program: it begins with "mapsim 1". Anything else is the binary form.</summary>
    public static bool IsText(ReadOnlySpan<byte> content) => content.StartsWith("mapsim 1"u8);

    /// <summary>The SHA-256 of a content as 64 lowercase hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The name of an entry: hash and extension.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Hash(content) + (IsText(content) ? TextExtension : BinaryExtension);

    /// <summary>True for a name that says what the content's hash is.</summary>
    /// <param name="fileName">A file's name without its folder.</param>
    public static bool IsContentAddressed(string fileName) =>
        fileName.Length > HashLength && fileName.AsSpan(0, HashLength).IndexOfAnyExcept(HashDigits) < 0
        && fileName.AsSpan(HashLength) is TextExtension or BinaryExtension;

    /// <summary>True for the name of an entry: a content's hash, or any visible *.mapsim. Other files of a folder are none of the store's business.</summary>
    /// <param name="fileName">A file's name without its folder.</param>
    public static bool IsEntry(string fileName) => IsContentAddressed(fileName)
        || (fileName.EndsWith(TextExtension, StringComparison.Ordinal) && !fileName.StartsWith('.'));
}
