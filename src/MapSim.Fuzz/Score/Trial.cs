using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>One execution of a hunt: a program in its text form, so that every model runs the same operations.</summary>
/// <param name="Program">The program with its schedule.</param>
/// <param name="Sharing">What its goroutines do to the same maps, which says how its end may be judged.</param>
public sealed record Trial(MapProgram Program, Sharing Sharing);

/// <summary>What the goroutines of a program do to the same maps. A promise of whoever made the program.</summary>
public enum Sharing : byte
{
    /// <summary>There is one goroutine.</summary>
    Alone,

    /// <summary>Each has its own maps, they only read, or they hold a lock: no schedule has a data race.</summary>
    RaceFree,

    /// <summary>They use the same maps without a lock: real Go may do anything.</summary>
    Racy,
}
