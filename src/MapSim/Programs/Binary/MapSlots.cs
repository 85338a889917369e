using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// The maps of a binary program, m0 to m7: what Config, Map and Clone ops declare, wherever they stand. A clone goes to a
/// map that is declared nil unless a Map op declares it before.
/// </summary>
internal sealed class MapSlots
{
    /// <summary>Most maps.</summary>
    public const int Count = 8;

    private const int StackRoom = 1900;
    private const int StackHeader = 80;
    private static readonly string[] Names = [.. Enumerable.Range(0, Count).Select(s => "m" + s.ToString(CultureInfo.InvariantCulture))];
    private readonly MapType?[] _types = new MapType?[Count];
    private readonly (MapOrigin Origin, long Hint)[] _origins = new (MapOrigin, long)[Count];
    private readonly BinaryConfig _config;
    private int _stack;

    /// <summary>Finds the maps of a program.</summary>
    public MapSlots(BinaryProgram program, BinaryConfig config)
    {
        _config = config;
        Declare(0, config.Type, BinaryOrigin.Of(config.Origin));
        foreach (BinaryOp op in program.Ops)
        {
            if (op.Code == BinaryOpCode.Map && _types[SlotOf(op[0])] == null)
            {
                Declare(SlotOf(op[0]), op[1] == 0 ? config.Type : op[1] - 1, BinaryOrigin.Of(op[2]));
            }
            else if (op.Code == BinaryOpCode.Clone && config.Version.HasClone && _types[op[1] & 7] == null)
            {
                _types[op[1] & 7] = Type(Slot(op[0]));
                _origins[op[1] & 7] = (MapOrigin.Nil, 0);
            }
        }
    }

    /// <summary>The slot that a Map op declares: never the first one, which belongs to Config.</summary>
    public static int SlotOf(int argument) => 1 + argument % (Count - 1);

    /// <summary>The name of a slot.</summary>
    public static string Name(int slot) => Names[slot];

    /// <summary>The slot that an argument means: its low bits, or the first if there is no such map.</summary>
    public int Slot(int argument) => _types[argument & 7] == null ? 0 : argument & 7;

    /// <summary>The type of a map.</summary>
    public MapType Type(int slot) => _types[slot]!;

    /// <summary>True if a map is nil at first.</summary>
    public bool IsNil(int slot) => _origins[slot].Origin == MapOrigin.Nil;

    /// <summary>The declarations in the order of the slots.</summary>
    public IEnumerable<MapDeclaration> Declarations() => Enumerable.Range(0, Count).Where(s => _types[s] != null)
        .Select(s => new MapDeclaration(Name(s), Type(s).Text, _origins[s].Origin, _origins[s].Hint));

    /// <summary>A map on main's stack is out of reach for other goroutines, and there is room for a few only.</summary>
    private void Declare(int slot, int type, (MapOrigin Origin, long Hint) origin)
    {
        _types[slot] = BinaryTypes.Map(type, _config.Arch);
        int size = _types[slot]!.BucketSize + StackHeader;
        if (origin.Origin == MapOrigin.Stack)
        {
            bool fits = _config.Others == 0 && _stack + size <= StackRoom;
            _stack += fits ? size : 0;
            origin = fits ? origin : (MapOrigin.Small, 0);
        }

        _origins[slot] = origin;
    }
}
