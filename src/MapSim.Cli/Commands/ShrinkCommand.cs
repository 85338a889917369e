using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim shrink: makes a program that ends with a bug as simple as it can, and keeps the bug.</summary>
internal static class ShrinkCommand
{
    private static readonly Argument<string> InputFile = new("FILE") { Description = "A program file (*.mapsim) that ends with a bug." };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Where the result goes; default FILE with .min.mapsim.", HelpName = "file" };
    private static readonly Option<bool> InPlace = new("--in-place") { Description = "The result replaces FILE." };
    private static readonly Option<long> Budget = new("--budget") { Description = "Most executions of this run.", HelpName = "n", DefaultValueFactory = _ => ShrinkOptions.DefaultBudget };
    private static readonly Option<string?> StateFile = new("--state") { Description = "Where it is kept how far it came; default the output with .shrink-state.", HelpName = "file" };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object instead of text." };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Only the result." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string[]> faults = ChangeOptions.Faults(), repairs = ChangeOptions.Repairs();
        var command = new Command("shrink", """
            mapsim shrink finding.mapsim
            mapsim shrink finding.mapsim -o small.mapsim --budget 500
            mapsim shrink --fault assign-no-again witness.mapsim

            Makes the program simpler as long as it ends with the same bug key. Exit code 0 if nothing more helps, 70 if
            the budget was used up before, 72 if it was interrupted: the best program so far is written then, and the same
            command goes on. With a fault, how the program ends without it stays, too (a file with one line "with ..." that
            expects clean says it itself).
            """) { InputFile, Output, InPlace, Budget, StateFile, Json, Quiet, faults, repairs };
        command.SetAction(parsed => Shrink(
            parsed.GetValue(InputFile)!, parsed.GetValue(Output), parsed.GetValue(InPlace), parsed.GetValue(Budget), parsed.GetValue(StateFile), parsed.GetValue(Json), parsed.GetValue(Quiet),
            ChangeOptions.Read(parsed, faults, repairs)));
        return command;
    }

    private static int Shrink(string file, string? output, bool inPlace, long budget, string? stateFile, bool json, bool quiet, ModelChanges changes)
    {
        string target = Target(file, output, inPlace);
        string state = stateFile ?? target + ".shrink-state";
        if (budget < 1)
        {
            throw new BadInputException(FormattableString.Invariant($"--budget: expected a positive number, found {budget}"));
        }

        MapProgram program = ProgramFiles.Read(file);
        bool interrupted = false;
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            // A second time it ends at once.
            context.Cancel = !interrupted;
            interrupted = true;
        });
        var options = new ShrinkOptions(budget)
        {
            Changes = changes, From = ReadState(state), IsStopped = () => interrupted, Improved = s => Write(state, s.ToText()),
        };
        ShrinkResult result;
        try
        {
            result = ProgramFiles.Guard(file, () => Shrinker.Shrink(program, options, quiet || json ? null : Console.Error.WriteLine));
        }
        catch (NothingToShrinkException e)
        {
            throw new BadInputException($"{file}: {e.Message}");
        }

        // In place, the input is needed until the end: what it came to so far is in the state.
        if (result.Complete || !inPlace)
        {
            Write(target, ProgramPrinter.Print(WithOrder(result)));
        }

        if (result.Complete)
        {
            File.Delete(state);
        }

        string? goOn = result.Complete ? null : Command(file, output, inPlace, budget, stateFile, changes);
        Report(result, file, target, goOn, json);
        return result.Complete ? ExitCodes.Clean : interrupted ? ExitCodes.Interrupted : ExitCodes.StepLimit;
    }

    private static string Target(string file, string? output, bool inPlace)
    {
        if (file == "-" && output == null)
        {
            throw new BadInputException("standard input: expected -o FILE for the result, found no such option");
        }

        if (inPlace && (output != null || file == "-"))
        {
            throw new BadInputException("--in-place: expected a file and no -o, found " + (output == null ? "standard input" : "both"));
        }

        string target = inPlace ? file : output ?? Path.ChangeExtension(file, null) + ".min.mapsim";
        return inPlace || Path.GetFullPath(target) != Path.GetFullPath(file) ? target
            : throw new BadInputException($"{target}: expected another file than the input (or --in-place), found the input");
    }

    private static ShrinkState? ReadState(string file)
    {
        try
        {
            return File.Exists(file) ? ShrinkState.Parse(File.ReadAllText(file)) : null;
        }
        catch (FormatException e)
        {
            throw new BadInputException($"{file}: {e.Message}");
        }
    }

    /// <summary>What of its schedule decides is said, too: it survives edits that move the steps.</summary>
    private static MapProgram WithOrder(ShrinkResult result) => result.Complete && result.Program.Schedule.Count > 0
        ? result.Program.WithOrder(DecisiveOrder.Of(result.Program, result.Result, result.Changes))
        : result.Program;

    private static void Write(string file, string text) => OutputFile.Write(file, Encoding.UTF8.GetBytes(text));

    private static string Command(string file, string? output, bool inPlace, long budget, string? stateFile, ModelChanges changes)
    {
        List<string> words = ["mapsim", "shrink", .. changes.ToOptions().Split(' ', StringSplitOptions.RemoveEmptyEntries), Quoted(file)];
        words.AddRange(output == null ? [] : ["-o", Quoted(output)]);
        words.AddRange(inPlace ? ["--in-place"] : []);
        words.AddRange(budget == ShrinkOptions.DefaultBudget ? [] : ["--budget", FormattableString.Invariant($"{budget}")]);
        words.AddRange(stateFile == null ? [] : ["--state", Quoted(stateFile)]);
        return string.Join(' ', words);
    }

    private static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "._-/+=:,@".Contains(c, StringComparison.Ordinal)) ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static void Report(ShrinkResult result, string file, string target, string? goOn, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new
                {
                    schema = "mapsim.shrink/1", file, output = target, key = result.Result.BugKey, complete = result.Complete, executions = result.Executions,
                    operationsBefore = result.OperationsBefore, operationsAfter = result.OperationsAfter, irrelevant = result.Irrelevant, goOn,
                },
                ProgramFiles.Json));
            return;
        }

        Console.Out.WriteLine($"{target}: {result.Result.BugKey}, {result.OperationsBefore} operations before, {result.OperationsAfter} after, {result.Executions} runs");
        foreach (string sentence in result.Irrelevant)
        {
            Console.Out.WriteLine("  " + sentence);
        }

        if (goOn != null)
        {
            Console.Out.WriteLine("  not done yet; go on with: " + goOn);
        }
    }
}
