using System.Diagnostics;

namespace MapSim.Cli.Commands;

/// <summary>
/// How far a table of cells is, on stderr: in place on a terminal, else a line every ten seconds. What is left is told from the seconds of the cells that are done, which
/// must stand for the others (<see cref="ExploreTwos"/> sees to that), with the bounds that it keeps in 19 cases of 20.
/// </summary>
/// <param name="cells">Cells in all.</param>
/// <param name="workers">Cells at a time.</param>
internal sealed class CellsProgress(int cells, int workers) : IDisposable
{
    /// <summary>So many cells make the estimate.</summary>
    private const int First = 32;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private double _nextAt = 1;
    private double _sum;
    private double _squares;
    private int _done;
    private int _proved;
    private bool _isShown;

    /// <summary>A cell is done.</summary>
    /// <param name="seconds">What it took.</param>
    /// <param name="isProved">Whether it was proved.</param>
    public void Done(double seconds, bool isProved)
    {
        lock (_lock)
        {
            (_done, _proved, _sum, _squares) = (_done + 1, _proved + (isProved ? 1 : 0), _sum + seconds, _squares + (seconds * seconds));
            double now = _watch.Elapsed.TotalSeconds;
            if (_done == Math.Min(First, cells))
            {
                Write(FormattableString.Invariant($"estimate: {Left(_done, 0)} for all {cells:N0} cells, {Share} of them proved; so say the first {_done}"), staysThere: true);
            }
            else if (now >= _nextAt && _done >= First)
            {
                Write(FormattableString.Invariant($"explore: {_done:N0}/{cells:N0} cells, {Share} proved, {60 * _done / now:F0} a minute, {Left(_done, _done)} left"), staysThere: Console.IsErrorRedirected);
            }
            else
            {
                return;
            }

            _nextAt = now + (Console.IsErrorRedirected ? 10 : 0.2);
        }
    }

    /// <summary>The time that the cells beyond some of them take: "12 to 15 min".</summary>
    /// <param name="known">Cells that are done.</param>
    /// <param name="sum">The sum of their seconds.</param>
    /// <param name="squares">The sum of the squares of their seconds.</param>
    /// <param name="left">Cells that are not.</param>
    /// <param name="workers">Cells at a time.</param>
    internal static string Left(int known, double sum, double squares, int left, int workers)
    {
        double mean = sum / known, variance = Math.Max(0, (squares / known) - (mean * mean)), more = 2 * Math.Sqrt(variance * (left + ((double)left * left / known)));
        double least = Math.Max(0, (left * mean) - more) / workers, most = ((left * mean) + more) / workers;
        (double unit, string name) = most < 120 ? (1, "s") : (60, "min");
        string from = (least / unit).ToString("F0", System.Globalization.CultureInfo.InvariantCulture), to = (most / unit).ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
        return from == to ? $"{to} {name}" : $"{from} to {to} {name}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isShown)
        {
            Console.Error.Write("\r" + new string(' ', 100) + "\r");
        }
    }

    private string Share => FormattableString.Invariant($"{100.0 * _proved / _done:F0} %");

    private string Left(int known, int gone) => Left(known, _sum, _squares, cells - gone, workers);

    private void Write(string line, bool staysThere)
    {
        Console.Error.Write((_isShown ? "\r" : "") + line + (staysThere ? "    \n" : "    "));
        if (!staysThere)
        {
            Console.Error.Write("\r");
        }

        _isShown = !staysThere;
    }
}
