using System.Globalization;
using System.Text;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>A bucket on the way of a goroutine that goes in a circle.</summary>
/// <param name="Bucket">The bucket at hand; nil if the function has none.</param>
/// <param name="Label">Where the goroutine came to it: "MapAccess.FastKey".</param>
/// <param name="Steps">Steps made there.</param>
public readonly record struct LassoStop(Addr Bucket, string Label, int Steps);

/// <summary>A goroutine that goes in a circle.</summary>
/// <param name="Goroutine">Which.</param>
/// <param name="Steps">Visible steps around the circle.</param>
/// <param name="IsAlone">
/// True if no other goroutine has an operation in progress: then it never ends. Else another one may still write and end it.
/// </param>
/// <param name="Stops">The buckets it comes by, in order; at most <see cref="Lasso.MaxStops"/>.</param>
public sealed record LassoReport(int Goroutine, int Steps, bool IsAlone, IReadOnlyList<LassoStop> Stops)
{
    /// <summary>For people: "goroutine 1 goes in a circle of 18 steps: 0xc000012000 (MapAccess.FastKey, 9 steps) -> ...".</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"goroutine {Goroutine} goes in a circle of {Steps} steps");
        text.Append(IsAlone ? ": " : ", unless another goroutine writes: ");
        text.AppendJoin(" -> ", Stops.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Bucket} ({s.Label}, {s.Steps} steps)")));
        return text.ToString();
    }
}
