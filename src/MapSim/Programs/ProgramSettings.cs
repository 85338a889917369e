using System.Globalization;
using MapSim.Hash;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What the header of a program says, with defaults for what it does not say.</summary>
/// <param name="Version">go: the release; 1.23.</param>
/// <param name="Arch">arch: amd64.</param>
/// <param name="Hash">hash: aes, or portable on arm64, whose AES hash is not modelled.</param>
/// <param name="Seed">seed: of the hash function's keys and every random choice; 0.</param>
/// <param name="Generic">generic: types that have fast functions use the generic ones.</param>
/// <param name="Limit">limit: most pieces of work an operation may take.</param>
/// <param name="Collector">collector: memory is freed, by the operation gc.</param>
public sealed record ProgramSettings(GoVersion Version, Arch Arch, string Hash, ulong Seed, bool Generic, int Limit, bool Collector = false)
{
    /// <summary>The pieces of work an operation may take if the program does not say.</summary>
    public const int DefaultLimit = 50_000_000;

    private const ulong KeyStream = 0x6D61_7073_696D_6B65;

    /// <summary>The names of settings, in the order in which programs usually have them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["go", "arch", "hash", "seed", "generic", "collector", "limit"];

    /// <summary>True for settings without a value.</summary>
    public static bool IsFlag(string name) => name is "generic" or "collector";

    /// <summary>The hash functions that "hash" can name.</summary>
    public static IReadOnlyList<string> HashNames { get; } = ["aes", "portable", "identity", "lowbits", "onebucket", "consttop"];

    /// <summary>The settings of a program, some of them replaced.</summary>
    /// <param name="program">The program.</param>
    /// <param name="version">Replaces "go", if not null.</param>
    /// <param name="seed">Replaces "seed", if not null.</param>
    /// <exception cref="FormatException">A value makes no sense; the parser lets no such program through.</exception>
    public static ProgramSettings Of(MapProgram program, GoVersion? version = null, ulong? seed = null)
    {
        ILookup<string, string> values = program.Settings.ToLookup(s => s.Setting.Name, s => s.Setting.Value);
        string? Value(string name) => values[name].FirstOrDefault();
        Arch arch = Arch.Parse(Value("arch") ?? "amd64");
        string hash = Value("hash") ?? (arch == Arch.Arm64 ? "portable" : "aes");
        if (hash == "aes" && arch == Arch.Arm64)
        {
            throw new FormatException("expected a hash other than aes on arm64 (its AES hash is not modelled), found 'aes'");
        }

        return new ProgramSettings(
            version ?? GoVersion.Parse(Value("go") ?? "1.23"),
            arch,
            HashNames.Contains(hash) ? hash : throw new FormatException($"expected a hash function ({string.Join(", ", HashNames)}), found '{hash}'{Suggestion.Hint(hash, HashNames)}"),
            seed ?? ParseNumber(Value("seed") ?? "0", ulong.MaxValue),
            values.Contains("generic"),
            (int)ParseNumber(Value("limit") ?? DefaultLimit.ToString(CultureInfo.InvariantCulture), int.MaxValue),
            values.Contains("collector"));
    }

    /// <summary>The machine that these settings describe.</summary>
    public MachineOptions ToOptions() => new(Version, Arch, CreateHash(), Seed);

    /// <summary>The hash function; its keys come from the seed.</summary>
    public IMemHash CreateHash() => HashRegimes.Create(
        Hash switch
        {
            "aes" => HashRegime.Aes,
            "portable" => HashRegime.Portable,
            "identity" => HashRegime.Identity,
            "lowbits" => HashRegime.LowBits,
            "onebucket" => HashRegime.OneBucket,
            _ => HashRegime.ConstantTop,
        },
        Version,
        Arch,
        Key);

    /// <summary>A number of the header: decimal or hexadecimal.</summary>
    /// <exception cref="FormatException">It is none, or larger than <paramref name="max"/>.</exception>
    internal static ulong ParseNumber(string text, ulong max) =>
        GoNumber.TryInt(text, out Int128 n) && n >= 0 && n <= max ? (ulong)n
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected a number from 0 to {max}, found '{text}'"));

    private ulong Key(int i) => unchecked(Fingerprint.Mix(Seed ^ Fingerprint.Mix(KeyStream + (ulong)i * 0x9E3779B97F4A7C15)));
}
