using System.Diagnostics;
using System.Text.Json;

namespace MapSim.Fuzz;

/// <summary>Writes where a campaign stands: fuzzer_stats and status.json every two seconds, a line of plot_data every five.</summary>
internal sealed class CampaignStats : IDisposable
{
    private const double StatsSeconds = 2, PlotSeconds = 5;
    private readonly CampaignFolder _folder;
    private readonly IReadOnlyList<string> _commandLine;
    private readonly PlotData _plot;
    private readonly Lock _lock = new();
    private double _statsAt, _plotAt;

    public CampaignStats(CampaignFolder folder, IReadOnlyList<string> commandLine)
    {
        (_folder, _commandLine) = (folder, commandLine);
        _plot = new PlotData(folder.At(CampaignFiles.PlotData));
    }

    /// <summary>Writes what is due.</summary>
    public void Write(CampaignSnapshot snapshot, bool force)
    {
        lock (_lock)
        {
            if (force || snapshot.SecondsHere >= _statsAt)
            {
                _statsAt = snapshot.SecondsHere + StatsSeconds;
                _folder.Write(CampaignFiles.FuzzerStats, FuzzerStats.Of(snapshot, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Environment.ProcessId, _commandLine));
                _folder.Write(CampaignFiles.Status, JsonSerializer.SerializeToUtf8Bytes(snapshot, CampaignReport.Json));
            }

            if (force || snapshot.SecondsHere >= _plotAt)
            {
                _plotAt = snapshot.SecondsHere + PlotSeconds;
                _plot.Add(snapshot);
            }
        }
    }

    public void Dispose() => _plot.Dispose();
}
