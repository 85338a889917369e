using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What an argument byte of an op means.</summary>
internal enum OpArgument : byte
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>A map and flags.</summary>
    Map,

    /// <summary>The selector of a key.</summary>
    Key,

    /// <summary>The selector of an elem.</summary>
    Elem,

    /// <summary>An iterator.</summary>
    Iterator,

    /// <summary>How often.</summary>
    Count,

    /// <summary>From which number on.</summary>
    From,

    /// <summary>A turn of a loop.</summary>
    Turn,
}

/// <summary>The meanings of the argument bytes of each op, from the names in the op table. A number counts as one byte.</summary>
internal static class OpArguments
{
    private static readonly OpArgument[][] ByCode = [.. Enum.GetValues<BinaryOpCode>().Select(Parse)];

    /// <summary>The arguments of an op.</summary>
    public static ReadOnlySpan<OpArgument> Of(BinaryOpCode code) => ByCode[(int)code];

    private static OpArgument[] Parse(BinaryOpCode code) => code == BinaryOpCode.Config ? []
        : [.. BinaryOpTable.ArgumentNames(code).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static OpArgument Parse(string name) => name switch
    {
        "map" => OpArgument.Map,
        "key" => OpArgument.Key,
        "elem" => OpArgument.Elem,
        "iterator" => OpArgument.Iterator,
        "count#" => OpArgument.Count,
        "from#" => OpArgument.From,
        "from" or "more" or "turn" => OpArgument.Turn,
        _ => OpArgument.Other,
    };
}
