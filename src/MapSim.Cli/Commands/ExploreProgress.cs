using System.Diagnostics;

namespace MapSim.Cli.Commands;

/// <summary>How far an exploration is, on stderr: in place on a terminal, else a line every ten seconds. How much is left nobody knows before the end.</summary>
/// <param name="what">states or traces.</param>
/// <param name="most">Where it is cut.</param>
internal sealed class ExploreProgress(string what, long most) : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private double _nextAt = 1;
    private bool _isShown;

    /// <summary>So much was seen, in so many steps.</summary>
    public void Tell(long seen, long steps)
    {
        double seconds = _watch.Elapsed.TotalSeconds;
        if (seconds < _nextAt)
        {
            return;
        }

        _nextAt = seconds + (Console.IsErrorRedirected ? 10 : 0.2);
        string line = FormattableString.Invariant($"explore: {seen:N0} {what}, {steps / seconds:N0} steps/s, at most {(most - seen) * seconds / Math.Max(1, seen):F0} s to the limit of {most:N0}");
        Console.Error.Write(Console.IsErrorRedirected ? line + "\n" : "\r" + line + "   ");
        _isShown = !Console.IsErrorRedirected;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isShown)
        {
            Console.Error.Write("\r" + new string(' ', 100) + "\r");
        }
    }
}
