using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>A program that goes into a store: read and checked before anything is written.</summary>
/// <param name="File">Where it comes from.</param>
/// <param name="Content">The program.</param>
internal sealed record CorpusInput(string File, ReadOnlyMemory<byte> Content)
{
    /// <summary>Reads files; all that is wrong is told at once.</summary>
    /// <exception cref="BadInputException">One or more cannot be read, or hold no program.</exception>
    public static List<CorpusInput> ReadAll<T>(IEnumerable<T> files, Func<T, CorpusInput?> read)
    {
        var inputs = new List<CorpusInput>();
        var errors = new List<string>();
        foreach (T file in files)
        {
            try
            {
                if (read(file) is { } input)
                {
                    inputs.Add(input);
                }
            }
            catch (BadInputException e)
            {
                errors.Add(e.Message);
            }
        }

        return errors.Count == 0 ? inputs : throw new BadInputException(string.Join("\nmapsim: ", errors));
    }

    /// <summary>Reads a program: a text that parses, or a binary form.</summary>
    public static CorpusInput Program(string file)
    {
        byte[] content = Bytes(file);
        string name = Path.GetFileName(file);
        if (CorpusName.IsContentAddressed(name) && name != CorpusName.Of(content))
        {
            throw new BadInputException($"{file}: expected content with the SHA-256 of the name, found {CorpusName.Of(content)} (the file is damaged)");
        }

        if (GoFuzzFile.IsOne(content))
        {
            throw new BadInputException($"{file}:1:1: expected a program, found a corpus file of Go's fuzzer (mapsim corpus import takes it)");
        }

        if (!CorpusName.IsText(content) && file.EndsWith(CorpusName.TextExtension, StringComparison.Ordinal))
        {
            throw new BadInputException($"{file}:1:1: expected 'mapsim 1', found something else");
        }

        Check(content, e => e.At(file));
        return new CorpusInput(file, content);
    }

    /// <summary>Reads the program out of a corpus file of Go's fuzzer.</summary>
    public static CorpusInput GoFuzz(string file, byte[] content)
    {
        try
        {
            ReadOnlyMemory<byte> program = GoFuzzFile.Parse(content).Program();
            Check(program, e => FormattableString.Invariant($"{file}:2:1: the program's line {e.Line}, column {e.Column}: {e.Message}"));
            return new CorpusInput(file, program);
        }
        catch (ProgramFormatException e)
        {
            throw new BadInputException(e.At(file));
        }
    }

    public static byte[] Bytes(string file)
    {
        try
        {
            return System.IO.File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{file}: {e.Message}");
        }
    }

    private static void Check(ReadOnlyMemory<byte> content, Func<ProgramFormatException, string> message)
    {
        try
        {
            if (CorpusName.IsText(content.Span))
            {
                CorpusText.Parse(content.Span);
            }
        }
        catch (ProgramFormatException e)
        {
            throw new BadInputException(message(e));
        }
    }
}
