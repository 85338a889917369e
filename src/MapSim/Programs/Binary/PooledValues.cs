using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Values of the pools, and values written out in arguments, in the one spelling that a value has.</summary>
/// <param name="arch">The architecture.</param>
/// <param name="literals">Values that were read before; null to read all anew.</param>
internal sealed class PooledValues(Arch arch, KnownLiterals? literals = null)
{
    private readonly List<(GoType Type, TypePool Pool)> _pools = [];

    /// <summary>A value of the pool.</summary>
    public GoValue Pool(GoType type, int n) => PoolOf(type).Value(n, arch);

    /// <summary>A special.</summary>
    public GoValue Special(GoType type, int n) => PoolOf(type).Special(n, arch);

    /// <summary>A value written out in arguments.</summary>
    public GoValue Read(GoType type, ArgumentReader arguments)
    {
        if (literals == null)
        {
            return ReadAnew(type, arguments);
        }

        if (literals.Find(type, arguments) is { } known)
        {
            return known;
        }

        ReadOnlySpan<byte> rest = arguments.Rest;
        int from = arguments.Position;
        GoValue value = ReadAnew(type, arguments);
        literals.Add(type, rest, arguments.Position - from, value);
        return value;
    }

    private GoValue ReadAnew(GoType type, ArgumentReader arguments)
    {
        GoValue value = new LiteralReader(arguments, arch).Read(type);
        return type.Kind is GoKind.Bool or GoKind.Int or GoKind.String ? value : Canonical(type, value);
    }

    /// <summary>A value in the spelling that it has when it is read from memory.</summary>
    public GoValue Canonical(GoType type, GoValue value) => Canonical(type, value, arch);

    /// <summary>A value in the spelling that it has when it is read from memory.</summary>
    public static GoValue Canonical(GoType type, GoValue value, Arch arch) => Parse(type, ValueText.Of(type, value, null, arch), arch);

    /// <summary>Reads a value.</summary>
    /// <exception cref="ProgramFormatException">It is none of the type.</exception>
    public static GoValue Parse(GoType type, string text, Arch arch) =>
        new ValueParser(new LineCursor(1, text), arch, null, new ProgramScope()).Value(type);

    /// <summary>Keys and elems of a few maps: a list is found through faster than the table of all types.</summary>
    private TypePool PoolOf(GoType type)
    {
        for (int i = 0; i < _pools.Count; i++)
        {
            if (ReferenceEquals(_pools[i].Type, type))
            {
                return _pools[i].Pool;
            }
        }

        var pool = TypePool.Of(type);
        _pools.Add((type, pool));
        return pool;
    }

    /// <summary>The selectors of a type's values by their spelling: pool before specials, lower before higher.</summary>
    public Dictionary<string, int> Selectors(GoType type)
    {
        var selectors = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int n = 0; n < ValuePool.Count; n++)
        {
            selectors.TryAdd(Pool(type, n).ToText(), n);
        }

        for (int n = 0; n < ValuePool.MostSpecials; n++)
        {
            selectors.TryAdd(Special(type, n).ToText(), BinaryResolver.FirstSpecial + n);
        }

        return selectors;
    }
}
