using System.Text;

namespace MapSim.Cli;

/// <summary>A plain aligned table: first column and those that do not look like numbers to the left, the rest to the right.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] row) => _rows.Add(row);

    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(c => _rows.Max(r => r[c].Length))];
        bool[] right = [.. Enumerable.Range(0, header.Length).Select(c => _rows.Skip(1).All(r => r[c].Length > 0 && char.IsAsciiDigit(r[c][0])))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            var line = new StringBuilder();
            for (int c = 0; c < row.Length; c++)
            {
                line.Append(right[c] ? row[c].PadLeft(widths[c]) : row[c].PadRight(widths[c])).Append("  ");
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
