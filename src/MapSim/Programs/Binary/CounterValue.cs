using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Values that depend on the number of a repetition: $i, "k$i", &amp;q$i ... as the binary form writes them.</summary>
internal static class CounterValue
{
    private const long NoEnd = 1L << 40;

    /// <summary>The first number that is too large for a type; 0 if it has no such values.</summary>
    public static long End(GoType type) => type.Kind switch
    {
        GoKind.Int => (long)Int128.Min(NoEnd, GoNumber.Max(type) + 1),
        GoKind.Float or GoKind.Complex or GoKind.String or GoKind.Pointer => NoEnd,
        GoKind.Interface => 1L << 31,
        GoKind.Array => type.Length > 0 ? End(type.Elem!) : 0,
        GoKind.Struct => Field(type) is var f and >= 0 ? End(type.Fields[f].Type) : 0,
        _ => 0,
    };

    /// <summary>The value with $i in it; only for types that have an <see cref="End"/>.</summary>
    public static GoValue Of(GoType type) => Of(type, GoValue.Counter);

    /// <summary>The value for a number.</summary>
    public static GoValue Of(GoType type, long number) => Of(type, number.ToString(CultureInfo.InvariantCulture));

    private static GoValue Of(GoType type, string number) => type.Kind switch
    {
        GoKind.Complex => GoValue.Plain($"({number}+0i)"),
        GoKind.String => new GoValue(GoValueKind.String, $"\"k{number}\"", []),
        GoKind.Pointer => GoValue.Label("q" + number),
        GoKind.Interface => GoValue.Typed("int", GoValue.Plain(number)),
        GoKind.Array => GoValue.List(Of(type.Elem!, number)),
        GoKind.Struct => GoValue.List([.. type.Fields.Select((f, i) => i == Field(type) ? Of(f.Type, number) : ValuePool.Zero(f.Type))]),
        _ => GoValue.Plain(number),
    };

    /// <summary>The first field that takes part in equality and has such values; -1 if none does.</summary>
    private static int Field(GoType type)
    {
        for (int i = 0; i < type.Fields.Count; i++)
        {
            if (type.Fields[i].Name != "_" && End(type.Fields[i].Type) > 0)
            {
                return i;
            }
        }

        return -1;
    }
}
