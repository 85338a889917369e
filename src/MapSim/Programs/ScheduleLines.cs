using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>A stretch of a schedule: a goroutine makes so many visible steps.</summary>
/// <param name="Goroutine">main, a goroutine's name, gc.1 ... for the collector, or NAME.drain for NAME's store buffer.</param>
/// <param name="Steps">Visible steps, 1 or more.</param>
public readonly record struct Stretch(string Goroutine, long Steps)
{
    /// <summary>"w1*3"; "w1" for one step.</summary>
    public override string ToString() => Steps == 1 ? Goroutine : Goroutine + "*" + Steps.ToString(CultureInfo.InvariantCulture);
}

/// <summary>"schedule main*12 w1*3": who makes how many steps. Several such lines are one schedule.</summary>
/// <param name="Stretches">In order.</param>
public sealed record ScheduleLine(IReadOnlyList<Stretch> Stretches) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => new StringBuilder("schedule ").AppendJoin(' ', Stretches).ToString();
}

/// <summary>"schedule random 7": who is next is random, a function of the seed.</summary>
/// <param name="Seed">The seed.</param>
public sealed record RandomScheduleLine(ulong Seed) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => "schedule random " + Seed.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// A step of a run by name, so that it is found again after an edit: the goroutine, the operation (the n-th that the
/// goroutine does), the frame and its label, and which time the operation comes there.
/// </summary>
/// <param name="Goroutine">As in a schedule.</param>
/// <param name="Operation">From 1; 0 for the collector.</param>
/// <param name="Label">"MapAssign.StoreTop".</param>
/// <param name="Time">From 1.</param>
public readonly record struct StepPoint(string Goroutine, int Operation, string Label, int Time = 1)
{
    /// <summary>"w1.2.MapAssign.StoreTop", with "#3" behind it the third time.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Goroutine}.{Operation}.{Label}")
        + (Time == 1 ? "" : "#" + Time.ToString(CultureInfo.InvariantCulture));
}

/// <summary>"order A &lt; B": two conflicting steps, and which came first.</summary>
/// <param name="IsDecisive">"order": the other way round nothing goes wrong. "past": it only belongs to the verdict's causal past.</param>
/// <param name="First">The earlier step.</param>
/// <param name="Second">The later one.</param>
public sealed record OrderLine(bool IsDecisive, StepPoint First, StepPoint Second) : IStatement
{
    /// <inheritdoc/>
    public string ToText() => $"{(IsDecisive ? "order" : "past")} {First} < {Second}";
}
