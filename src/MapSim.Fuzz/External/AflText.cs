using System.Text.RegularExpressions;

namespace MapSim.Fuzz;

/// <summary>What AFL++ prints, made readable in a file.</summary>
public static partial class AflText
{
    /// <summary>A line without the codes for colours and the cursor.</summary>
    public static string WithoutColours(string line) => Codes().Replace(line, "").Trim();

    [GeneratedRegex(@"\x1b[\[(][0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Codes();
}
