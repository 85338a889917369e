using System.Globalization;

namespace MapSim.Programs;

/// <summary>
/// The locks, channels and the like of a binary program: eight of each kind, known by number. Those that an op names are
/// declared.
/// </summary>
internal sealed class SharedSlots
{
    /// <summary>How many there are of each kind.</summary>
    public const int Count = 8;

    private static readonly (SharedKind Kind, string Name)[] Prefixes =
    [
        (SharedKind.Var, "x"), (SharedKind.Mutex, "mu"), (SharedKind.RWMutex, "rw"), (SharedKind.WaitGroup, "wg"), (SharedKind.Once, "o"), (SharedKind.Chan, "ch"),
    ];

    private readonly SortedDictionary<(SharedKind Kind, int Slot), string> _used = [];

    /// <summary>The capacity of a channel, by its number.</summary>
    public static long Capacity(int slot) => (slot & 3) switch { 3 => 8, var n => n };

    /// <summary>The name of a slot.</summary>
    public static string NameOf(SharedKind kind, int slot) => Prefixes[(int)kind].Name + slot.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of what an argument means.</summary>
    public string Use(SharedKind kind, int argument)
    {
        int slot = argument & (Count - 1);
        return _used[(kind, slot)] = NameOf(kind, slot);
    }

    /// <summary>The name of the lock that an argument means: bit 2 says read-write.</summary>
    public string UseLock(int argument) => Use((argument & 4) != 0 ? SharedKind.RWMutex : SharedKind.Mutex, argument & 3);

    /// <summary>The declarations of all that were named.</summary>
    public IReadOnlyList<SharedDeclaration> All() => [.. _used.Select(u => new SharedDeclaration(u.Key.Kind, u.Value, 0))];

    /// <summary>The declarations of what some lines use.</summary>
    public IEnumerable<SharedDeclaration> Declarations(IEnumerable<IStatement> lines)
    {
        HashSet<string> names = [.. lines.Select(l => (l as Operation ?? (l as CaseLine)?.Operation)?.Name ?? "")];
        return _used.Where(u => names.Contains(u.Value))
            .Select(u => new SharedDeclaration(u.Key.Kind, u.Value, u.Key.Kind == SharedKind.Chan ? Capacity(u.Key.Slot) : 0));
    }
}
