using System.CommandLine;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim show: a program in another form.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A program: text, binary, or b64:...; - for standard input." };
        var canonical = new Option<bool>("--canonical") { Description = "In canonical spelling." };
        var token = new Option<bool>("--token") { Description = "As one word for a chat message: b64:..." };
        var binary = new Option<string?>("--binary") { Description = "Write its binary form to this file." };
        var command = new Command("show", """
            mapsim show corpus/examples/growth.mapsim --token

            Prints a program as text. A binary one is resolved on the unmodified simulator: what it prints is what runs.
            """) { file, canonical, token, binary };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(file)!;
            MapProgram program = ProgramFiles.Read(name);
            OutputFile.Check("--binary", parsed.GetValue(binary));
            if (parsed.GetValue(binary) is { } target)
            {
                OutputFile.Write(target, BinaryEncoder.Encode(ProgramFiles.Guard(name, () => BinaryEncoder.FromText(program))));
                return ExitCodes.Clean;
            }

            string text = parsed.GetValue(canonical) ? ProgramPrinter.PrintCanonical(program) : ProgramPrinter.Print(program);
            Console.Out.Write(parsed.GetValue(token) ? ProgramToken.Encode(program) + "\n" : text);
            return ExitCodes.Clean;
        });
        return command;
    }
}
