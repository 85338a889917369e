using System.CommandLine;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus import: programs of any kind of file, from folders too, into a store.</summary>
internal static class CorpusImport
{
    public static Command Create()
    {
        var store = new Argument<string>("STORE") { Description = "The folder; made if there is none." };
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Corpus files of Go's fuzzer, .mapsim and .bin files, or folders of them.", Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("import", """
            mapsim corpus import findings/store corpus/examples

            Adds programs to a store: *.mapsim, *.bin, and corpus files of Go's fuzzer (testdata/fuzz/FuzzX) whose only value is
            a []byte, or a string that begins with "mapsim 1". Other files of a folder are passed over. If one is wrong,
            nothing is added and the exit code is 2; if there is none at all it is 4.
            """) { store, paths, json };
        command.SetAction(parsed =>
        {
            int passed = 0;
            List<CorpusInput> inputs = CorpusInput.ReadAll(parsed.GetRequiredValue(paths).SelectMany(Expand), file => Read(file, ref passed));
            if (passed > 0)
            {
                Console.Error.WriteLine(FormattableString.Invariant($"mapsim: passed over {passed} {(passed == 1 ? "file that is" : "files that are")} no program"));
            }

            if (inputs.Count == 0)
            {
                Console.Error.WriteLine("mapsim: no programs in " + string.Join(", ", parsed.GetRequiredValue(paths)));
                return ExitCodes.NothingSelected;
            }

            var added = new CorpusAdded("import", CorpusCommand.Writable(parsed.GetRequiredValue(store)));
            added.AddAll(inputs);
            added.Print(parsed.GetValue(json), names: false);
            return ExitCodes.Clean;
        });
        return command;
    }

    private static IEnumerable<Candidate> Expand(string path) => !Directory.Exists(path) ? [new Candidate(path, false)]
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => !Path.GetFileName(f).StartsWith('.'))
            .Order(StringComparer.Ordinal).Select(f => new Candidate(f, true));

    private static CorpusInput? Read(Candidate candidate, ref int passed)
    {
        byte[] content = CorpusInput.Bytes(candidate.File);
        if (GoFuzzFile.IsOne(content))
        {
            return CorpusInput.GoFuzz(candidate.File, content);
        }

        if (Path.GetExtension(candidate.File) is CorpusName.TextExtension or CorpusName.BinaryExtension)
        {
            return CorpusInput.Program(candidate.File);
        }

        passed += candidate.IsFound ? 1
            : throw new BadInputException($"{candidate.File}: expected a corpus file of Go's fuzzer, a .mapsim or a .bin file, found another");
        return null;
    }

    /// <summary>A file to import.</summary>
    /// <param name="File">The file.</param>
    /// <param name="IsFound">It was found in a folder; so it may be something else.</param>
    private sealed record Candidate(string File, bool IsFound);
}
