using System.CommandLine;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus add: programs into a store, under the hash of their content.</summary>
internal static class CorpusAdd
{
    public static Command Create()
    {
        var store = new Argument<string>("STORE") { Description = "The folder; made if there is none." };
        var files = new Argument<string[]>("FILE") { Description = "Programs, text or binary.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("add", """
            mapsim corpus add findings/store corpus/examples/growth.mapsim corpus/examples/nan-keys.mapsim

            Adds programs to a store and prints the name of each, with "already there" if it was. Text programs must be
            right; if one is not, nothing is added and the exit code is 2.
            """) { store, files, json };
        command.SetAction(parsed =>
        {
            List<CorpusInput> inputs = CorpusInput.ReadAll(parsed.GetRequiredValue(files), CorpusInput.Program);
            var added = new CorpusAdded("add", CorpusCommand.Writable(parsed.GetRequiredValue(store)));
            added.AddAll(inputs);
            added.Print(parsed.GetValue(json), names: true);
            return ExitCodes.Clean;
        });
        return command;
    }
}
