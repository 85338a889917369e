using System.Diagnostics;
using System.Globalization;
using MapSim.Concurrency;
using MapSim.Concurrency.Sampling;
using MapSim.Concurrency.States;
using MapSim.Concurrency.Traces;

namespace MapSim.Cli.Commands;

/// <summary>How far mapsim litmus is, on stderr: nothing in the first second, then once how much it may be, then in place on a terminal, else a line every ten seconds.</summary>
/// <param name="start">Makes the model at its start, for the estimate.</param>
internal sealed class LitmusProgress(Func<IModel> start) : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();

    // What a checkpoint has brought was not done in this time: everything counts from the first call on.
    private (double Seconds, Seen Seen)? _first;
    private double _nextAt = 1;
    private double _traces;
    private bool _isShown;

    /// <summary>Progress of the states.</summary>
    /// <param name="most">Where it is cut; long.MaxValue if nowhere.</param>
    public Action<StateProgress> OfStates(long most) => p => Tell(
        new Seen(p.States, p.Steps, most < long.MaxValue ? (double)p.States / most : 0),
        rate => FormattableString.Invariant($"{p.States:N0} states, {rate.Steps:N0} steps/s, at depth {p.Depth:N0}"),
        rest => FormattableString.Invariant($"at most {rest.Tree:N0} s to the limit"),
        () => OfInterleavings(SizeEstimate.OfInterleavings(start())));

    /// <summary>Progress of the traces.</summary>
    public Action<TraceProgress> OfTraces() => p => Tell(
        new Seen(p.Traces, p.Steps, p.Explored),
        rate => FormattableString.Invariant($"{p.Traces:N0} traces, {rate.Steps:N0} steps/s, {100 * p.Explored:F1} % of the tree that is known"),
        rest => rest.Estimate > 0
            ? FormattableString.Invariant($"{Math.Min(rest.Tree, rest.Estimate):N0} to {Math.Max(rest.Tree, rest.Estimate):N0} s left, by that tree and by the estimate")
            : FormattableString.Invariant($"{rest.Tree:N0} s left, by that tree"),
        () =>
        {
            SizeEstimate estimate = SizeEstimate.OfTraces(start());
            _traces = estimate.Mean;
            return OfTraces(estimate);
        });

    /// <summary>Progress of random runs.</summary>
    /// <param name="most">Runs to make.</param>
    public Action<long> OfRuns(long most) => runs => Tell(
        new Seen(runs, 0, (double)runs / most),
        rate => FormattableString.Invariant($"{runs:N0} of {most:N0} runs, {rate.Count:N0} runs/s"),
        rest => FormattableString.Invariant($"{rest.Tree:N0} s left"),
        () => null);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isShown)
        {
            Console.Error.Write("\r" + new string(' ', 120) + "\r");
        }
    }

    /// <summary>An estimate in words, with the range that it deserves.</summary>
    internal static string OfTraces(SizeEstimate e) =>
        FormattableString.Invariant($"about {Text(e.Mean)} traces, by {e.Runs:N0} random runs: {Range(e)}, at least {e.Seen:N0}");

    /// <summary>The same for interleavings; nobody knows how many states they share.</summary>
    internal static string OfInterleavings(SizeEstimate e) =>
        FormattableString.Invariant($"about {Text(e.Mean)} interleavings, by {e.Runs:N0} random runs: {Range(e)}; how many states they share shows only in the end, at least {e.States:N0}");

    private static string Range(SizeEstimate e) => e.IsShaky
        ? "a few of them decide that, so it may be far more"
        : FormattableString.Invariant($"most likely {Text(e.Low)} to {Text(e.High)}");

    private static string Text(double number) => number < 1e15 ? number.ToString("N0", CultureInfo.InvariantCulture) : number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>Several workers may tell at the same time.</summary>
    /// <param name="seen">What was seen so far.</param>
    /// <param name="what">Says that, with what is done in a second.</param>
    /// <param name="left">Says how many seconds are left, by the part that is done and by the estimate, where anything can be said.</param>
    /// <param name="estimate">Says how much it may be, if anything.</param>
    private void Tell(Seen seen, Func<(double Count, double Steps), string> what, Func<(double Tree, double Estimate), string> left, Func<string?> estimate)
    {
        lock (_gate)
        {
            double now = _watch.Elapsed.TotalSeconds;
            (double began, Seen first) = _first ??= (now, seen);
            if (now < _nextAt || now <= began)
            {
                return;
            }

            if (_nextAt <= 1 && estimate() is { } size)
            {
                Console.Error.WriteLine("litmus: " + size);
            }

            double seconds = now - began;
            double rate = (seen.Count - first.Count) / seconds;
            double done = seen.Part - first.Part;
            string rest = done > 0 && rate > 0 ? ", " + left(((1 - seen.Part) / done * seconds, (_traces - seen.Count) / rate)) : "";
            string line = "litmus: " + what((rate, (seen.Steps - first.Steps) / seconds)) + rest;
            Console.Error.Write(Console.IsErrorRedirected ? line + "\n" : "\r" + line + "   ");
            _isShown = !Console.IsErrorRedirected;
            _nextAt = _watch.Elapsed.TotalSeconds + (Console.IsErrorRedirected ? 10 : 0.2);
        }
    }

    /// <summary>What was seen so far.</summary>
    /// <param name="Count">States, traces or runs.</param>
    /// <param name="Steps">Steps made.</param>
    /// <param name="Part">The part that is done, 0 to 1; 0 if nobody knows.</param>
    private readonly record struct Seen(long Count, long Steps, double Part);
}
