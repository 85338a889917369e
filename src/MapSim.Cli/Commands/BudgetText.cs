using System.Globalization;

namespace MapSim.Cli.Commands;

/// <summary>Reads times and counts as people write them on a command line.</summary>
internal static class BudgetText
{
    private const double MostSeconds = 3_000_000;

    /// <summary>"90s", "10m", "8h", "2d".</summary>
    /// <exception cref="BadInputException">It is no time.</exception>
    public static TimeSpan Time(string option, string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        return unit > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double n) && n > 0 && n * unit <= MostSeconds
            ? TimeSpan.FromSeconds(n * unit)
            : throw new BadInputException($"{option}: expected a time such as 90s, 10m or 8h, found '{text}'");
    }

    /// <summary>"1000", "5k", "5M", "2G", and Go's "1000x".</summary>
    /// <param name="option">Its option, for the message.</param>
    /// <param name="text">What was written.</param>
    /// <param name="least">The smallest number allowed.</param>
    /// <exception cref="BadInputException">It is no such number.</exception>
    public static long Count(string option, string text, long least = 1)
    {
        string digits = text.EndsWith('x') ? text[..^1] : text;
        long unit = digits.Length == 0 ? 0 : digits[^1] switch { 'k' => 1_000, 'M' => 1_000_000, 'G' => 1_000_000_000, _ => 1 };
        digits = unit > 1 ? digits[..^1] : digits;
        return unit > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long n) && n <= long.MaxValue / 4 / unit && n * unit >= least
            ? n * unit
            : throw new BadInputException($"{option}: expected a number such as 1000, 5k, 5M or 1000x{(least > 0 ? "" : ", or 0")}, found '{text}'");
    }
}
