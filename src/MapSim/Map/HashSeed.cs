using MapSim.Faults;
using MapSim.Machines;

namespace MapSim.Map;

/// <summary>The seed of a map's hash (hash0): 32 random bits, new for every map that is made, cleared or emptied.</summary>
internal static class HashSeed
{
    /// <summary>Draws one.</summary>
    public static uint Draw(Machine m)
    {
        uint seed = unchecked((uint)m.Choices.Draw(ChoiceKind.Hash0));
        return m.Has(Fault.HashFixedSeed) ? 0 : seed;
    }
}
