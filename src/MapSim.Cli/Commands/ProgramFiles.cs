using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>What commands that take program files share: reading them, and turning their mistakes into messages.</summary>
internal static class ProgramFiles
{
    /// <summary>How commands write JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Reads a program; "-" is standard input.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is wrong.</exception>
    public static MapProgram Read(string file)
    {
        string name = file == "-" ? "standard input" : file;
        try
        {
            using Stream stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
            string text = reader.ReadToEnd();
            return Guard(name, () => ProgramParser.Parse(text));
        }
        catch (DecoderFallbackException)
        {
            throw new BadInputException($"{name}: expected a text in UTF-8, found other bytes");
        }
        catch (IOException e)
        {
            throw new BadInputException($"{name}: {e.Message}");
        }
    }

    /// <summary>Runs something that may find the program wrong.</summary>
    public static T Guard<T>(string file, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ProgramFormatException e)
        {
            throw new BadInputException(e.At(file == "-" ? "standard input" : file));
        }
    }

    /// <summary>The value of --go.</summary>
    public static GoVersion? Version(string? text)
    {
        try
        {
            return text == null ? null : GoVersion.Parse(text);
        }
        catch (FormatException e)
        {
            throw new BadInputException("--go: " + e.Message);
        }
    }

    /// <summary>The value of --seed.</summary>
    public static ulong? Seed(string? text) => text == null ? null
        : GoNumber.TryInt(text, out Int128 n) && n >= 0 && n <= ulong.MaxValue ? (ulong)n
        : throw new BadInputException($"--seed: expected a number from 0 to {ulong.MaxValue}, found '{text}'");
}
