using System.CommandLine;
using System.CommandLine.Parsing;

namespace MapSim.Cli;

/// <summary>The user's input is wrong: the message says where and what was expected. Exit code 2.</summary>
internal sealed class BadInputException(string message) : Exception(message)
{
    /// <summary>The line of the file, from 1; 0 if the message is about no line.</summary>
    public int Line { get; init; }
}

/// <summary>Runs a command line and turns errors into messages and exit codes: usage and input 2, own bugs 1.</summary>
internal static class CommandRunner
{
    public static int Run(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine("mapsim: " + error.Message);
            }

            Console.Error.WriteLine("mapsim: see 'mapsim --help'");
            return ExitCodes.BadInput;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (BadInputException e)
        {
            Console.Error.WriteLine("mapsim: " + e.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("mapsim: " + e.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine("mapsim: internal error (a bug in MapSim, please report it): " + e);
            return ExitCodes.InternalError;
        }
    }
}
