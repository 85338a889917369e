using System.Globalization;
using MapSim.Machines;

namespace MapSim.Programs;

/// <summary>
/// Everybody who could make a step at the position that a <see cref="Timeline"/> stands at, whatever was recorded: the goroutines of the
/// program, the workers of the collector, then the store buffers ("main.drain"). Reads only, and always speaks of the timeline's present position.
/// </summary>
/// <param name="stepper">What the timeline moves.</param>
public sealed class TimelineMovers(ProgramStepper stepper)
{
    /// <summary>Their names as schedules call them; the index is the mover's number.</summary>
    public IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(0, stepper.Movers).Select(stepper.NameOf)];

    private Machine Machine => stepper.Run.Session.Machine;

    /// <summary>What the next step of a mover would touch; nothing if it cannot move.</summary>
    /// <param name="mover">Its number.</param>
    public NextStep Peek(int mover) => stepper.Peek(mover);

    /// <summary>Why a mover cannot make a step, as the end of a sentence: "it waits in 'lock mu' (line 8)"; null if it can.</summary>
    /// <param name="mover">Its number.</param>
    public string? Obstacle(int mover)
    {
        if ((stepper.Enabled >> mover & 1) != 0)
        {
            return null;
        }

        int goroutines = Machine.Goroutines.Count;
        return stepper.IsDead ? "the process is dead"
            : mover >= goroutines ? "no store waits in its buffer"
            : mover >= stepper.Goroutines ? $"it waits at {(Machine.CallStack(mover) is [var frame, ..] ? frame : "its end")}"
            : !Machine.Goroutines[mover].IsBusy ? "it has ended"
            : !stepper.Run.HasStarted(mover) ? "it waits for its spawn"
            : stepper.Run.WaitingAt(mover) is not { } at ? "it waits at its end"
            : string.Create(CultureInfo.InvariantCulture, $"it waits in '{at.Operation?.Call(null) ?? "select"}' (line {at.Line})");
    }
}
