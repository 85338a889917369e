using System.Text;
using MapSim.Inspect;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim inspect --to-program: writes the program, and reads the hash keys that it needs.</summary>
internal static class InspectProgram
{
    /// <summary>What is said when they are not known.</summary>
    public const string WhyKeys = "--to-program: expected the hash keys of the process (its keys are where its hash function puts them; with another one the program would not find them): --exe FILE with its symbols and --core, or --hashkeys HEX, found neither";

    private const int LargestKeys = 128, LargestText = 1 << 16;

    /// <summary>The value of --hashkeys.</summary>
    /// <exception cref="BadInputException">They are none.</exception>
    public static HashKeys Keys(string text, Arch arch)
    {
        try
        {
            if (File.Exists(text))
            {
                // What is longer than any keys is text about them: gdb's output, or digits.
                long length = new FileInfo(text).Length;
                text = length <= LargestKeys ? Convert.ToHexStringLower(File.ReadAllBytes(text))
                    : length <= LargestText ? File.ReadAllText(text)
                    : throw new FormatException($"expected a file of at most {LargestText} bytes, found {text}, a larger one");
            }

            return HashKeys.Parse(arch, text);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException("--hashkeys: " + e.Message);
        }
    }

    /// <summary>Writes the program of a map; a map that is broken with a warning.</summary>
    /// <exception cref="BadInputException">There can be no such program, or the file cannot be written.</exception>
    public static void Write(string file, ProcessImage image, MapInspection inspection, HashKeys keys)
    {
        try
        {
            MapProgram program = ProgramOfMap.Write(image, inspection, keys);
            OutputFile.Write(file, Encoding.UTF8.GetBytes(ProgramPrinter.Print(program)));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException("--to-program: " + e.Message);
        }

        if (inspection.Broken.Count > 0)
        {
            Console.Error.WriteLine($"warning: {file} begins with a map that is broken: what is broken from the start is not told again, and what the map contains is not judged");
        }

        Console.Error.WriteLine($"{file}: a program that begins with this map; go on with: mapsim run -v {file}, mapsim step {file}, mapsim explore {file}");
    }
}
