using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>A map that a driver knows to be alive.</summary>
/// <param name="Type">Its type's number.</param>
/// <param name="Map">Its hmap, on the heap or a stack.</param>
public readonly record struct KnownMap(int Type, Addr Map);
