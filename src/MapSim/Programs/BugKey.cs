namespace MapSim.Programs;

/// <summary>
/// The name of a bug in map terms, so that one bug has one name and a name survives refactoring:
/// oracle/what/where, e.g. "iter-duplicate/same-size-grow". Shrinking must keep it.
/// </summary>
public static class BugKey
{
    /// <summary>True for two or three words of letters, digits, dots and hyphens with slashes between them.</summary>
    public static bool IsWellFormed(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length is 2 or 3 && parts.All(p => p.Length > 0 && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
    }

    /// <summary>Makes a part of a key of a text: lower case, everything but letters and digits is a hyphen.</summary>
    public static string Part(string text)
    {
        string part = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        while (part.Contains("--", StringComparison.Ordinal))
        {
            part = part.Replace("--", "-", StringComparison.Ordinal);
        }

        return part;
    }
}
