using System.Diagnostics;
using System.Globalization;

namespace MapSim.Cli;

/// <summary>
/// Progress on stderr for work that takes longer than a second: rewritten in place on a terminal, else a plain line
/// every ten seconds. Says how much is done, how fast, and how long the rest will take.
/// </summary>
internal sealed class ProgressLine(string what, int total) : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private int _done;
    private double _nextAt = 1;
    private bool _isShown;

    public void Step()
    {
        lock (_lock)
        {
            _done++;
            double seconds = _watch.Elapsed.TotalSeconds;
            if (seconds < _nextAt)
            {
                return;
            }

            _nextAt = seconds + (Console.IsErrorRedirected ? 10 : 0.2);
            string line = string.Create(
                CultureInfo.InvariantCulture, $"{what}: {_done}/{total}, {_done / seconds:F1}/s, {(total - _done) * seconds / _done:F0} s left");
            if (Console.IsErrorRedirected)
            {
                Console.Error.WriteLine(line);
            }
            else
            {
                Console.Error.Write("\r" + line + "   ");
                _isShown = true;
            }
        }
    }

    public void Dispose()
    {
        if (_isShown)
        {
            Console.Error.Write("\r" + new string(' ', 60) + "\r");
        }
    }
}
