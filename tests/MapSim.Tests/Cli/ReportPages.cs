using System.Text.Json;
using MapSim.Cli.Commands;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Tests.Cli;

/// <summary>Reports for tests, made in this process.</summary>
internal static class ReportPages
{
    /// <summary>More than 5,000 steps: strings, growth, a range, deletes.</summary>
    public const string Long = """
        mapsim 1
        # why: a long program for the report.
        seed 4
        map m map[string]int

        repeat 70 assign m "key$i" $i
        range i m
        end
        repeat 20 delete m "key$i"
        repeat 30 lookup m "key$i"

        """;

    /// <summary>The page of a program of the corpus.</summary>
    /// <param name="file">The program.</param>
    /// <param name="states">States to explore for what can still come of each step.</param>
    public static byte[] OfFile(string file, int states = 0) => ReportCommand.OfProgram(file, Read(file), ModelChanges.None, Timeline.DefaultMostSteps, states);

    /// <summary>The page of a program.</summary>
    public static byte[] OfText(string text) => ReportCommand.OfProgram("program.mapsim", ProgramParser.Parse(text), ModelChanges.None, Timeline.DefaultMostSteps);

    /// <summary>A program of the corpus.</summary>
    public static MapProgram Read(string file) => ProgramParser.Parse(File.ReadAllText(Repository.Path(file)));

    /// <summary>The page without its data, and the data.</summary>
    public static (string Page, JsonDocument Data) Parts(string page)
    {
        const string Start = "<script type=\"application/json\" id=\"data\">", End = "</script>";
        int from = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, to = page.IndexOf(End, from, StringComparison.Ordinal);
        return (page[..from] + page[to..], JsonDocument.Parse(page[from..to]));
    }
}
