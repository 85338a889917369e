using System.Globalization;

namespace MapSim.Programs;

/// <summary>What goroutines share besides maps.</summary>
public enum SharedKind
{
    /// <summary>An int64 for sync/atomic.</summary>
    Var,

    /// <summary>sync.Mutex.</summary>
    Mutex,

    /// <summary>sync.RWMutex.</summary>
    RWMutex,

    /// <summary>sync.WaitGroup.</summary>
    WaitGroup,

    /// <summary>sync.Once.</summary>
    Once,

    /// <summary>chan int64.</summary>
    Chan,
}

/// <summary>A variable that goroutines share: "var x = 5", "mutex mu", "chan c 2".</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Number">The first value of a var, the capacity of a chan; else 0.</param>
public sealed record SharedDeclaration(SharedKind Kind, string Name, long Number = 0) : IStatement
{
    /// <summary>The largest capacity of a channel.</summary>
    public const long MostCapacity = 1024;

    /// <summary>Every word that begins such a declaration.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<SharedKind>().Select(Word)];

    /// <summary>The word for a kind.</summary>
    public static string Word(SharedKind kind) => kind.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public string ToText() => $"{Word(Kind)} {Name}" + (Number, Kind) switch
    {
        (0, _) => "",
        (_, SharedKind.Var) => " = " + Number.ToString(CultureInfo.InvariantCulture),
        _ => " " + Number.ToString(CultureInfo.InvariantCulture),
    };
}
