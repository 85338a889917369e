using System.Text.Json;

namespace MapSim.Fuzz;

/// <summary>findings/KEY.json: how a finding was found, and what became of it. Written last: when it says how the shrinking ended, all files of the finding are there.</summary>
/// <param name="Key">The bug key.</param>
/// <param name="Known">The known defect that it stands for; null if it is new.</param>
/// <param name="FoundAt">The execution that found it.</param>
/// <param name="Parent">The entry it was made from; -1 if from nothing.</param>
/// <param name="Mutation">How it was made.</param>
/// <param name="Original">The SHA-256 of the input as it was found.</param>
/// <param name="Shrink">"waits", "complete", "budget" (more would help), "not asked", "known" (not shrunk, docs/DISCOVERIES.md has it), or "failed: " and why.</param>
/// <param name="Executions">Executions for shrinking.</param>
/// <param name="OperationsBefore">Lines that did something before; 0 if it is not shrunk.</param>
/// <param name="OperationsAfter">And after.</param>
/// <param name="Irrelevant">What of the input does not matter, in sentences.</param>
public sealed record FindingRecord(
    string Key, string? Known, long FoundAt, int Parent, string Mutation, string Original, string Shrink,
    int Executions = 0, int OperationsBefore = 0, int OperationsAfter = 0, IReadOnlyList<string>? Irrelevant = null)
{
    /// <summary>The schema of the file.</summary>
    public const string Schema = "mapsim.finding/1";

    /// <summary>What it says while the finding waits for its shrinking.</summary>
    public const string Waits = "waits";

    /// <summary>True if nothing more will be done about it.</summary>
    public bool IsDone => Shrink != Waits;

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("key", Key);
            json.WriteString("known", Known);
            json.WriteNumber("foundAt", FoundAt);
            json.WriteNumber("parent", Parent);
            json.WriteString("mutation", Mutation);
            json.WriteString("original", Original);
            json.WriteString("shrink", Shrink);
            json.WriteNumber("executions", Executions);
            json.WriteNumber("operationsBefore", OperationsBefore);
            json.WriteNumber("operationsAfter", OperationsAfter);
            json.WriteStartArray("irrelevant");
            foreach (string sentence in Irrelevant ?? [])
            {
                json.WriteStringValue(sentence);
            }

            json.WriteEndArray();
            json.WriteString("replay", $"mapsim replay {CampaignFiles.NameOf(Key)}.mapsim");
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Reads what is needed of a file; null if there is none, or it says nothing.</summary>
    public static FindingRecord? Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(AtomicFile.Read(file));
            JsonElement root = json.RootElement;
            return new FindingRecord(
                root.GetProperty("key").GetString()!, root.GetProperty("known").GetString(), root.GetProperty("foundAt").GetInt64(), root.GetProperty("parent").GetInt32(),
                root.GetProperty("mutation").GetString()!, root.GetProperty("original").GetString()!, root.GetProperty("shrink").GetString()!,
                root.GetProperty("executions").GetInt32(), root.GetProperty("operationsBefore").GetInt32(), root.GetProperty("operationsAfter").GetInt32());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
