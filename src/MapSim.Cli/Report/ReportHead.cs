using System.Text.Json;

namespace MapSim.Cli.Report;

/// <summary>What stands on top of a report.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Sentence">What happened, in plain words; empty if there is nothing to say.</param>
/// <param name="Setting">The release, the architecture and what is changed in the model.</param>
/// <param name="Commands">Commands that show it again.</param>
internal sealed record ReportHead(string Title, string Sentence, string Setting, IReadOnlyList<string> Commands)
{
    /// <summary>The page of the finding as text; empty if there is none.</summary>
    public string Page { get; init; } = "";

    /// <summary>What else is to be known; empty for nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>Writes its members into the object that is open.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("title", Title);
        json.WriteString("sentence", Sentence);
        json.WriteString("setting", Setting);
        json.WriteString("page", Page);
        json.WriteString("note", Note);
        json.WriteStartArray("commands");
        foreach (string command in Commands)
        {
            json.WriteStringValue(command);
        }

        json.WriteEndArray();
    }
}
