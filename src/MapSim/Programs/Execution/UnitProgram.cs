using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>What is known of a program before its first unit is: its maps, its variables and what its header says.</summary>
internal sealed class UnitProgram
{
    private const int MostRangesDeep = GoroutineLines.Deepest;
    private static readonly string[][] Pointers = [PointersOf(1), PointersOf(2), PointersOf(3)];
    private readonly int[] _indices = new int[MapSlots.Count];

    /// <summary>Prepares a program.</summary>
    /// <param name="maps">Its maps.</param>
    /// <param name="settings">What its header says.</param>
    /// <param name="goroutines">How many goroutines have variables.</param>
    /// <param name="shared">Onces.</param>
    public UnitProgram(MapSlots maps, ProgramSettings settings, int goroutines, IReadOnlyList<SharedDeclaration> shared)
    {
        Settings = settings;
        var lines = new List<ProgramLine>();
        foreach (MapDeclaration map in maps.Declarations())
        {
            int slot = map.Name[^1] - '0';
            MapType type = maps.Type(slot);
            int number = Types.IndexOf(type);
            if (number < 0)
            {
                number = Types.Count;
                Types.Add(type);
            }

            _indices[slot] = Maps.Count;
            Maps.Add((map.Name, type, number));
            lines.Add(new ProgramLine(map));
        }

        Header = new MapProgram(lines);
        Shared = shared;
        Names = Pointers[goroutines - 1];
        Code = new ProgramCode([new GoroutineCode(GoroutineNames.Main, [], MostRangesDeep, Names, false, false)], Maps, shared, 0);
    }

    /// <summary>The maps as lines.</summary>
    public MapProgram Header { get; }

    /// <summary>What the header says.</summary>
    public ProgramSettings Settings { get; }

    /// <summary>The types of the maps, each once.</summary>
    public List<MapType> Types { get; } = [];

    /// <summary>Name, type and number of the type of each map.</summary>
    public List<(string Name, MapType Type, int TypeNumber)> Maps { get; } = [];

    /// <summary>Onces.</summary>
    public IReadOnlyList<SharedDeclaration> Shared { get; }

    /// <summary>The pointer variables; those of goroutines other than main have the goroutine in front.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Code without instructions.</summary>
    public ProgramCode Code { get; }

    /// <summary>The number of a map variable, by its slot.</summary>
    public int IndexOf(int slot) => _indices[slot];

    /// <summary>What stands in front of the variables of a goroutine.</summary>
    public static string Prefix(int owner) => owner switch { 0 => "", 1 => "w1.", _ => "w2." };

    private static string[] PointersOf(int goroutines) =>
        [.. from g in Enumerable.Range(0, goroutines) from n in Enumerable.Range(0, SharedSlots.Count) select FormattableString.Invariant($"{Prefix(g)}p{n}")];
}
