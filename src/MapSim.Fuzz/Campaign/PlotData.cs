using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>
/// plot_data as AFL++ writes it: a line every few seconds in which something changed. Only appended to; half a line that a
/// killed process left is cut off when the campaign goes on.
/// </summary>
internal sealed class PlotData : IDisposable
{
    /// <summary>AFL++'s first line.</summary>
    public const string Header =
        "# relative_time, cycles_done, cur_item, corpus_count, pending_total, pending_favs, map_size, saved_crashes, saved_hangs, max_depth, execs_per_sec, total_execs, edges_found";

    private readonly FileStream _file;
    private string _last = "";

    public PlotData(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        while (_file.Length > 0 && !EndsLine(_file.Length))
        {
            _file.SetLength(_file.Length - 1);
        }

        _file.Position = _file.Length;
        if (_file.Length == 0)
        {
            Write(Header);
        }
    }

    /// <summary>Adds a line, unless nothing but the time has changed.</summary>
    public void Add(CampaignSnapshot s)
    {
        string row = string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Rounds}, {Math.Max(0, s.Entries - 1)}, {s.Entries}, 0, 0, 0.00%, {s.Findings.Count}, 0, {s.Depth}, {s.Rate:F2}, {s.Executions}, {s.Features}");
        if (row != _last)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"{(long)s.Seconds}, {row}"));
            _last = row;
        }
    }

    public void Dispose() => _file.Dispose();

    // In one write: a killed process leaves a whole line or none, as a rule.
    private void Write(string line) => _file.Write(Encoding.ASCII.GetBytes(line + "\n"));

    private bool EndsLine(long length)
    {
        _file.Position = length - 1;
        return _file.ReadByte() == '\n';
    }
}
