using System.Globalization;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>What the random programs of a campaign may be about.</summary>
/// <param name="Versions">Go releases.</param>
/// <param name="Arches">Architectures.</param>
/// <param name="Types">Map types, as Go spells them.</param>
public sealed record CaseFilter(IReadOnlyList<GoVersion> Versions, IReadOnlyList<Arch> Arches, IReadOnlyList<string> Types)
{
    /// <summary>Everything.</summary>
    public static CaseFilter Everything { get; } = new(GoVersion.All, Arch.All, RandomTypes.All);

    /// <summary>True if a collector runs beside every program, in steps, and its oracles look.</summary>
    public bool Collector { get; init; }

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes { get; init; }
}

/// <summary>One random program of a campaign: a function of the campaign's seed, its index and the filter.</summary>
/// <param name="Campaign">The campaign's seed.</param>
/// <param name="Index">Its number in the campaign.</param>
/// <param name="Type">The type of its maps.</param>
/// <param name="Version">The Go release.</param>
/// <param name="Arch">The architecture.</param>
/// <param name="Regime">The hash.</param>
/// <param name="Seed">Seed of the program itself.</param>
public sealed record RandomCase(
    ulong Campaign, long Index, MapType Type, GoVersion Version, Arch Arch, HashRegime Regime, ulong Seed)
{
    /// <summary>
    /// The case with a number. What the filter decides is drawn first and apart, so that a narrower filter that still
    /// contains a case's type, release and architecture can show the same program again.
    /// </summary>
    public static RandomCase Choose(ulong campaign, long index, CaseFilter filter)
    {
        ulong seed = Fingerprint.Mix(unchecked(campaign * 0x9E3779B97F4A7C15 + Fingerprint.Mix((ulong)index + 1)));
        var random = new RandomSource(seed);
        Arch arch = random.Pick(filter.Arches);
        GoVersion version = random.Pick(filter.Versions);
        MapType type = MapType.Parse(random.Pick(filter.Types), arch);
        var regimes = new RandomSource(Fingerprint.Mix(seed));
        HashRegime regime = regimes.Chance(40) ? HashRegime.Aes : regimes.Pick(HashRegimes.All);
        return new RandomCase(campaign, index, type, version, arch, regime, ~seed) { Collector = filter.Collector, Changes = filter.Changes };
    }

    /// <summary>True if a collector runs beside the program. The program's operations are the same with and without.</summary>
    public bool Collector { get; init; }

    /// <summary>What is changed in the model.</summary>
    public ModelChanges Changes { get; init; }

    /// <summary>The command that shows this program again.</summary>
    public string Command => string.Create(
        CultureInfo.InvariantCulture, $"mapsim soak --program {Campaign}:{Index} --go {Version} --arch {Arch} --type '{Type.Text}'{(Collector ? " --gc" : "")} {Changes.ToOptions()}").TrimEnd();

    /// <summary>What it is about.</summary>
    public string Title => string.Create(
        CultureInfo.InvariantCulture, $"program {Campaign}:{Index} ({Type.Text}, Go {Version}, {Arch}, hash {Regime}{(Collector ? ", collector" : "")}{(Changes.IsNone ? "" : $", with {Changes}")})");
}
