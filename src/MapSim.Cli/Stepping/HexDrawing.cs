using System.Globalization;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>The bytes of the object under the cursor: &gt; what the last step touched, * what was written since the screen before, [] the cursor; behind each line its fields.</summary>
internal static class HexDrawing
{
    private const int Width = 16;

    /// <summary>A title, and as many lines of bytes as fit: those around the cursor.</summary>
    /// <param name="session">Where it stands.</param>
    /// <param name="found">The object; null if the cursor is in none.</param>
    /// <param name="rows">Lines, the title included.</param>
    public static IReadOnlyList<ScreenLine> Lines(StepSession session, ViewedObject? found, int rows)
    {
        if (found == null)
        {
            return [ScreenLine.Of($"the cursor ({session.Timeline.NameOf(session.Cursor)}) is in no object that lives here", Ink.Faint)];
        }

        if (!session.Timeline.Memory.IsLive(found.Start, found.Size))
        {
            return [ScreenLine.Of($"{found.Name} at {found.Start} was freed", Ink.Wrong)];
        }

        byte[] bytes = session.Timeline.Memory.Raw(found.Start, found.Size).ToArray();
        int cursor = (int)(session.Cursor - found.Start);
        int all = RowsOf(found) - 1, shown = Math.Min(all, rows - 1);
        int first = Math.Clamp(cursor / Width - shown / 2, 0, Math.Max(0, all - shown));
        var lines = new List<ScreenLine> { Title(session, found, bytes, cursor) };
        for (int row = first; row < first + shown; row++)
        {
            lines.Add(Row(session, found, bytes, row * Width, cursor));
        }

        return lines;
    }

    /// <summary>As many lines as all of an object takes, the title included.</summary>
    public static int RowsOf(ViewedObject? found) => found == null ? 1 : 1 + (found.Size + Width - 1) / Width;

    private static ScreenLine Title(StepSession session, ViewedObject found, byte[] bytes, int cursor)
    {
        int writer = session.Timeline.LastWriteOf(session.Cursor, session.Position + 1);
        string by = writer == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", written by step {writer} {StepText.PointOf(session.Timeline.Steps[writer - 1])}");
        return ScreenLine.Of(found.Name, Ink.Strong)
            .Add(string.Create(CultureInfo.InvariantCulture, $" at {found.Start}, {found.Size} bytes; [+{cursor}] {found.FieldAt(cursor)}").TrimEnd())
            .Add(string.Create(CultureInfo.InvariantCulture, $" = {bytes[cursor]:x2}{by}"));
    }

    private static ScreenLine Row(StepSession session, ViewedObject found, byte[] bytes, int from, int cursor)
    {
        ScreenLine line = ScreenLine.Of(string.Create(CultureInfo.InvariantCulture, $" +{from:x3} "), Ink.Faint);
        int to = Math.Min(from + Width, bytes.Length);
        for (int i = from; i < from + Width; i++)
        {
            line.Add(i % 8 == 0 ? " " : "");
            if (i >= to)
            {
                line.Add("   ");
                continue;
            }

            Addr at = found.Start + i;
            (bool accessed, bool changed) = (session.IsAccessed(at), session.IsChanged(at));
            string mark = i == cursor ? "[" : i == cursor + 1 && i % 8 != 0 && !accessed && !changed ? "]" : accessed ? ">" : changed ? "*" : " ";
            Ink ink = i == cursor ? Ink.Cursor : accessed ? Ink.Accessed : changed ? Ink.Changed : Ink.Plain;
            line.Add(mark, ink == Ink.Cursor ? Ink.Cursor : Ink.Plain).Add(bytes[i].ToString("x2", CultureInfo.InvariantCulture), ink);
        }

        line.Add("  ").Add(found.FieldsIn(from, to), Ink.Faint);
        return line;
    }
}
