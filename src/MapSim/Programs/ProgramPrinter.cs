using System.Text;

namespace MapSim.Programs;

/// <summary>Writes programs as text.</summary>
public static class ProgramPrinter
{
    /// <summary>
    /// The program as text. Lines that were read are printed exactly as they were; lines made in code have the
    /// canonical spelling.
    /// </summary>
    public static string Print(MapProgram program) => Join(program, line => line.Source ?? line.ToText());

    /// <summary>The program in canonical spelling: single spaces, defaults left out, no indentation; comments and blank lines stay.</summary>
    public static string PrintCanonical(MapProgram program) => Join(program, line => line.ToText());

    private static string Join(MapProgram program, Func<ProgramLine, string> text)
    {
        var all = new StringBuilder();
        all.AppendJoin('\n', program.Lines.Select(text));
        return all.Append(program.EndsWithNewline ? "\n" : "").ToString();
    }
}
