using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim explore --cells --cell: a cell of the tables as a program, to explore it alone.</summary>
internal static class ExploreCell
{
    private const string Beside = " beside ";

    /// <summary>Prints the program.</summary>
    /// <param name="situation">The situation of the map.</param>
    /// <param name="cell">What main does and what the other goroutine does: "delete, lookup beside assign, clear".</param>
    /// <exception cref="BadInputException">There is no such cell.</exception>
    public static int Print(string? situation, string cell)
    {
        InterleavingCell? found = InterleavingCell.All.Concat(InterleavingCell.Twos).FirstOrDefault(c => c.Situation == situation && c.Main + Beside + c.Other == cell);
        Console.Out.Write(found != null ? ProgramPrinter.Print(found.ToProgram()) : throw new BadInputException(
            $"--cell: expected one or two of {string.Join(", ", InterleavingCell.MainOperations)}, then 'beside', then as many of {string.Join(", ", InterleavingCell.OtherOperations)}, and a --situation; found '{cell}'{(situation == null ? " and no situation" : "")}"));
        return ExitCodes.Clean;
    }
}
