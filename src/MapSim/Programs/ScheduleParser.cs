using System.Globalization;

namespace MapSim.Programs;

/// <summary>Reads the lines that say who moves when (schedule, order and past) and what a run was like (checkpoints).</summary>
/// <param name="cursor">The line, behind its first word.</param>
/// <param name="goroutines">Is told which names are used.</param>
internal sealed class ScheduleParser(LineCursor cursor, GoroutineNames goroutines)
{
    /// <summary>Reads the rest of the line.</summary>
    public IStatement Read(string word)
    {
        if (word == "checkpoints")
        {
            return Checkpoints();
        }

        if (word != "schedule")
        {
            StepPoint first = Point();
            cursor.Expect("<");
            return new OrderLine(word == "order", first, Point());
        }

        if (cursor.TryTakeWord("random"))
        {
            string token = cursor.PeekToken().ToString();
            return GoNumber.TryInt(token, out Int128 seed) && seed >= 0 && seed <= ulong.MaxValue && cursor.Take(token.Length).Length > 0
                ? new RandomScheduleLine((ulong)seed)
                : throw cursor.Error("a seed");
        }

        var stretches = new List<Stretch>();
        do
        {
            stretches.Add(Stretch());
        }
        while (!cursor.AtEnd);
        return new ScheduleLine(stretches);
    }

    private CheckpointsLine Checkpoints()
    {
        string token = cursor.PeekToken().ToString();
        if (cursor.AtEnd || !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int stride) || stride == 0)
        {
            throw cursor.Error("after how many operations each value is");
        }

        cursor.Take(token.Length);
        var values = new List<ushort>();
        while (!cursor.AtEnd)
        {
            token = cursor.PeekToken().ToString();
            values.Add(token.Length == 4 && token.All(char.IsAsciiHexDigitLower) ? ushort.Parse(cursor.Take(4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : throw cursor.Error("4 hexadecimal digits"));
        }

        return new CheckpointsLine(stride, values);
    }

    private Stretch Stretch()
    {
        string token = cursor.PeekToken().ToString();
        int star = token.IndexOf('*', StringComparison.Ordinal);
        string name = star < 0 ? token : token[..star];
        long steps = 1;
        if (cursor.AtEnd || name.Length == 0
            || (star >= 0 && (!long.TryParse(token[(star + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out steps) || steps == 0)))
        {
            throw cursor.Error("a goroutine and its steps, like main*12");
        }

        goroutines.Use(name, cursor.Line, cursor.Position + 1, inSchedule: true);
        cursor.Take(token.Length);
        return new Stretch(name, steps);
    }

    /// <summary>w1.2.MapAssign.StoreTop#3; the collector's names have a dot themselves.</summary>
    private StepPoint Point()
    {
        string token = cursor.PeekToken().ToString();
        int hash = token.IndexOf('#', StringComparison.Ordinal);
        int time = 1;
        string[] parts = (hash < 0 ? token : token[..hash]).Split('.');
        bool ok = hash < 0 || (int.TryParse(token[(hash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out time) && time > 0);
        int operation = 0;
        ok &= parts.Length is 4 or 5 && parts.All(p => p.Length > 0)
            && int.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out operation);
        if (cursor.AtEnd || !ok)
        {
            throw cursor.Error("a step like w1.2.MapAssign.StoreTop#3");
        }

        string name = string.Join('.', parts[..^3]);
        goroutines.Use(name, cursor.Line, cursor.Position + 1, inSchedule: true);
        cursor.Take(token.Length);
        return new StepPoint(name, operation, parts[^2] + "." + parts[^1], time);
    }
}
