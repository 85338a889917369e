using System.Diagnostics;

namespace MapSim.Fuzz;

/// <summary>The times of a campaign: how long it has run, this process and those before it, and how fast it is now.</summary>
/// <param name="secondsBefore">Seconds of earlier processes.</param>
internal sealed class CampaignClock(double secondsBefore)
{
    private const double Window = 30;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Queue<(double Second, long Executions)> _marks = new();

    /// <summary>Seconds of this process.</summary>
    public double SecondsHere => _watch.Elapsed.TotalSeconds;

    /// <summary>Seconds of the campaign.</summary>
    public double Seconds => secondsBefore + SecondsHere;

    /// <summary>Executions a second in the last half minute. One thread only.</summary>
    public double Rate(long executions)
    {
        double now = SecondsHere;
        _marks.Enqueue((now, executions));
        while (_marks.Count > 2 && now - _marks.Peek().Second > Window)
        {
            _marks.Dequeue();
        }

        (double second, long before) = _marks.Peek();
        return now > second ? (executions - before) / (now - second) : 0;
    }
}
