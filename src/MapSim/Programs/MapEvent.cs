using MapSim.Checks;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>An operation on a map that has ended, for who watches a run.</summary>
/// <param name="Kind">What it was; Range for each step of a range loop.</param>
/// <param name="Slot">The map's number in the program.</param>
/// <param name="Type">The number of the map's type.</param>
/// <param name="Map">The hmap; nil for a nil map.</param>
/// <param name="Before">The map's header before.</param>
/// <param name="Iterator">The iterator of an Iter, Next or Range; else nil.</param>
/// <param name="End">How it ended.</param>
/// <param name="Steps">Visible steps that it took.</param>
/// <param name="Key">A number for its key's identity in this run; -1 if it has no key.</param>
public readonly record struct MapEvent(
    OperationKind Kind, int Slot, int Type, Addr Map, MapHeader Before, Addr Iterator, OperationEnd End, ulong Steps, int Key);

/// <summary>Is told every operation on a map after it has ended.</summary>
public delegate void MapWatcher(Machine machine, in MapEvent e);
