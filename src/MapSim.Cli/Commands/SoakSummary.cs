using System.Globalization;
using System.Text;
using System.Text.Json;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>What a campaign prints at its end.</summary>
internal static class SoakSummary
{
    /// <summary>Findings, then a table.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="campaign">The campaign.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="complete">All programs asked for were run: the digest means something.</param>
    public static void WriteText(TextWriter to, SoakRun campaign, TimeSpan elapsed, bool complete)
    {
        foreach (string report in campaign.Reports.Values)
        {
            to.WriteLine("FINDING in " + report);
            to.WriteLine();
        }

        foreach ((string name, long value) in Rows(campaign.Tally))
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-52}{value,14}"));
        }

        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"seconds",-52}{elapsed.TotalSeconds,14:F1}"));
        if (complete)
        {
            to.WriteLine("digest " + campaign.Digest);
        }
    }

    /// <summary>One JSON object.</summary>
    public static void WriteJson(TextWriter to, SoakRun campaign, TimeSpan elapsed, bool complete)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("schema", "mapsim.soak/1");
            json.WriteStartObject("totals");
            foreach ((string name, long value) in Rows(campaign.Tally))
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
            json.WriteStartArray("findings");
            foreach ((long index, string report) in campaign.Reports)
            {
                json.WriteStartObject();
                json.WriteNumber("program", index);
                json.WriteString("report", report);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 1));
            if (complete)
            {
                json.WriteString("digest", campaign.Digest.ToString());
            }

            json.WriteEndObject();
        }

        to.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static IEnumerable<(string Name, long Value)> Rows(RunTally t)
    {
        yield return ("programs", t.Programs);
        yield return ("operations", t.Operations);
        yield return ("steps", (long)t.Steps);
        yield return ("grows", t.Grows);
        yield return ("same-size grows", t.SameSizeGrows);
        yield return ("grows ended", t.GrowsEnded);
        yield return ("longest chain", t.LongestChain);
        yield return ("most overflow buckets", t.MostOverflow);
        yield return ("most entries", t.MostEntries);
        yield return ("insertions above the load limit", t.Overloaded);
        yield return ("iterations", t.Ranges);
        yield return ("iterator steps", t.RangeSteps);
        yield return ("writes under an open iteration", t.WritesUnderRange);
        yield return ("clones", t.Clones);
        yield return ("clears", t.Clears);
        yield return ("maps emptied by delete", t.Emptied);
        yield return ("collections", t.Collections);
        yield return ("objects freed", t.Freed);
        yield return ("objects that G10 saw freed", t.Awaited);
        yield return ("panics as expected", t.Panics);
        foreach (KnownDefect defect in KnownDefects.All)
        {
            yield return ("known: " + KnownDefects.Name(defect), t.Known[(int)defect]);
        }
    }
}
