using MapSim.Heap;

namespace MapSim.Programs;

/// <summary>What ended a process early.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Message">The runtime's words.</param>
/// <param name="Line">The line of the operation.</param>
/// <param name="Key">The bug key.</param>
/// <param name="Goroutine">Whose operation it was.</param>
internal sealed record ProcessEnd(VerdictKind Kind, string Message, int Line, string Key, int Goroutine)
{
    /// <summary>The simulated process has no memory left.</summary>
    public static ProcessEnd OutOfMemory { get; } = new(VerdictKind.MemoryLimit, "the program needs more memory than a simulated process has", 0, "", 0);

    /// <summary>More for people; may be empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>True for the exception that means <see cref="OutOfMemory"/>.</summary>
    public static bool IsOutOfMemory(Exception e) => e is OutOfSimulatedMemoryException or ArgumentOutOfRangeException { ParamName: "size" };
}
