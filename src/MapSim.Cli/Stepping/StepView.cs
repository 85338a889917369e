using System.Globalization;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>
/// The stepper's screen as lines of text: the step that led here, who could go on, the map, the bytes under the cursor, a last line. A function of
/// the session and the size of the screen; it always fills it exactly.
/// </summary>
/// <param name="session">Where it stands.</param>
/// <param name="name">The program's name.</param>
internal sealed class StepView(StepSession session, string name)
{
    /// <summary>The smallest screen that is drawn.</summary>
    public const int LeastWidth = 40, LeastHeight = 12;

    private const int LeastMapRows = 4, LeastName = 10, MostSourceLines = 3;
    private const string Hint = "? keys  n p step  o operation  u until  w writer  1-9 who goes  s save  q quit";

    private Timeline Timeline => session.Timeline;

    /// <summary>The screen.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Lines.</param>
    /// <param name="prompt">What is being asked in the last line; null if nothing is.</param>
    public IReadOnlyList<ScreenLine> Lines(int width, int height, string? prompt = null)
    {
        if (width < LeastWidth || height < LeastHeight)
        {
            string small = string.Create(CultureInfo.InvariantCulture, $"it takes {LeastWidth}x{LeastHeight}; q quits");
            return [.. Enumerable.Range(0, height).Select(i => (i == 0 ? ScreenLine.Of(small) : ScreenLine.Of("")).Cut(width))];
        }

        TimelineState state = Timeline.State;
        List<ScreenLine> lines = [Title(width), LastStep(), .. Source(width), .. Goroutines(state, Math.Max(3, height / 4))];
        Rest(lines, state, width, height - 1);
        lines.Add(prompt != null ? ScreenLine.Of(prompt, Ink.Strong)
            : session.Message.Length > 0 ? ScreenLine.Of(session.Message, session.IsRefused ? Ink.Wrong : Ink.Strong)
            : ScreenLine.Of(Hint, Ink.Faint));
        return [.. lines.Select(l => l.Cut(width))];
    }

    /// <summary>Map and bytes share what is left: the bytes get up to half of it.</summary>
    private void Rest(List<ScreenLine> lines, TimelineState state, int width, int height)
    {
        ViewedObject? found = ViewedObjects.Of(Timeline, state).FirstOrDefault(o => o.Covers(session.Cursor));
        if (state.Maps.Count > 0)
        {
            MapState shown = state.Maps[Math.Min(session.Map, state.Maps.Count - 1)];
            var drawing = new MapDrawing(session, shown);
            lines.AddRange(drawing.Header(width));
            lines.AddRange(state.Iterators.Where(i => i.Map == shown.Name).Take(2).Select(Iterator));
            if (Timeline.Settings.Collector)
            {
                lines.Add(Collector(state));
            }

            int left = Math.Max(1, height - lines.Count);
            int bytes = Math.Min(HexDrawing.RowsOf(found), Math.Max(2, left / 2));
            lines.AddRange(drawing.Buckets(Math.Max(LeastMapRows, left - bytes)));
        }

        int hex = Math.Max(2, height - lines.Count);
        lines.AddRange(HexDrawing.Lines(session, found, hex));
        if (lines.Count > height)
        {
            lines.RemoveRange(height, lines.Count - height);
        }

        while (lines.Count < height)
        {
            lines.Add(ScreenLine.Of(""));
        }
    }

    private ScreenLine Title(int width)
    {
        bool isWrong = Timeline.Result.Verdict != VerdictKind.Clean;
        string way = session.Ways == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  {session.Ways} {(session.Ways == 1 ? "choice" : "choices")}");
        string changes = session.Changes.IsNone ? "" : "  " + session.Changes.ToOptions().Trim();
        string where = string.Create(CultureInfo.InvariantCulture, $"  step {session.Position} of {Timeline.Count}{way}{changes}  ");
        string end = $"ends: {Timeline.Result.BugKey ?? Timeline.Result.VerdictText}";

        // The program's name gives way first: its beginning is enough to know it by.
        int room = Math.Max(LeastName, width - where.Length - end.Length);
        ScreenLine line = ScreenLine.Of(name.Length <= room ? name : name[..(room - 2)] + "..", Ink.Strong).Add(where);
        return line.Add(new string(' ', Math.Max(0, width - end.Length - line.Length))).Add(end, isWrong ? Ink.Wrong : Ink.Faint);
    }

    private ScreenLine LastStep()
    {
        if (session.Last is not { } step)
        {
            return ScreenLine.Of("before the first step", Ink.Faint);
        }

        ScreenLine line = ScreenLine.Of(StepText.PointOf(step), Ink.Strong).Add("  ").Add(StepText.AccessOf(Timeline, step.Access), Ink.Accessed);
        string changes = StepText.ChangesOf(step);
        line.Add(changes.Length == 0 ? "" : "  " + changes, step.Changes.Count > 0 ? Ink.Changed : Ink.Faint);
        string events = string.Join(' ', step.Events.Where(e => e is not (TimelineEvents.Write or TimelineEvents.Switch or TimelineEvents.Operation or TimelineEvents.Result)));
        return line.Add(events.Length == 0 ? "" : $"  [{events}]", Ink.Strong);
    }

    /// <summary>The program's line, or what goes wrong in this step, which may take some lines.</summary>
    private IEnumerable<ScreenLine> Source(int width)
    {
        if (session.Position > 0 && session.Position == Timeline.FindingStep)
        {
            return ScreenLine.Wrap("here it goes wrong: " + Timeline.Result.VerdictText, Ink.Wrong, width).Take(MostSourceLines);
        }

        if (session.Last is not { Line: > 0 } step)
        {
            return [ScreenLine.Of("")];
        }

        string results = string.Concat(step.Results.Select(r => $"  = {r.Result}{(r.IsAsExpected ? "" : $", expected {r.Expected}")}"));
        string text = Timeline.Program.Lines[step.Line - 1].Statement?.ToText() ?? "";
        return [ScreenLine.Of(string.Create(CultureInfo.InvariantCulture, $"line {step.Line}: "), Ink.Faint).Add(text).Add(results, step.Results.All(r => r.IsAsExpected) ? Ink.Strong : Ink.Wrong)];
    }

    private List<ScreenLine> Goroutines(TimelineState state, int most)
    {
        TimelineMovers movers = Timeline.Movers;
        string next = session.Position < Timeline.Count ? Timeline.Steps[session.Position].Goroutine : "";
        int width = movers.Names.Max(n => n.Length);
        var lines = new List<ScreenLine>();
        for (int m = 0; m < movers.Names.Count; m++)
        {
            string? obstacle = movers.Obstacle(m);
            if (m >= state.Goroutines.Count && obstacle != null)
            {
                continue;
            }

            bool isNext = movers.Names[m] == next, moved = session.Last?.Goroutine == movers.Names[m];
            ScreenLine line = ScreenLine.Of(isNext ? ">" : " ", Ink.Strong).Add((m < 9 ? (m + 1).ToString(CultureInfo.InvariantCulture) : " ") + " ")
                .Add(movers.Names[m].PadRight(width), moved ? Ink.Strong : Ink.Plain).Add("  ");
            lines.Add(obstacle == null ? line.Add("next: " + Next(movers, m)).Add(m < state.Goroutines.Count ? Place(state.Goroutines[m]) : "", Ink.Faint)
                : line.Add(obstacle, state.Goroutines[m].Status == GoroutineStatus.Failed ? Ink.Wrong : Ink.Faint));
        }

        return lines.Count <= most ? lines : [.. lines.Take(most - 1), ScreenLine.Of(string.Create(CultureInfo.InvariantCulture, $"    ... and {lines.Count - most + 1} more"), Ink.Faint)];
    }

    private string Next(TimelineMovers movers, int mover)
    {
        NextStep next = movers.Peek(mover);
        return next.Sync is not SyncKind.None ? next.Sync.ToString().ToLowerInvariant() : StepText.AccessOf(Timeline, next.Access);
    }

    private static string Place(GoroutineStanding g)
    {
        string frames = string.Join(" < ", g.Frames.Where((f, i) => i == 0 || !f.StartsWith("ProgramBody.", StringComparison.Ordinal)));
        return $"  at {frames}{(g.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"  (line {g.Line})") : "")}";
    }

    private static ScreenLine Iterator(IteratorState i)
    {
        string fields = string.Join(' ', i.Fields.Where(f => f.Name is "startBucket" or "offset" or "bucket" or "i" or "wrapped" or "checkBucket").Select(f => $"{f.Name} {f.Text}"));
        return ScreenLine.Of(" " + i.Name, Ink.Strong).Add(string.Create(CultureInfo.InvariantCulture, $"  in {i.Bucket}  {fields}  yielded {i.Yielded.Count}, not yet {i.Remaining.Count}"));
    }

    private static ScreenLine Collector(TimelineState state)
    {
        IEnumerable<string> colours = state.Collector.Objects.GroupBy(o => o.Colour).OrderBy(g => g.Key)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}"));
        return ScreenLine.Of(" collector", Ink.Strong).Add(string.Create(CultureInfo.InvariantCulture, $"  {state.Collector.Phase.ToString().ToLowerInvariant()}, {state.Collector.Cycle} collections, objects: {string.Join(", ", colours)}"));
    }
}
