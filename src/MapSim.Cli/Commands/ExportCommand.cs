using System.CommandLine;
using System.Text;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim export: writes a program as a test for the real runtime, or its run as a picture or a trace (<see cref="ViewExport"/>).</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The program (*.mapsim); - for standard input." };
        var goTest = new Option<bool>("--go-test") { Description = "As a Go test." };
        var output = new Option<string?>("--output", "-o") { Description = "The file; a Go test is called OUT_test.go. Default: standard output." };
        var isUnsafe = new Option<bool>("--unsafe") { Description = "Also look into the maps' memory, with the layout of the program's release and architecture." };
        var package = new Option<string>("--package") { Description = "The test's package.", DefaultValueFactory = _ => "mapsim" };
        var force = new Option<bool>("--force") { Description = "Overwrite the file that -o names." };
        var view = new ViewExport();
        var command = new Command("export", """
            mapsim export --go-test corpus/examples/growth.mapsim -o growth_test.go
            mapsim export --go-test --unsafe --package growth corpus/examples/growth.mapsim
            mapsim export --svg corpus/examples/growth.mapsim --at 200 -o growth.svg
            mapsim export --dot --graph corpus/regression/racing-writers-are-caught.mapsim
            mapsim export --perfetto corpus/examples/growth.mapsim -o trace.json

            A picture (--svg, --dot, --mermaid) is of the state after step --at, by default the one where it goes wrong, or the
            last. --perfetto is for ui.perfetto.dev and chrome://tracing.

            --go-test writes a self-contained Go test that does the same operations on the real runtime, and compares what does not
            depend on a seed or a schedule. A program that is after a defect is run with fresh maps until it shows.
            """) { file, goTest, output, isUnsafe, package, force };
        view.AddTo(command);
        command.SetAction(p => view.IsAsked(p, p.GetValue(goTest)) ? view.Run(p, p.GetValue(file)!, p.GetValue(output), p.GetValue(force)) : Run(
            p.GetValue(file)!, p.GetValue(goTest), p.GetValue(output), p.GetValue(isUnsafe), p.GetValue(package)!, p.GetValue(force)));
        return command;
    }

    private static int Run(string file, bool goTest, string? output, bool isUnsafe, string package, bool force)
    {
        if (!goTest)
        {
            throw new BadInputException("export: expected the form to export to (--go-test, --perfetto, --dot, --mermaid or --svg), found none");
        }

        if (output != null && !output.EndsWith(".go", StringComparison.Ordinal))
        {
            throw new BadInputException($"-o: expected a file name like growth_test.go, found '{output}'");
        }

        if (output != null && !force && File.Exists(output))
        {
            throw new BadInputException($"-o {output}: there is such a file already; --force overwrites it");
        }

        MapProgram program = ProgramFiles.Read(file);
        string name = file == "-" ? "program.mapsim" : Path.GetFileName(file);
        string text;
        try
        {
            text = ProgramFiles.Guard(file, () => GoTestWriter.Write(program, new GoTestOptions(name, package, isUnsafe)));
        }
        catch (ArgumentException e) when (e.ParamName == "options")
        {
            throw new BadInputException($"--package: expected a name that Go allows, found '{package}'");
        }

        if (output == null)
        {
            Console.Out.Write(text);
            return ExitCodes.Clean;
        }

        Save(Encoding.UTF8.GetBytes(text), Path.GetFullPath(output), force);
        Console.Error.WriteLine($"mapsim: wrote {output}; run it in a module of its own with: go test -v");
        return ExitCodes.Clean;
    }

    /// <summary>The finished file appears under its name at once, or not at all, and takes no other's place unless that is wanted.</summary>
    internal static void Save(byte[] content, string output, bool force)
    {
        if (force)
        {
            OutputFile.Write(output, content);
            return;
        }

        try
        {
            if (!AtomicFile.TryCreate(output, content))
            {
                throw new BadInputException($"-o {output}: expected a new file, or --force, found one that exists");
            }
        }
        catch (IOException e)
        {
            throw new BadInputException($"-o {output}: {e.Message}");
        }
    }
}
