using MapSim.Checks;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// An operation on a map that has ended, as those are told who look for features of runs. Each turn of a repetition and each step
/// of an iteration is an operation of its own. A next on an iteration that has ended is none.
/// </summary>
/// <param name="Kind">What it was. Range: the start of a range loop or a further step of it; Iter and Next the same for other iterations.</param>
/// <param name="Slot">The map variable, 0 to 7 for m0 to m7: of an iteration that over which it began, of a clone the source.</param>
/// <param name="Type">The number of the map's type in the machine.</param>
/// <param name="Map">The hmap; nil for a nil map, and for a step of an iteration over an empty one.</param>
/// <param name="Before">The header before the operation; all zero for nil.</param>
/// <param name="Iterator">The hiter of an iteration; nil for other operations. It is cleared after the last step of a range.</param>
/// <param name="End">How it ended.</param>
/// <param name="Steps">Visible steps that it made.</param>
/// <param name="Key">
/// A small number for what its key means in this run: the same for equal keys of maps of one type, from 0 up in the order in which
/// keys come up; of an iteration the key that it yielded. -1 for operations without a key, NaNs and keys that nobody can read.
/// </param>
public readonly record struct MapEvent(
    OperationKind Kind, int Slot, int Type, Addr Map, MapHeader Before, Addr Iterator, OperationEnd End, ulong Steps, int Key);

/// <summary>Is told of each operation on a map when it has ended, after the oracles. It reads, no more.</summary>
/// <param name="machine">The machine.</param>
/// <param name="e">What happened.</param>
public delegate void MapWatcher(Machine machine, in MapEvent e);

/// <summary>An iteration that has begun and not ended.</summary>
/// <param name="Iterator">The hiter, on the heap or main's stack.</param>
/// <param name="Slot">The map variable over which it began.</param>
/// <param name="IsRange">A range loop; else begun by iter.</param>
public readonly record struct LiveIterator(Addr Iterator, int Slot, bool IsRange);
