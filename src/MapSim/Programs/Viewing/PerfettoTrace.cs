using System.Globalization;
using System.Text.Json;

namespace MapSim.Programs;

/// <summary>
/// A timeline in the JSON trace format of Chrome, which ui.perfetto.dev opens: a thread for each goroutine, a slice for each operation,
/// in it one for each step (a step is a microsecond long), arrows for what happened before what, and instants for what is worth a stop.
/// </summary>
public static class PerfettoTrace
{
    private const int Process = 1;

    /// <summary>The document, in UTF-8.</summary>
    public static byte[] Of(Timeline timeline)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("traceEvents");
            string[] threads = [.. timeline.Steps.Select(s => s.Goroutine).Distinct()];
            Name(json, "process_name", 0, "MapSim");
            for (int t = 0; t < threads.Length; t++)
            {
                Name(json, "thread_name", t + 1, threads[t]);
            }

            Operations(json, timeline, threads);
            foreach (TimelineStep step in timeline.Steps)
            {
                Step(json, step, Array.IndexOf(threads, step.Goroutine) + 1);
            }

            Edges(json, timeline, threads);
            json.WriteEndArray();
            json.WriteString("displayTimeUnit", "ns");
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Name(Utf8JsonWriter json, string what, int thread, string name)
    {
        Begin(json, what, "M", 0, thread);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string name, string phase, int at, int thread)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", phase);
        json.WriteNumber("ts", at);
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", thread);
    }

    private static void Operations(Utf8JsonWriter json, Timeline timeline, string[] threads)
    {
        foreach (IGrouping<(string Goroutine, int Operation), TimelineStep> operation in timeline.Steps.Where(s => s.Point.Operation > 0).GroupBy(s => (s.Goroutine, s.Point.Operation)))
        {
            TimelineStep first = operation.First(), last = operation.Last();
            string text = first.Line > 0 ? timeline.Program.Lines[first.Line - 1].Statement?.ToText() ?? "" : "";
            Begin(json, text.Length > 0 ? text : string.Create(CultureInfo.InvariantCulture, $"operation {operation.Key.Operation}"), "X", first.Number, Array.IndexOf(threads, first.Goroutine) + 1);
            json.WriteNumber("dur", last.Number - first.Number + 1);
            json.WriteStartObject("args");
            json.WriteNumber("line", first.Line);
            json.WriteString("result", string.Join("; ", operation.SelectMany(s => s.Results).Select(r => r.Result)));
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void Step(Utf8JsonWriter json, TimelineStep step, int thread)
    {
        Begin(json, step.IsDrain ? "drain" : step.Point.Label.Length > 0 ? step.Point.Label : "local work", "X", step.Number, thread);
        json.WriteNumber("dur", 1);
        json.WriteStartObject("args");
        json.WriteString("access", step.Access.ToString());
        json.WriteNumber("step", step.Number);
        json.WriteEndObject();
        json.WriteEndObject();
        foreach (string e in step.Events.Where(e => e is not (TimelineEvents.Write or TimelineEvents.Switch or TimelineEvents.Operation or TimelineEvents.Result)))
        {
            Begin(json, e, "i", step.Number, thread);
            json.WriteString("s", e == TimelineEvents.Finding ? "g" : "t");
            json.WriteEndObject();
        }
    }

    private static void Edges(Utf8JsonWriter json, Timeline timeline, string[] threads)
    {
        int id = 0;
        foreach (TimelineEdge edge in TimelineEdges.Of(timeline))
        {
            id++;
            foreach ((int step, string phase) in ((int, string)[])[(edge.Earlier, "s"), (edge.Later, "f")])
            {
                Begin(json, edge.IsDecisive ? "decisive" : "happens before", phase, step, Array.IndexOf(threads, timeline.Steps[step - 1].Goroutine) + 1);
                json.WriteString("cat", "order");
                json.WriteNumber("id", id);
                if (phase == "f")
                {
                    json.WriteString("bp", "e");
                }

                json.WriteEndObject();
            }
        }
    }
}
