using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>The stepper's page of keys.</summary>
internal static class StepHelp
{
    private const int Column = 39, Keys = 13;

    private static readonly string[] Marks =
    [
        "> touched by the last step   * written since the screen before   [] cursor",
        "> before a goroutine: it makes the next step of this run",
        "tophash 00: empty, as all behind it; 01: empty; 02, 03: moved to the new",
        "array's lower, upper half; 04: moved, it was empty; from 05 on: an entry",
    ];

    /// <summary>The page, filled up to the height; in two columns if they fit.</summary>
    public static IReadOnlyList<ScreenLine> Lines(int width, int height)
    {
        List<ScreenLine> entries = [.. StepWord.All.Select(Entry)];
        bool isWide = width >= 2 * Column;
        int rows = isWide ? (entries.Count + 1) / 2 : entries.Count;
        List<ScreenLine> lines = [];
        for (int i = 0; i < rows; i++)
        {
            ScreenLine line = isWide ? entries[i].Cut(Column) : entries[i];
            if (isWide && i + rows < entries.Count)
            {
                line.Add(new string(' ', Column - line.Length));
                entries[i + rows].Pieces.ToList().ForEach(p => line.Add(p.Text, p.Ink));
            }

            lines.Add(line);
        }

        lines.AddRange(Events(width, height - lines.Count - Marks.Length - 1));
        lines.AddRange(Marks.Select(m => ScreenLine.Of(m, Ink.Faint)));
        while (lines.Count < height - 1)
        {
            lines.Add(ScreenLine.Of(""));
        }

        lines.RemoveRange(height - 1, lines.Count - height + 1);
        lines.Add(ScreenLine.Of("any key goes back", Ink.Strong));
        return [.. lines.Select(l => l.Cut(width))];
    }

    /// <summary>The events; with what they mean if there is room.</summary>
    private static List<ScreenLine> Events(int width, int room)
    {
        List<ScreenLine> meant = [ScreenLine.Of("events"), .. StepEvents.Meanings.Select(e => ScreenLine.Of(e.Name.PadRight(Keys), Ink.Strong).Add(" " + e.Meaning)), .. ScreenLine.Wrap("also: " + string.Join(' ', TimelineEvents.All), Ink.Plain, width)];
        return meant.Count <= room ? meant : [.. ScreenLine.Wrap("events: " + string.Join(' ', StepEvents.Names), Ink.Plain, width)];
    }

    private static ScreenLine Entry(StepWord word) => ScreenLine.Of(string.Join(' ', word.Keys).PadRight(Keys), Ink.Strong).Add(" " + word.Help);
}
