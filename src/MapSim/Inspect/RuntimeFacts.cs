using System.Text;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Inspect;

/// <summary>
/// What the variables of a process's runtime tell, found with the executable's symbols: the release of Go, and the
/// random keys that its hash function was made of.
/// </summary>
public sealed class RuntimeFacts
{
    private const string Build = "runtime.buildVersion", UseAes = "runtime.useAeshash", Schedule = "runtime.aeskeysched", Keys = "runtime.hashkey";
    private readonly ProcessImage _image;
    private readonly Arch _arch;
    private readonly Dictionary<string, Addr> _symbols;
    private readonly ulong _bias;

    private RuntimeFacts(ProcessImage image, ElfFile exe, ulong bias)
    {
        (_image, _arch, _bias) = (image, exe.Arch, bias);
        _symbols = ElfSymbols.Find(exe, Build, UseAes, Schedule, Keys);
        GoBuild = Text(Build);
    }

    /// <summary>"go1.19.8"; null if it cannot be read.</summary>
    public string? GoBuild { get; }

    /// <summary>Reads them.</summary>
    /// <param name="image">The memory, the core's before the executable's.</param>
    /// <param name="exe">The executable.</param>
    /// <param name="bias">How far from its own addresses it was loaded.</param>
    public static RuntimeFacts Read(ProcessImage image, ElfFile exe, ulong bias) => new(image, exe, bias);

    /// <summary>The keys of the process's hash function; null if they are not in the memory, or the model does not have the function (AES on arm64).</summary>
    public HashKeys? FindHashKeys()
    {
        var aes = new byte[1];
        if (!TryRead(UseAes, aes) || (aes[0] != 0 && _arch == Arch.Arm64))
        {
            return null;
        }

        var keys = new byte[ProgramSettings.HashKeyBytes(aes[0] != 0 ? "aes" : "portable", _arch)];
        return TryRead(aes[0] != 0 ? Schedule : Keys, keys) ? HashKeys.Of(_arch, keys) : null;
    }

    /// <summary>The process's hash function; null if its keys are not known.</summary>
    public IMemHash? Hash(GoVersion version) => FindHashKeys()?.Create(version);

    private bool TryRead(string symbol, Span<byte> into) => _symbols.TryGetValue(symbol, out Addr at) && _image.TryRead(at + _bias, into);

    /// <summary>A Go string variable.</summary>
    private string? Text(string symbol)
    {
        Span<byte> header = stackalloc byte[16];
        if (!TryRead(symbol, header[..(2 * _arch.PointerSize)]))
        {
            return null;
        }

        ulong length = DecodedMap.Pointer(header[_arch.PointerSize..], _arch).Value;
        var bytes = new byte[(int)Math.Min(length, 64)];
        return length is > 0 and <= 64 && _image.TryRead(DecodedMap.Pointer(header, _arch), bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }
}
