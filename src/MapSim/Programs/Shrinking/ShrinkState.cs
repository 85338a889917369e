using System.Globalization;
using System.Text;
using MapSim.Faults;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>
/// Where a shrinking stands: which of its executions were improvements. Shrinking is deterministic, so that is enough to
/// come back to the same place: all other executions are known to have failed and need not be made again.
/// </summary>
/// <param name="Source">Identity of the program that is shrunk (its text) as hexadecimal digits.</param>
/// <param name="Key">Its bug key.</param>
/// <param name="Executions">Executions so far.</param>
/// <param name="Pass">The number of the round of passes, from 1.</param>
/// <param name="Improvements">The numbers of the executions that were improvements, from 1, ascending.</param>
/// <param name="Best">The best program so far, as text.</param>
public sealed record ShrinkState(string Source, string Key, int Executions, int Pass, IReadOnlyList<int> Improvements, string Best)
{
    private const string First = "mapsim-shrink 1";

    /// <summary>The identity of a program, and of what is changed in the model.</summary>
    public static string SourceOf(MapProgram program, ModelChanges changes = default) =>
        Fingerprint.OfBytes(0, Encoding.UTF8.GetBytes(ProgramPrinter.Print(program) + changes)).ToString();

    /// <summary>The state as text, for a file.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{First}\nsource {Source}\nkey {Key}\nexecutions {Executions}\npass {Pass}\nimprovements")
        + string.Concat(Improvements.Select(i => " " + i.ToString(CultureInfo.InvariantCulture))) + "\nbest\n" + Best;

    /// <summary>Reads a state.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static ShrinkState Parse(string text)
    {
        string[] parts = text.Split('\n', 8);
        if (parts.Length < 8 || parts[0] != First || parts[6] != "best")
        {
            throw new FormatException($"expected '{First}' and seven lines, found '{parts[0]}'");
        }

        int[] improvements = [.. Value(parts[5], "improvements").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)];
        return new ShrinkState(Value(parts[1], "source"), Value(parts[2], "key"), Number(Value(parts[3], "executions")), Number(Value(parts[4], "pass")), improvements, parts[7]);
    }

    private static string Value(string line, string name) =>
        line == name ? "" : line.StartsWith(name + " ", StringComparison.Ordinal) ? line[(name.Length + 1)..] : throw new FormatException($"expected '{name} ...', found '{line}'");

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : throw new FormatException($"expected a number, found '{text}'");
}
