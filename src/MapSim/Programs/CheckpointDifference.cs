using System.Globalization;

namespace MapSim.Programs;

/// <summary>Where the results of a run first differ from those of the run that was pinned, as far as its checkpoints tell.</summary>
/// <param name="First">The earliest operation that can be the first to differ, from 1.</param>
/// <param name="Last">The latest one; the checkpoint after it is the first that differs.</param>
/// <param name="Line">The line of the first of them that this run did; 0 if it did none.</param>
/// <param name="Text">In words: "first differs at operation 13 (line 9: next i): it gives end".</param>
public sealed record CheckpointDifference(int First, int Last, int Line, string Text)
{
    /// <summary>Compares a run with the checkpoints of its program; null if there are none, or no difference.</summary>
    /// <param name="program">The program.</param>
    /// <param name="result">The run.</param>
    /// <param name="again">Runs it once more, telling of each operation.</param>
    internal static CheckpointDifference? Of(MapProgram program, RunResult result, Action<Action<OperationResult>> again)
    {
        if (program.Checkpoints?.FirstDifference(result) is not { First: > 0 } found)
        {
            return null;
        }

        OperationResult? from = null, to = null;
        again(r =>
        {
            from = r.Number == found.First ? r : from;
            to = r.Number >= found.First && r.Number <= found.Last ? r : to;
        });
        return new CheckpointDifference(found.First, found.Last, from?.Line ?? 0, Words(program.Checkpoints, found.First, found.Last, result.Operations, from, to));
    }

    private static string Words(CheckpointsLine pinned, int first, int last, int done, OperationResult? from, OperationResult? to)
    {
        if (from == null || to == null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"first differs after operation {done}: this run ends there, the pinned one went on to operation {last} at least");
        }

        bool isLonger = first > pinned.Values.Count * (long)pinned.Stride;
        string tail = isLonger ? string.Create(CultureInfo.InvariantCulture, $"; the pinned run ended before operation {(pinned.Values.Count + 1L) * pinned.Stride}")
            : done < last ? string.Create(CultureInfo.InvariantCulture, $"; this run ends after operation {done}, the pinned one went on to operation {last} at least")
            : "";
        return first == last
            ? string.Create(CultureInfo.InvariantCulture, $"first differs at operation {first} ({Place(from)}): it gives {from.Result}{tail}")
            : string.Create(CultureInfo.InvariantCulture, $"first differs between operations {first} and {last} ({Place(from)}{(from == to ? "" : "; to " + Place(to))}){tail}");
    }

    private static string Place(OperationResult o) =>
        string.Create(CultureInfo.InvariantCulture, $"line {o.Line}: {(o.Goroutine == "main" ? "" : o.Goroutine + ": ")}{o.Text}");
}
