using System.CommandLine;
using System.Text.RegularExpressions;
using MapSim.Fuzz;
using MapSim.Layout;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus export: the programs of a store as seeds of a Go fuzz target.</summary>
internal static partial class CorpusExport
{
    public static Command Create()
    {
        var store = new Argument<string>("STORE") { Description = "The store; it is not changed." };
        var folder = new Option<string>("--go-fuzz") { Description = "Folder of the Go package; the files go to its testdata/fuzz.", HelpName = "DIR", Required = true };
        var name = new Option<string>("--name") { Description = "The fuzz target.", HelpName = "FuzzX", DefaultValueFactory = _ => "FuzzMapSim" };
        var go = new Option<string?>("--go") { Description = "Name the files as this release does; those since 1.21 have short names.", HelpName = "version" };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("export", """
            mapsim corpus export corpus/examples --go-fuzz findings/go --name FuzzRun

            Writes the programs of a store as corpus files of Go's fuzzer. A fuzz target has one type of argument: binary programs go
            to testdata/fuzz/FuzzX as []byte, text programs to testdata/fuzz/FuzzXText as string. Exit code 4 if there are none.
            """) { store, folder, name, go, json };
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(name);
            if (!TargetName().IsMatch(target))
            {
                throw new BadInputException($"--name: expected the name of a Go fuzz target, like FuzzRun, found '{target}'");
            }

            GoVersion version = ProgramFiles.Version(parsed.GetValue(go)) ?? GoVersion.Go123;
            return Run(CorpusCommand.Existing(parsed.GetRequiredValue(store)), Path.Combine(parsed.GetRequiredValue(folder), "testdata", "fuzz", target), version, parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(CorpusStore store, string folder, GoVersion version, bool json)
    {
        string[] folders = [folder, folder + "Text"];
        // Go reads every file there, whatever it is called.
        Array.ForEach(folders, f => AtomicFile.CleanUp(f));
        var damaged = new List<CorpusDamage>();
        var written = new List<(string Name, string File)>();
        foreach (CorpusEntry entry in store.Read(damaged.Add))
        {
            byte[] content = GoFuzzFile.OfProgram(entry.Content).ToBytes();
            string file = Path.Combine(folders[entry.IsText ? 1 : 0], GoFuzzFile.Name(content, version));
            AtomicFile.Write(file, content);
            written.Add((entry.Name, file));
        }

        if (json)
        {
            CorpusCommand.PrintJson(new
            {
                schema = CorpusCommand.Schema, command = "export", store = store.Root, files = written.Select(w => new { name = w.Name, file = w.File }),
                damaged = damaged.Select(d => new { file = d.File, message = d.Message }),
            });
        }
        else
        {
            foreach ((_, string file) in written)
            {
                Console.Out.WriteLine(file);
            }
        }

        return CorpusCommand.Report(damaged, written.Count == 0 ? ExitCodes.NothingSelected : ExitCodes.Clean);
    }

    [GeneratedRegex("^Fuzz([A-Z0-9_][A-Za-z0-9_]*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex TargetName();
}
