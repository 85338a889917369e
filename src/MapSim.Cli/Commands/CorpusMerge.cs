using System.CommandLine;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus merge: what other stores have, too.</summary>
internal static class CorpusMerge
{
    public static Command Create()
    {
        var target = new Argument<string>("TARGET") { Description = "The store that gets everything; made if there is none." };
        var sources = new Argument<string[]>("SOURCE") { Description = "Stores; they are not changed.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("merge", """
            mapsim corpus merge findings/all corpus/examples corpus/discoveries

            Copies the whole entries of other stores into a store, each content once. A name that a person gave stays if it is
            free. Damaged entries are told and left out; the exit code is then 2.
            """) { target, sources, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(target), parsed.GetRequiredValue(sources), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string target, string[] folders, bool json)
    {
        List<CorpusStore> sources = [.. folders.Select(CorpusCommand.Existing)];
        if (sources.Find(s => CorpusCommand.AreSame(s.Root, target)) is { } same)
        {
            throw new BadInputException($"{same.Root}: expected another store than the target, found the target");
        }

        int total = sources.Sum(s => s.Names().Count);
        if (total == 0)
        {
            Console.Error.WriteLine("mapsim: no entries in " + string.Join(", ", folders));
            return ExitCodes.NothingSelected;
        }

        CorpusStore store = CorpusCommand.Writable(target);
        var added = new CorpusAdded("merge", store);
        var damaged = new List<CorpusDamage>();
        using (var progress = new ProgressLine("corpus merge", total))
        {
            foreach (CorpusEntry entry in sources.SelectMany(s => s.Read(damaged.Add)))
            {
                CorpusPlace place = store.Take(entry);
                added.Note(entry.File, place);
                progress.Step();
                if (place.IsNew && entry.IsNamed && place.Name != entry.Name)
                {
                    Console.Error.WriteLine($"mapsim: {entry.File}: {target} has another program of that name; it was added as {place.Name}");
                }
            }
        }

        added.Print(json, names: false, damaged);
        return CorpusCommand.Report(damaged, ExitCodes.Clean);
    }
}
