using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>What a statistical oracle says.</summary>
public enum StatisticalOutcome : byte
{
    /// <summary>Enough samples, and they look as they should.</summary>
    Fine,

    /// <summary>Nothing is wrong so far, but there are too few samples to say so.</summary>
    TooFew,

    /// <summary>Chance brings this about less often than the stated false alarm.</summary>
    Skewed,
}

/// <summary>The verdict about the starts of iterations over maps of one size.</summary>
/// <param name="B">log2 of the number of buckets.</param>
/// <param name="Samples">Starts seen.</param>
/// <param name="Surprise">n times the relative entropy of the starts to the uniform distribution, in nats.</param>
/// <param name="Limit">What chance does not reach.</param>
/// <param name="DegreesOfFreedom">Of the chi-square statistic: cells less one.</param>
/// <param name="Outcome">What follows.</param>
public readonly record struct StartVerdict(
    byte B, long Samples, double Surprise, double Limit, int DegreesOfFreedom, StatisticalOutcome Outcome)
{
    /// <summary>The likelihood-ratio chi-square, G = 2 sum of observed ln(observed / expected).</summary>
    public double ChiSquare => 2 * Surprise;

    /// <summary>"H5 (iteration start, B = 2): 800 starts, chi-square 29.5 (31 degrees of freedom), limit 168.3: fine".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"H5 (iteration start, B = {B}): {Samples} starts, chi-square {ChiSquare:F1} ({DegreesOfFreedom} degrees of freedom), limit {2 * Limit:F1}: {Outcome}");
}

/// <summary>
/// Iterations start anywhere (H5): over many iterations, start bucket and offset together are uniform over the
/// 2^B * 8 cells. Collects the starts by B and judges each B by itself.
/// </summary>
/// <remarks>
/// The statistic is the likelihood-ratio chi-square. For k cells and any number n of samples, n times the relative
/// entropy to the truth has a moment generating function of at most 1 / (1 - x)^(k - 1) (Agrawal, Finite-Sample
/// Concentration of the Multinomial in Relative Entropy, 2020), so the limit is that of <see cref="Chance"/> with
/// k - 1 units: a false alarm has a probability below 1e-9 for each verdict, however few the samples.
///
/// Starts that leave out half of the cells are always seen from <see cref="SamplesNeeded"/> samples on: they bring at
/// least ln 2 nats each. Smaller flaws need more samples.
///
/// Above B = 7 there are two tables of 1,024 cells, with the low and with the high 7 bits of the bucket, and the one
/// further out decides; each gets half of the false alarm. What it does not check: the middle bits above B = 14,
/// whether successive starts are independent, and where the numbers come from.
/// </remarks>
public sealed class IteratorStarts
{
    /// <summary>The chance of a false alarm, for each verdict.</summary>
    public const double FalseAlarm = 1e-9;

    private const int TableBits = 7;
    private readonly SortedDictionary<byte, Counts> _sizes = [];

    /// <summary>The values of B seen, ascending.</summary>
    public IEnumerable<byte> Sizes => _sizes.Keys;

    /// <summary>How many starts are needed at a B to be sure to see that half of the cells (of a table of cells, above B = 7) are left out.</summary>
    public static long SamplesNeeded(byte b) => (long)Math.Ceiling(LimitOf(b) / Chance.Ln(2));

    /// <summary>Takes the start of an iteration, at any time after its first step. One over an empty map has none.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="arch">The architecture.</param>
    /// <param name="iterator">The hiter.</param>
    public void Add(SimMemory memory, Arch arch, Addr iterator)
    {
        StructLayouts l = StructLayouts.Of(arch);
        if (SliceView.WordAt(memory, arch, iterator + l.ItH) != 0)
        {
            ulong start = SliceView.WordAt(memory, arch, iterator + l.ItStartBucket);
            Add(memory.Raw(iterator + l.ItB, 1)[0], start, memory.Raw(iterator + l.ItOffset, 1)[0]);
        }
    }

    /// <summary>Takes a start.</summary>
    /// <param name="b">log2 of the number of buckets.</param>
    /// <param name="startBucket">The bucket.</param>
    /// <param name="offset">The slot every bucket is begun at.</param>
    public void Add(byte b, ulong startBucket, byte offset)
    {
        if (!_sizes.TryGetValue(b, out Counts? counts))
        {
            counts = new Counts(Cells(b));
            _sizes.Add(b, counts);
        }

        int bits = Math.Min(b, (byte)TableBits);
        counts.Samples++;
        counts.Low[Cell(startBucket & ((1UL << bits) - 1), offset)]++;
        counts.High[Cell((startBucket >> (b - bits)) & ((1UL << bits) - 1), offset)]++;
        counts.Outside |= offset >= Bmap.Slots || (b < 64 && startBucket >> b != 0);
    }

    /// <summary>The verdict about one B. A start that is no cell at all is always a skew.</summary>
    public StartVerdict Judge(byte b)
    {
        if (!_sizes.TryGetValue(b, out Counts? counts))
        {
            return new StartVerdict(b, 0, 0, LimitOf(b), Cells(b) - 1, StatisticalOutcome.TooFew);
        }

        double surprise = Math.Max(Divergence(counts.Low, counts.Samples), Divergence(counts.High, counts.Samples));
        double limit = LimitOf(b);
        StatisticalOutcome outcome = surprise >= limit || counts.Outside ? StatisticalOutcome.Skewed
            : counts.Samples < SamplesNeeded(b) ? StatisticalOutcome.TooFew
            : StatisticalOutcome.Fine;
        return new StartVerdict(b, counts.Samples, surprise, limit, Cells(b) - 1, outcome);
    }

    /// <summary>The verdicts about every B seen, ascending. Each has its own false alarm.</summary>
    public IReadOnlyList<StartVerdict> JudgeAll() => [.. _sizes.Keys.Select(Judge)];

    private static int Cells(byte b) => Bmap.Slots << Math.Min(b, (byte)TableBits);

    private static double LimitOf(byte b) => Chance.Limit(Cells(b) - 1, b > TableBits ? FalseAlarm / 2 : FalseAlarm);

    private static int Cell(ulong bucket, byte offset) => (int)bucket * Bmap.Slots + (offset & (Bmap.Slots - 1));

    private static double Divergence(long[] counts, long samples)
    {
        double sum = 0;
        foreach (long count in counts)
        {
            sum += count == 0 ? 0 : count * Chance.Ln((double)count * counts.Length / samples);
        }

        return sum;
    }

    private sealed class Counts(int cells)
    {
        public long[] Low { get; } = new long[cells];

        public long[] High { get; } = new long[cells];

        public long Samples { get; set; }

        public bool Outside { get; set; }
    }
}
