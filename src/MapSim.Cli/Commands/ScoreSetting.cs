namespace MapSim.Cli.Commands;

/// <summary>Where and when a score was made: all that two runs of one command may differ in, times apart.</summary>
/// <param name="Date">The day, by the clock of this machine in UTC.</param>
/// <param name="Machine">Cores, operating system, .NET.</param>
/// <param name="Command">The command line.</param>
/// <param name="Seconds">How long it took in all.</param>
internal sealed record ScoreSetting(string Date, string Machine, string Command, double Seconds);
