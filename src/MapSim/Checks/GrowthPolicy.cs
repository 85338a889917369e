using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>One operation as the growth policy sees it.</summary>
/// <param name="Version">The Go release.</param>
/// <param name="PointerSize">Bytes in a word.</param>
/// <param name="Map">The hmap.</param>
/// <param name="Effect">What the operation did.</param>
/// <param name="Before">The header before it.</param>
/// <param name="After">The header after it.</param>
internal readonly record struct Transition(
    GoVersion Version, int PointerSize, Addr Map, MapEffect Effect, MapHeader Before, MapHeader After)
{
    /// <summary>True if a grow began: there is another array. The first bucket of a map is no grow.</summary>
    public bool GrowStarted => !Before.Buckets.IsNil && After.Buckets != Before.Buckets;

    /// <summary>True if one entry more than before is too many.</summary>
    public bool OverLimit => Bmap.OverLoadFactor(unchecked(Before.Count + 1), Before.B, Version, PointerSize);

    public Violation Violation(string id, string found, string expected) => new(id, Map, default, found, expected);
}

/// <summary>
/// The growth policy (docs/INVARIANTS.md, H4): what one operation may do to a map's size. Each rule is a file of its
/// own; each looks at the header before and after, and at what the operation did according to a model without buckets.
/// </summary>
public static unsafe class GrowthPolicy
{
    private static readonly Rule[] Rules =
    [
        new(GrowStartsByRule.Id, &GrowStartsByRule.Check),
        new(GrowDirection.Id, &GrowDirection.Check),
        new(OnlyInsertsGrow.Id, &OnlyInsertsGrow.Check),
        new(WritesMoveTheMark.Id, &WritesMoveTheMark.Check),
        new(ReadsChangeNothing.Id, &ReadsChangeNothing.Check),
        new(SeedStays.Id, &SeedStays.Check),
    ];

    /// <summary>The numbers of all H4 rules.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Rules.Select(r => r.Id), InitialSize.Id];

    /// <summary>Checks one operation on a map.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="map">The hmap; nothing is found for nil.</param>
    /// <param name="effect">What the operation did.</param>
    /// <param name="before">The header before it.</param>
    /// <param name="after">The header after it.</param>
    /// <param name="found">Takes the violations.</param>
    public static void Check(Machine m, Addr map, MapEffect effect, in MapHeader before, in MapHeader after, List<Violation> found)
    {
        if (map.IsNil)
        {
            return;
        }

        var transition = new Transition(m.Version, m.PointerSize, map, effect, before, after);
        foreach (ref readonly Rule rule in Rules.AsSpan())
        {
            rule.Check(in transition, found);
        }
    }

    /// <summary>Checks the size of a map just made for a number of entries (H4.7).</summary>
    public static void CheckInitial(Machine m, Addr map, ulong hint, MapHeader header, List<Violation> found) =>
        InitialSize.Check(m, map, hint, header, found);

    private readonly struct Rule(string id, delegate*<in Transition, List<Violation>, void> check)
    {
        public readonly string Id = id;
        public readonly delegate*<in Transition, List<Violation>, void> Check = check;
    }
}
