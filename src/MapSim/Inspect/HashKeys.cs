using System.Globalization;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Inspect;

/// <summary>
/// The random keys of a process's hash function: runtime.aeskeysched (128 bytes on amd64, 64 on 386), or runtime.hashkey
/// (four words) where it does not use AES instructions.
/// </summary>
public sealed class HashKeys
{
    private readonly Arch _arch;
    private readonly byte[] _bytes;

    private HashKeys(Arch arch, byte[] bytes, bool isAes) => (_arch, _bytes, IsAes) = (arch, bytes, isAes);

    /// <summary>True for runtime.aeskeysched.</summary>
    public bool IsAes { get; }

    /// <summary>The bytes as hexadecimal digits.</summary>
    public string Hex => Convert.ToHexStringLower(_bytes);

    /// <summary>Keys of so many bytes; null if no hash function of the architecture that is modelled has as many, or all are zero.</summary>
    public static HashKeys? Of(Arch arch, byte[] bytes)
    {
        bool isAes = arch != Arch.Arm64 && bytes.Length == ProgramSettings.HashKeyBytes("aes", arch);
        return (isAes || bytes.Length == ProgramSettings.HashKeyBytes("portable", arch)) && bytes.AsSpan().ContainsAnyExcept((byte)0) ? new HashKeys(arch, bytes, isAes) : null;
    }

    /// <summary>
    /// Reads keys as a person has them: hexadecimal digits in a row, or what gdb's x/128xb or x/16xg prints (bytes or words after
    /// 0x; what stands before a colon is not looked at).
    /// </summary>
    /// <exception cref="FormatException">They are none: "expected ..., found ...".</exception>
    public static HashKeys Parse(Arch arch, string text)
    {
        var bytes = new List<byte>();
        foreach (string line in text.Split('\n'))
        {
            foreach (string word in line[(line.LastIndexOf(':') + 1)..].Split([' ', '\t', '\r', ',', '{', '}'], StringSplitOptions.RemoveEmptyEntries))
            {
                bool isNumber = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
                string digits = isNumber ? word[2..] : word;
                if (digits.Length == 0 || digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit) || (isNumber && digits.Length is not (2 or 8 or 16)))
                {
                    throw new FormatException($"expected hash keys as hexadecimal bytes, or as gdb's x/128xb or x/16xg prints them, found '{word}'");
                }

                byte[] part = Convert.FromHexString(digits);
                bytes.AddRange(isNumber ? part.Reverse() : part);
            }
        }

        int portable = ProgramSettings.HashKeyBytes("portable", arch);
        string expected = (arch == Arch.Arm64 ? "" : string.Create(CultureInfo.InvariantCulture, $"{ProgramSettings.HashKeyBytes("aes", arch)} bytes (runtime.aeskeysched) or "))
            + string.Create(CultureInfo.InvariantCulture, $"{portable} (runtime.hashkey), not all zero");
        return Of(arch, [.. bytes]) ?? throw new FormatException($"expected hash keys of {expected} for {arch}, found {ProcessImage.Bytes((ulong)bytes.Count)}{(bytes.TrueForAll(b => b == 0) ? " of zero" : "")}");
    }

    /// <summary>The process's hash function.</summary>
    public IMemHash Create(GoVersion version) => Settings(version).CreateHash();

    /// <summary>What a program's header says of it.</summary>
    internal ProgramSettings Settings(GoVersion version) =>
        new(version, _arch, IsAes ? "aes" : "portable", 0, Generic: false, ProgramSettings.DefaultLimit) { HashKeys = Hex };
}
