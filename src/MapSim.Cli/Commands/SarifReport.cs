using System.Text.Json;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>
/// A replay as SARIF 2.1.0, which code hosts show beside the lines of the files. A rule is a bug key, or "drift" and the
/// like; only files that are not as they should be are results.
/// </summary>
internal static class SarifReport
{
    private const string Fingerprint = "mapsimBugKey/v1";

    /// <summary>The file's bytes.</summary>
    public static byte[] Of(IReadOnlyList<ReplayedFile> files, int exitCode)
    {
        List<ReplayedFile> wrong = [.. files.Where(f => f.Key != null)];
        List<string> rules = [.. wrong.Select(f => f.Key!).Distinct().Order(StringComparer.Ordinal)];
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = ProgramFiles.Json.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            Tool(json, rules);
            json.WriteStartArray("invocations");
            json.WriteStartObject();
            json.WriteBoolean("executionSuccessful", !files.Any(f => f.Crash != null || f.IsSkipped));
            json.WriteNumber("exitCode", exitCode);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (ReplayedFile file in wrong)
            {
                Result(json, file, rules.IndexOf(file.Key!));
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Tool(Utf8JsonWriter json, List<string> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "mapsim");
        json.WriteString("version", typeof(SarifReport).Assembly.GetName().Version!.ToString(3));
        json.WriteStartArray("rules");
        foreach (string rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule);
            json.WriteStartObject("shortDescription");
            json.WriteString("text", Describe(rule));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, ReplayedFile file, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", file.Key);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", "error");
        json.WriteStartObject("message");
        json.WriteString("text", string.Join("\n", [.. file.Problems, "Replay: " + file.Command]));
        json.WriteEndObject();
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Uri(file.File));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", file.Line);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString(Fingerprint, file.Key);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Describe(string rule) => rule switch
    {
        "drift" => "A program of the corpus does not behave as it did when it was committed.",
        "step-limit" => "An operation takes more steps than the program's limit.",
        "memory-limit" => "The program needs more memory than a simulated process has.",
        "nondeterminism" => "Two runs of one program are not the same.",
        "bad-input" => "The file is no program.",
        "internal-error" => "MapSim has a bug of its own.",
        _ => $"The program shows the bug {rule}, which it does not expect.",
    };

    /// <summary>A URI reference, relative if the file was named so.</summary>
    private static string Uri(string file)
    {
        if (ProgramToken.IsToken(file))
        {
            return string.Concat(file.Where(c => !char.IsWhiteSpace(c)));
        }

        return Path.IsPathRooted(file) ? new Uri(file).AbsoluteUri : string.Join('/', file.Replace('\\', '/').Split('/').Select(System.Uri.EscapeDataString));
    }
}
