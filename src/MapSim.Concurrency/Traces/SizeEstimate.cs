using System.Numerics;
using MapSim.Concurrency.Sampling;

namespace MapSim.Concurrency.Traces;

/// <summary>How many traces or interleavings a program may have, guessed from some random runs before anybody counts them.</summary>
/// <remarks>
/// Knuth, Estimating the Efficiency of Backtrack Programs (1975): the product of the numbers of choices on a random way down a tree
/// is, on average, the number of its leaves. For traces the tree is that of sleep sets, in which every trace is one complete
/// execution and a run that is given up counts 0. The average is right, but a tree with few heavy branches needs very many runs.
/// </remarks>
/// <param name="Mean">The average of the runs.</param>
/// <param name="Low">Two standard errors less, but not less than the different ones that were seen.</param>
/// <param name="High">Two standard errors more.</param>
/// <param name="Seen">Different traces that were seen: there are no fewer.</param>
/// <param name="States">Different states that were seen: there are no fewer.</param>
/// <param name="Runs">Runs made.</param>
/// <param name="IsShaky">True if a few runs decide the average, or some were cut: it is then most likely too low.</param>
public sealed record SizeEstimate(double Mean, double Low, double High, long Seen, long States, int Runs, bool IsShaky)
{
    private const int MostDepth = 10_000;
    private const int FewRuns = 30;

    /// <summary>An estimate of the number of traces.</summary>
    /// <param name="model">The model at its start; it stands there again afterwards.</param>
    /// <param name="runs">Runs to make, at least 2.</param>
    /// <param name="steps">Steps after which no more runs are made.</param>
    public static SizeEstimate OfTraces(IModel model, int runs = 2000, long steps = 400_000) => Of(model, runs, steps, sleeps: true);

    /// <summary>An estimate of the number of interleavings.</summary>
    /// <param name="model">The model at its start; it stands there again afterwards.</param>
    /// <param name="runs">Runs to make, at least 2.</param>
    /// <param name="steps">Steps after which no more runs are made.</param>
    public static SizeEstimate OfInterleavings(IModel model, int runs = 2000, long steps = 400_000) => Of(model, runs, steps, sleeps: false);

    private static SizeEstimate Of(IModel model, int runs, long steps, bool sleeps)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 2);
        var descent = new Descent(model, sleeps);
        double sum = 0;
        double squares = 0;
        int made = 0;
        while (made < 2 || (made < runs && descent.Steps < steps))
        {
            double leaves = descent.Run(made++);
            sum += leaves;
            squares += leaves * leaves;
        }

        double mean = sum / made;
        double error = Math.Sqrt(Math.Max(0, squares / made - mean * mean) / (made - 1));
        double low = Math.Max(mean - 2 * error, descent.Traces);
        bool isShaky = descent.IsCut || squares == 0 || !double.IsFinite(squares) || sum * sum / squares < FewRuns;
        return new SizeEstimate(mean, low, Math.Max(low, mean + 2 * error), descent.Traces, descent.States, made, isShaky);
    }

    /// <summary>Goes down a tree at random.</summary>
    private sealed class Descent(IModel model, bool sleeps)
    {
        private readonly Chance chance = new();
        private readonly TraceHash trace = new(model.Threads);
        private readonly HashSet<UInt128> traces = [];
        private readonly HashSet<UInt128> states = [];

        public long Steps { get; private set; }

        public bool IsCut { get; private set; }

        public long Traces => traces.Count;

        public long States => states.Count;

        /// <summary>One way down; the product of its choices, or 0 where it does not come to an end.</summary>
        public double Run(int number)
        {
            chance.Start(1, number);
            trace.Clear();
            double leaves = 1;
            ulong sleep = 0;
            int depth = 0;
            ulong able;
            while ((able = model.Enabled & ~sleep) != 0 && depth < MostDepth)
            {
                leaves *= BitOperations.PopCount(able);
                int thread = chance.One(able);
                StepInfo step = model.Next(thread);
                sleep = sleeps ? Independent(sleep | (able & ((1UL << thread) - 1)), step) : 0;
                model.Step(thread);
                trace.Push(thread, step);
                states.Add(model.StateHash);
                depth++;
            }

            bool isEnd = model.Enabled == 0;
            IsCut |= able != 0;
            if (isEnd)
            {
                traces.Add(trace.Value);
            }

            for (int i = 0; i < depth; i++)
            {
                model.Undo();
            }

            Steps += depth;
            return isEnd ? leaves : 0;
        }

        /// <summary>Those that go on to sleep: the threads that were tried before, whose next step does not care for this one.</summary>
        private ulong Independent(ulong threads, in StepInfo step)
        {
            ulong result = 0;
            for (; threads != 0; threads &= unchecked(threads - 1))
            {
                int t = BitOperations.TrailingZeroCount(threads);
                result |= model.Next(t).Conflicts(step) ? 0 : 1UL << t;
            }

            return result;
        }
    }
}
