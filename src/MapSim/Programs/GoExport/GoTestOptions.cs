namespace MapSim.Programs;

/// <summary>How a program is written as a Go test.</summary>
/// <param name="File">The program's file, for messages; its name without ending also names the test.</param>
/// <param name="Package">The test's package; a Go identifier.</param>
/// <param name="Unsafe">Also looks into the map's memory, with the layout of the program's release and architecture.</param>
/// <param name="Runs">How often a program is run that is after a defect, with fresh maps each time.</param>
/// <param name="Seconds">How long that may take at most.</param>
public sealed record GoTestOptions(string File, string Package = "mapsim", bool Unsafe = false, int Runs = 20_000, int Seconds = 60);
