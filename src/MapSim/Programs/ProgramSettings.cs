using System.Buffers.Binary;
using System.Globalization;
using MapSim.Faults;
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
/// <param name="Procs">procs: Ps, each with an arena; 0 for one a goroutine of the program.</param>
/// <param name="StoreBuffers">storebuffers: stores that can wait in each goroutine's buffer; 0 for sequential consistency.</param>
/// <param name="Workers">workers: goroutines of the collector.</param>
/// <param name="GcStart">gcstart: one allocation in so many starts a collection; 0 for none.</param>
/// <param name="Race">race: as go build -race, a data race is a finding.</param>
public sealed record ProgramSettings(
    GoVersion Version, Arch Arch, string Hash, ulong Seed, bool Generic, int Limit, bool Collector = false, int Procs = 0, int StoreBuffers = 0, int Workers = 1, int GcStart = 0, bool Race = false)
{
    private static readonly string[] ForceNames = ["hash0", "iterator", "noverflow", "nan", "gcjob", "gcstart", "select"];

    /// <summary>force: random draws of these kinds always give these values, so that a rare precondition is met.</summary>
    public IReadOnlyList<(ChoiceKind Kind, ulong Value)> Forced { get; init; } = [];

    /// <summary>hashkeys: the keys of a process's hash function, as hexadecimal bytes; null if they come from the seed.</summary>
    public string? HashKeys { get; init; }

    /// <summary>What is changed in the model; no header says it.</summary>
    public ModelChanges Changes { get; init; }

    /// <summary>The pieces of work an operation may take if the program does not say.</summary>
    public const int DefaultLimit = 50_000_000;

    private const ulong KeyStream = 0x6D61_7073_696D_6B65;

    /// <summary>The names of settings, in the order in which programs usually have them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["go", "arch", "hash", "hashkeys", "seed", "generic", "procs", "storebuffers", "collector", "workers", "gcstart", "race", "force", "limit"];

    /// <summary>True for settings without a value.</summary>
    public static bool IsFlag(string name) => name is "generic" or "collector" or "race";

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
            Small("limit", DefaultLimit),
            values.Contains("collector"),
            Small("procs", 0),
            Small("storebuffers", 0),
            Small("workers", 1),
            Small("gcstart", 0),
            values.Contains("race"))
        {
            Forced = [.. values["force"].Select(Force)],
            HashKeys = Value("hashkeys"),
        };

        int Small(string name, int standard) => Value(name) is { } text ? (int)ParseNumber(text, int.MaxValue) : standard;
    }

    /// <summary>How many workers the collector of a program has.</summary>
    internal static int WorkersOf(MapProgram program)
    {
        ILookup<string, string> values = program.Settings.ToLookup(s => s.Setting.Name, s => s.Setting.Value);
        return !values.Contains("collector") ? 0 : values["workers"].FirstOrDefault() is { } text ? (int)ParseNumber(text, int.MaxValue) : 1;
    }

    /// <summary>Checks the value of a setting that is not "go" or "arch".</summary>
    /// <exception cref="FormatException">It makes no sense.</exception>
    internal static void Check(string name, string value)
    {
        switch (name)
        {
            case "hash":
                _ = HashNames.Contains(value) ? value : throw new FormatException($"expected a hash function ({string.Join(", ", HashNames)}), found '{value}'{Suggestion.Hint(value, HashNames)}");
                break;
            case "hashkeys":
                _ = value.Length > 0 && value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit) ? value
                    : throw new FormatException($"expected the bytes of the hash keys as hexadecimal digits, found '{value}'");
                break;
            case "force":
                Force(value);
                break;
            default:
                ulong least = name is "procs" or "workers" or "gcstart" ? 1UL : 0;
                ulong most = name switch
                {
                    "seed" => ulong.MaxValue,
                    "procs" => MostProcs,
                    "workers" => MostWorkers,
                    "storebuffers" => MostStoreBuffers,
                    _ => int.MaxValue,
                };
                if (!GoNumber.TryInt(value, out Int128 number) || number < least || number > most)
                {
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected a number from {least} to {most}, found '{value}'"));
                }

                break;
        }
    }

    private const int MostProcs = 64, MostProcs386 = 12, MostWorkers = 16, MostStoreBuffers = 256;

    /// <summary>Reads a forced draw: "hash0 0".</summary>
    /// <exception cref="FormatException">It makes no sense.</exception>
    internal static (ChoiceKind Kind, ulong Value) Force(string text)
    {
        string[] parts = text.Split(' ', 2);
        int kind = Array.IndexOf(ForceNames, parts[0]);
        return kind < 0 ? throw new FormatException($"expected a kind of draw ({string.Join(", ", ForceNames)}), found '{parts[0]}'{Suggestion.Hint(parts[0], ForceNames)}")
            : parts.Length < 2 ? throw new FormatException($"expected the number that every draw for {parts[0]} gives, found the end of the line")
            : ((ChoiceKind)kind, ParseNumber(parts[1], ulong.MaxValue));
    }

    /// <summary>The machine that these settings describe.</summary>
    /// <param name="goroutines">Goroutines of the program, main included.</param>
    public MachineOptions ToOptions(int goroutines = 1) => 
        new(Version, Arch, CreateHash(), Seed, Math.Min(Procs > 0 ? Procs : goroutines, Arch.PointerSize == 4 ? MostProcs386 : MostProcs), StoreBuffers) { Changes = Changes };

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

    /// <summary>The bytes of "hashkeys" that a hash function has; 0 if it has no keys.</summary>
    internal static int HashKeyBytes(string hash, Arch arch) => hash switch
    {
        "aes" => arch == Arch.Amd64 ? 128 : 64,
        "portable" => 4 * arch.PointerSize,
        _ => 0,
    };

    private ulong Key(int i) => HashKeys is { } keys ? KnownKey(Convert.FromHexString(keys), i) : DrawnKey(i);

    private ulong KnownKey(byte[] keys, int i)
    {
        int word = Hash == "portable" ? Arch.PointerSize : 8;
        return word == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(keys.AsSpan(i * word)) : BinaryPrimitives.ReadUInt32LittleEndian(keys.AsSpan(i * word));
    }

    private ulong DrawnKey(int i) => unchecked(Fingerprint.Mix(Seed ^ Fingerprint.Mix(KeyStream + (ulong)i * 0x9E3779B97F4A7C15)));
}
