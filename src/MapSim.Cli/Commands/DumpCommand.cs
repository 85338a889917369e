using System.CommandLine;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim dump: the bytes of a program's maps in the columns of hexdump -C.</summary>
internal static class DumpCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A program file (*.mapsim); - for standard input." };
        var at = new Option<string?>("--at") { Description = "Stop after operation N (as numbered by run -v); 0 is before the first." };
        var map = new Option<string?>("--map") { Description = "Only the map with this name." };
        var plain = new Option<bool>("--plain") { Description = "Without titles and gutter: exactly the columns of hexdump -C." };
        var all = new Option<bool>("--no-squeeze") { Description = "Print repeated lines instead of *." };
        var go = new Option<string?>("--go") { Description = "Run on this Go release instead of the file's." };
        var seed = new Option<string?>("--seed") { Description = "Use this seed instead of the file's." };
        var raw = new Option<string?>("--raw") { Description = "Write the bytes themselves, a file each piece, into this folder, and print the mapsim inspect commands that read them.", HelpName = "DIR" };
        Option<string[]> faults = ChangeOptions.Faults(), repairs = ChangeOptions.Repairs();
        var command = new Command("dump", """
            mapsim dump corpus/examples/growth.mapsim --at 9

            Runs a program and prints the memory of its maps (header, extra, bucket arrays, overflow buckets) with the
            fields that lie in each line. With --raw DIR it writes what a debugger would: raw files for mapsim inspect.
            """) { file, at, map, plain, all, raw, go, seed, faults, repairs };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(file)!;
            MapProgram program = ProgramFiles.Read(name);
            ProgramRunner runner = ProgramFiles.Guard(name, () => new ProgramRunner(
                program, ProgramFiles.Version(parsed.GetValue(go)), ProgramFiles.Seed(parsed.GetValue(seed)), changes: ChangeOptions.Read(parsed, faults, repairs)));
            RunResult result = ProgramFiles.Guard(name, () => runner.Run(Number(parsed.GetValue(at))));
            MapVariable[] selected = [.. Select(runner, parsed.GetValue(map))];
            if (parsed.GetValue(raw) is { } folder)
            {
                DumpRaw.Write(runner, selected, folder, Console.Out);
                selected = [];
            }

            foreach (MapVariable variable in selected)
            {
                Console.Out.Write(MapPrinter.Hex(runner, variable, parsed.GetValue(plain), !parsed.GetValue(all)));
            }

            if (result.Verdict != VerdictKind.Clean)
            {
                Console.Error.WriteLine($"mapsim: the program ended early, after operation {result.Operations}: {result.VerdictText}");
            }

            return ExitCodes.Clean;
        });
        return command;
    }

    private static int Number(string? text) => text == null ? int.MaxValue
        : GoNumber.TryInt(text, out Int128 n) && n >= 0 && n <= int.MaxValue ? (int)n
        : throw new BadInputException($"--at: expected the number of an operation, found '{text}'");

    private static IEnumerable<MapVariable> Select(ProgramRunner runner, string? name)
    {
        if (name == null)
        {
            return runner.Maps;
        }

        string[] names = [.. runner.Maps.Select(m => m.Name)];
        return names.Contains(name) ? runner.Maps.Where(m => m.Name == name)
            : throw new BadInputException($"--map: expected a map of the program ({string.Join(", ", names)}), found '{name}'{Suggestion.Hint(name, names)}");
    }
}
