using System.Globalization;
using System.Text;
using MapSim.Machines;

namespace MapSim.Checks;

/// <summary>A goroutine that waits.</summary>
/// <param name="Goroutine">Which.</param>
/// <param name="IsSystem">True for the collector's own.</param>
/// <param name="Stack">Its frames and labels, innermost first.</param>
public sealed record WaitingGoroutine(int Goroutine, bool IsSystem, IReadOnlyList<string> Stack);

/// <summary>
/// Nobody can move: at least one goroutine of the program has an operation in progress, and no goroutine that has one is
/// enabled. A worker of the collector that waits while no operation is in progress is at rest, not in a deadlock.
/// </summary>
/// <remarks>
/// It is about goroutines in an operation: between operations a driver decides who goes on. It does not see livelock, nor
/// that some of the goroutines wait for ever while others move.
/// </remarks>
/// <param name="Waiting">Everybody who waits, by number.</param>
public sealed record Deadlock(IReadOnlyList<WaitingGoroutine> Waiting)
{
    /// <summary>The deadlock the machine is in; null if somebody can move or nobody wants to.</summary>
    public static Deadlock? Of(Machine m)
    {
        var waiting = new List<WaitingGoroutine>();
        foreach (Goroutine g in m.Goroutines)
        {
            if (!g.IsBusy)
            {
                continue;
            }

            if (m.IsEnabled(g.Id))
            {
                return null;
            }

            waiting.Add(new WaitingGoroutine(g.Id, g.IsSystem, m.CallStack(g.Id)));
        }

        return waiting.Exists(w => !w.IsSystem) ? new Deadlock(waiting) : null;
    }

    /// <summary>Who waits where, a line for each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("deadlock: no goroutine can move\n");
        foreach (WaitingGoroutine w in Waiting)
        {
            text.Append(CultureInfo.InvariantCulture, $"  goroutine {w.Goroutine}{(w.IsSystem ? " (collector)" : "")} waits at {string.Join(" < ", w.Stack)}\n");
        }

        return text.ToString();
    }
}
