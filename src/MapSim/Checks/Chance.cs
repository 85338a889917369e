namespace MapSim.Checks;

/// <summary>
/// How surprising observations are, in nats, and how much surprise chance alone can bring: what the statistical
/// oracles (H5) share.
/// </summary>
/// <remarks>
/// Both oracles add up surprise whose moment generating function is at most that of a sum of d independent
/// exponential variables, 1 / (1 - x)^d. Then, for every t above d (Chernoff), whatever the number of samples,
/// <code>
/// P(sum >= t) &lt;= e^(d - t) (t / d)^d
/// </code>
/// This holds for finite samples, which the textbook's chi-square tail does not: at 1e-9 it is far off for counts as
/// small as here. It costs power, but the faults looked for are gross.
/// </remarks>
internal static class Chance
{
    private const double Ln2 = 0.693147180559945309417;

    /// <summary>The smallest sum that chance reaches with a probability of at most <paramref name="alarm"/>.</summary>
    /// <param name="units">d: how many exponential variables bound the sum; 0 or more.</param>
    /// <param name="alarm">The probability.</param>
    public static double Limit(double units, double alarm)
    {
        double nats = -Ln(alarm);
        if (units == 0)
        {
            return nats;
        }

        // Newton's method on a convex function from above: it comes down to the root and never passes it.
        double t = units + nats + Math.Sqrt(2 * units * nats);
        for (int i = 0; i < 100; i++)
        {
            double next = t - (t - units - units * Ln(t / units) - nats) / (1 - units / t);
            if (next >= t)
            {
                break;
            }

            t = next;
        }

        return t;
    }

    /// <summary>The natural logarithm of a normal positive number.</summary>
    /// <remarks>Not Math.Log: its last bit is the platform's, and a verdict must be the same everywhere.</remarks>
    public static double Ln(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        long exponent = (bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | 1023L << 52);
        if (mantissa >= 1.5)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m - 1) / (m + 1)), and that quotient is at most 1/5.
        double s = (mantissa - 1) / (mantissa + 1), term = s, sum = 0;
        for (int k = 1; k < 30; k += 2)
        {
            sum += term / k;
            term *= s * s;
        }

        return 2 * sum + exponent * Ln2;
    }
}
