using System.Globalization;
using System.Text.Json;
using MapSim.Faults;

namespace MapSim.Fuzz;

/// <summary>campaign.json: what the campaign in a folder does, and which MapSim it is for. A campaign goes on only with the same.</summary>
/// <param name="Values">What has to be the same, by the option's name; in the order in which differences are told.</param>
/// <param name="Seeds">The hashes of the programs that it began with.</param>
/// <param name="Builds">The builds of MapSim that worked on it: its bytes may depend on them.</param>
internal sealed record CampaignManifest(IReadOnlyList<KeyValuePair<string, string>> Values, IReadOnlyList<string> Seeds, IReadOnlyList<string> Builds)
{
    public const string Schema = "mapsim.campaign-options/1";

    private const string SeedName = "--seed";

    /// <summary>This build: a hash of what it was compiled from.</summary>
    public static string Build => $"{typeof(ModelChanges).Module.ModuleVersionId:N}-{typeof(FuzzEngine).Module.ModuleVersionId:N}";

    /// <summary>The seed.</summary>
    public ulong Seed => ulong.Parse(Values.First(v => v.Key == SeedName).Value, CultureInfo.InvariantCulture);

    public static CampaignManifest Of(CampaignOptions options, ulong seed)
    {
        string Text(ModelChanges changes) => changes.IsNone ? "none" : changes.ToOptions().TrimEnd();
        return new CampaignManifest(
            [
                new(SeedName, seed.ToString(CultureInfo.InvariantCulture)),
                new("--go", string.Join(',', options.Target.Releases)),
                new("--fault", Text(options.Target.Faults)),
                new("--repair", Text(options.Target.Repairs)),
                new("--shrink-execs", options.ShrinkExecutions.ToString(CultureInfo.InvariantCulture)),
                new("runs in a task", options.RunsInTask.ToString(CultureInfo.InvariantCulture)),
                new("features", FeatureSet.Schema),
                new("state", EngineState.Version.ToString(CultureInfo.InvariantCulture)),
            ],
            [.. options.Seeds.Select(s => CorpusName.Hash(s))], [Build]);
    }

    /// <summary>What is not the same, in words; null if all is.</summary>
    public string? DifferenceTo(CampaignManifest asked)
    {
        foreach ((string name, string value) in Values)
        {
            string other = asked.Values.FirstOrDefault(v => v.Key == name).Value ?? "nothing";
            if (other != value)
            {
                return $"its campaign has {name} {value}, this one {other}";
            }
        }

        return asked.Seeds.Count > 0 && !asked.Seeds.SequenceEqual(Seeds) ? "its campaign began with other seeds (--seeds)" : null;
    }

    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("owner", "mapsim fuzz");
            json.WriteStartObject("options");
            foreach ((string name, string value) in Values)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            Strings(json, "seeds", Seeds);
            Strings(json, "builds", Builds);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <exception cref="CampaignFolderException">It is none.</exception>
    public static CampaignManifest Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement root = json.RootElement;
            if (root.GetProperty("schema").GetString() != Schema)
            {
                throw new CampaignFolderException($"{file}: expected the schema {Schema}, found {root.GetProperty("schema")}");
            }

            var manifest = new CampaignManifest(
                [.. root.GetProperty("options").EnumerateObject().Select(p => new KeyValuePair<string, string>(p.Name, p.Value.GetString()!))],
                [.. root.GetProperty("seeds").EnumerateArray().Select(s => s.GetString()!)], [.. root.GetProperty("builds").EnumerateArray().Select(s => s.GetString()!)]);
            _ = manifest.Seed;
            return manifest;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new CampaignFolderException($"{file}: expected what a campaign writes there, found something else ({e.Message})", e);
        }
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
