using System.Globalization;

namespace MapSim.Programs;

/// <summary>A line of the header: "go 1.23", "seed 7", "generic".</summary>
/// <param name="Name">The setting.</param>
/// <param name="Value">Its value as written; empty for a setting that has none.</param>
public sealed record Setting(string Name, string Value) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => Value.Length == 0 ? Name : Name + " " + Value;
}

/// <summary>How a map comes to be.</summary>
public enum MapOrigin
{
    /// <summary>make without a hint: the first bucket comes with the first insert.</summary>
    Small,

    /// <summary>make with a hint.</summary>
    Hint,

    /// <summary>A map that does not escape: header and first bucket on the stack.</summary>
    Stack,

    /// <summary>A nil map.</summary>
    Nil,

    /// <summary>A map that was somewhere else before, with all its memory.</summary>
    Memory,
}

/// <summary>A map variable: "map m map[string]int make(10)".</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its Go type.</param>
/// <param name="Origin">How it is made.</param>
/// <param name="Hint">The hint, for <see cref="MapOrigin.Hint"/>.</param>
public sealed record MapDeclaration(string Name, string Type, MapOrigin Origin = MapOrigin.Small, long Hint = 0) : IStatement
{
    /// <summary>The memory it begins with, for <see cref="MapOrigin.Memory"/>.</summary>
    public CarriedMemory? Memory { get; init; }

    /// <inheritdoc/>
    public string ToText() => $"map {Name} {Type}" + Origin switch
    {
        MapOrigin.Hint => $" make({Hint.ToString(CultureInfo.InvariantCulture)})",
        MapOrigin.Stack => " stack",
        MapOrigin.Nil => " nil",
        MapOrigin.Memory => " memory " + Memory!.Word,
        _ => "",
    };
}
