using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using MapSim.Concurrency;

namespace MapSim.Cli.Commands;

/// <summary>The options with which an exploration is kept in a file and goes on from it, and what people are told about that.</summary>
internal static class CheckpointOption
{
    private static readonly Option<string?> File = new("--checkpoint")
    {
        Description = "Keep where the exploration is in FILE, when it is interrupted or cut and every now and then, and go on from there if FILE exists; it is removed at the end. One worker.",
        HelpName = "FILE",
    };

    private static readonly Option<double> Every = new("--checkpoint-every") { Description = "Seconds between two writes of that file.", HelpName = "S", DefaultValueFactory = _ => 30 };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(File);
        command.Add(Every);
    }

    /// <summary>The checkpoint that was asked for; null if none was.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="name">Name of the program.</param>
    /// <param name="content">All that decides what the program does.</param>
    /// <param name="isPossible">False if the engine, or this way to run it, keeps none.</param>
    /// <param name="expected">What does, in words.</param>
    public static Checkpoint? Of(ParseResult parsed, string name, string content, bool isPossible, string expected)
    {
        double seconds = parsed.GetValue(Every);
        if (!(seconds is >= 0 and <= 1_000_000))
        {
            throw new BadInputException(FormattableString.Invariant($"--checkpoint-every: expected 0 to 1000000 seconds, found {seconds}"));
        }

        if (parsed.GetValue(File) is not { } file)
        {
            return parsed.GetResult(Every) is { Implicit: false } ? throw new BadInputException("--checkpoint-every: expected --checkpoint as well, found none") : null;
        }

        if (!isPossible)
        {
            throw new BadInputException($"--checkpoint: expected {expected}, found another");
        }

        OutputFile.Check("--checkpoint", file);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
        return new Checkpoint(file, $"{name} ({hash})", TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Explores, and says what became of the checkpoint.</summary>
    /// <exception cref="BadInputException">The file belongs to something else, or cannot be written.</exception>
    public static T Run<T>(Checkpoint? checkpoint, Func<T> explore)
    {
        try
        {
            T result = explore();
            if (checkpoint is { HasResumed: true })
            {
                Console.Error.WriteLine($"mapsim: went on from {checkpoint.File}");
            }

            if (checkpoint != null && System.IO.File.Exists(checkpoint.File))
            {
                Console.Error.WriteLine($"mapsim: {checkpoint.File} has where it is: the same command goes on there, a limit counts from the start");
            }

            return result;
        }
        catch (ExplorationException e)
        {
            throw new BadInputException(e.Message);
        }
        catch (Exception e) when (checkpoint != null && e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{checkpoint!.File}: cannot be written or read: {e.Message}");
        }
    }
}
