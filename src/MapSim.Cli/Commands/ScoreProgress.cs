using System.Globalization;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>How far a score has come, on stderr: in place on a terminal, else a line every ten seconds.</summary>
internal sealed class ScoreProgress : IDisposable
{
    private double _nextAt = 1;
    private int _width;

    /// <summary>Says where a score stands, if it is time.</summary>
    public void Show(ScoreRun run, TimeSpan elapsed)
    {
        double seconds = elapsed.TotalSeconds;
        if (seconds < _nextAt)
        {
            return;
        }

        _nextAt = seconds + (Console.IsErrorRedirected ? 10 : 1);

        // Survivors take their whole budget, the others do not: how long the rest takes is a guess at best.
        string left = run.Done == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", about {(run.Total - run.Done) * seconds / run.Done:F0} s left");
        string line = string.Create(CultureInfo.InvariantCulture, $"hunts {run.Done}/{run.Total}, {run.Executions} executions, {run.Executions / seconds:F0}/s{left}");
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(line);
        }
        else
        {
            Console.Error.Write("\r" + line.PadRight(_width));
            _width = line.Length;
        }
    }

    public void Dispose()
    {
        if (_width > 0)
        {
            Console.Error.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }
}
