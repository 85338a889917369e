using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>What the op Config says: the header of the program. Every field is one that a shrinker can set to 0. Those come first that change most, so that a byte put in or taken out later changes little.</summary>
/// <param name="Type">The first map's type, a number of <see cref="BinaryTypes.Maps"/>.</param>
/// <param name="Origin">How the first map is made: see <see cref="BinaryOrigin"/>.</param>
/// <param name="Goroutines">Bits 0 and 1: goroutines besides main, 0 to 2. Bit 2: collector. Bits 3 and 4: its workers less one. Bit 5: race.</param>
/// <param name="Release">Bits 0 and 1: Go 1.23, 1.22, 1.21, 1.19. Bits 2 and 3: amd64, arm64, 386. Bit 4: generic.</param>
/// <param name="Hash">The hash function, 0 to 5 as in <see cref="ProgramSettings.HashNames"/>; more is 0. 0 on arm64 is the portable one.</param>
/// <param name="Forced">A forced precondition a bit: hash0, iterator, noverflow, nan, gcjob, gcstart, select.</param>
/// <param name="StoreBuffers">Stores that can wait, 0 to 127.</param>
/// <param name="Procs">Ps, 0 (the default) to 64.</param>
/// <param name="Seed">The seed.</param>
public sealed record BinaryConfig(
    int Type = 0, int Origin = 0, int Goroutines = 0, int Release = 0, int Hash = 0, int Forced = 0, int StoreBuffers = 0, int Procs = 0, ulong Seed = 0)
{
    /// <summary>The header of a program without the op.</summary>
    public static BinaryConfig Default { get; } = new();

    private static readonly string[] Releases = ["1.23", "1.22", "1.21", "1.19"];
    private static readonly string[] Architectures = ["amd64", "arm64", "386", "amd64"];
    private static readonly GoVersion[] KnownVersions = [.. Releases.Select(GoVersion.Parse)];
    private static readonly Arch[] KnownArchitectures = [.. Architectures.Select(Arch.Parse)];

    /// <summary>What is forced, a bit each: an iteration starts in the last bucket at slot 7, every overflow bucket is counted, all NaNs collide.</summary>
    internal static IReadOnlyList<string> ForcedDraws { get; } =
        ["hash0 0", "iterator 18446744073709551615", "noverflow 0", "nan 0", "gcjob 0", "gcstart 0", "select 0"];

    /// <summary>The release.</summary>
    public GoVersion Version => KnownVersions[Release & 3];

    /// <summary>The architecture.</summary>
    public Arch Arch => KnownArchitectures[(Release >> 2) & 3];

    /// <summary>True if there is a collector.</summary>
    public bool HasCollector => (Goroutines & 4) != 0;

    /// <summary>The collector's goroutines.</summary>
    public int Workers => 1 + ((Goroutines >> 3) & 3);

    /// <summary>Goroutines besides main, 0 to 2.</summary>
    public int Others => Math.Min(2, Goroutines & 3);

    /// <summary>The number that a release has in <see cref="Release"/>.</summary>
    public static int ReleaseNumber(GoVersion version) => Array.IndexOf(Releases, version.Name);

    /// <summary>The header of a program; the default one if it has no Config.</summary>
    public static BinaryConfig Of(BinaryProgram program)
    {
        for (int i = 0; i < program.Ops.Count; i++)
        {
            if (program.Ops[i] is { Code: BinaryOpCode.Config } op)
            {
                var a = new ArgumentReader(op);
                return new BinaryConfig(a.Byte(), a.Byte(), a.Byte(), a.Byte(), a.Byte(), a.Byte(), a.Byte(), a.Byte(), a.Number());
            }
        }

        return Default;
    }

    /// <summary>The op that says this.</summary>
    public BinaryOp ToOp() => new ArgumentWriter()
        .Byte(Type).Byte(Origin).Byte(Goroutines).Byte(Release).Byte(Hash).Byte(Forced).Byte(StoreBuffers).Byte(Procs).Number(Seed)
        .Op(BinaryOpCode.Config);

    /// <summary>The lines of the header, defaults left out.</summary>
    public IReadOnlyList<Setting> Settings()
    {
        var lines = new List<Setting> { new("mapsim", "1") };
        int hash = Hash < ProgramSettings.HashNames.Count ? Hash : 0;
        Add("go", Version.Name, Version == GoVersion.Go123);
        Add("arch", Arch.Name, Arch == Arch.Amd64);
        Add("hash", ProgramSettings.HashNames[hash], hash == 0);
        Add("seed", Seed.ToString(CultureInfo.InvariantCulture), Seed == 0);
        Add("generic", "", (Release & 16) == 0);
        Add("procs", Text(Math.Min(Procs, 64)), Procs == 0);
        Add("storebuffers", Text(StoreBuffers), StoreBuffers == 0);
        Add("collector", "", !HasCollector);
        Add("workers", Text(Workers), !HasCollector || Workers == 1);
        Add("race", "", (Goroutines & 32) == 0);
        lines.AddRange(ForcedDraws.Where((_, bit) => (Forced >> bit & 1) != 0).Select(f => new Setting("force", f)));
        return lines;

        void Add(string name, string value, bool isDefault)
        {
            if (!isDefault)
            {
                lines.Add(new Setting(name, value));
            }
        }

        static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What <see cref="Settings"/> say, as <see cref="ProgramSettings.Of"/> reads it.</summary>
    internal ProgramSettings ToSettings()
    {
        int hash = Hash < ProgramSettings.HashNames.Count ? Hash : 0;
        string name = hash == 0 && Arch == Arch.Arm64 ? "portable" : ProgramSettings.HashNames[hash];
        return new ProgramSettings(
            Version, Arch, name, Seed, (Release & 16) != 0, ProgramSettings.DefaultLimit, HasCollector, Math.Min(Procs, 64), StoreBuffers, HasCollector ? Workers : 1, 0, (Goroutines & 32) != 0)
        {
            Forced = [.. ForcedDraws.Where((_, bit) => (Forced >> bit & 1) != 0).Select(ProgramSettings.Force)],
        };
    }

    /// <summary>The header that a text's settings say; type and origin are still to be filled in.</summary>
    /// <exception cref="ProgramFormatException">The binary form cannot say a line.</exception>
    internal static BinaryConfig FromText(MapProgram program)
    {
        var config = new BinaryConfig { Goroutines = program.Goroutines.Count };
        foreach ((int line, Setting setting) in program.Settings)
        {
            string value = setting.Value;
            int release = Array.IndexOf(Releases, value), forced = ForcedDraws.ToList().IndexOf(value);
            config = setting.Name switch
            {
                "mapsim" => config,
                "go" when release >= 0 => config with { Release = config.Release | release },
                "arch" => config with { Release = config.Release | (Array.IndexOf(Architectures, value) << 2) },
                "hash" => config with { Hash = ProgramSettings.HashNames.ToList().IndexOf(value) },
                "seed" => config with { Seed = ProgramSettings.ParseNumber(value, ulong.MaxValue) },
                "generic" => config with { Release = config.Release | 16 },
                "procs" => config with { Procs = (int)ProgramSettings.ParseNumber(value, 64) },
                "storebuffers" when ProgramSettings.ParseNumber(value, 256) is <= 127 and var n => config with { StoreBuffers = (int)n },
                "collector" => config with { Goroutines = config.Goroutines | 4 },
                "workers" when ProgramSettings.ParseNumber(value, 16) is >= 1 and <= 4 and var n => config with { Goroutines = config.Goroutines | ((int)(n - 1) << 3) },
                "race" => config with { Goroutines = config.Goroutines | 32 },
                "force" when forced >= 0 => config with { Forced = config.Forced | (1 << forced) },
                _ => throw TextToBinary.Cannot(line, "a setting that the op Config can say", setting.Name == "hashkeys" ? setting.Name : setting.ToText()),
            };
        }

        return config;
    }
}
