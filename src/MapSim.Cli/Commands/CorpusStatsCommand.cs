using System.CommandLine;
using System.Globalization;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus stats: what stores consist of.</summary>
internal static class CorpusStatsCommand
{
    public static Command Create()
    {
        var stores = new Argument<string[]>("STORE") { Description = "Stores; they are not changed.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("stats", """
            mapsim corpus stats corpus/examples corpus/discoveries
            mapsim corpus stats --json corpus/examples

            Counts the entries of stores: how many, how large (in bytes), which kinds, what they expect. Exit code 4 if there
            are none, 2 if one is damaged.
            """) { stores, json };
        command.SetAction(parsed =>
        {
            List<CorpusStats> all = [.. parsed.GetRequiredValue(stores).Select(CorpusCommand.Existing).ToList().Select(CorpusStats.Of)];
            if (parsed.GetValue(json))
            {
                CorpusCommand.PrintJson(new { schema = CorpusCommand.Schema, command = "stats", stores = all.Select(ToJson) });
            }
            else
            {
                Print(all);
            }

            return CorpusCommand.Report([.. all.SelectMany(s => s.Damaged)], all.Sum(s => s.All.Entries) == 0 ? ExitCodes.NothingSelected : ExitCodes.Clean);
        });
        return command;
    }

    private static void Print(List<CorpusStats> all)
    {
        var sizes = new TextTable("store", "kind", "entries", "bytes", "smallest", "median", "largest");
        foreach (CorpusStats stats in all)
        {
            foreach ((string kind, CorpusSizes s) in (ReadOnlySpan<(string, CorpusSizes)>)[("text", stats.Text), ("binary", stats.Binary), ("all", stats.All)])
            {
                sizes.Add([stats.Store, kind, .. new[] { s.Entries, s.Bytes, s.Smallest, s.Median, s.Largest }.Select(n => n.ToString(CultureInfo.InvariantCulture))]);
            }
        }

        Console.Out.Write(sizes);
        foreach (CorpusStats stats in all)
        {
            string expectations = stats.Expectations.Count == 0 ? "nothing" : string.Join(", ", stats.Expectations.Select(e => FormattableString.Invariant($"{e.Key} {e.Value}")));
            Console.Out.WriteLine(FormattableString.Invariant(
                $"{stats.Store}: expects {expectations}; {stats.Pinned} with a digest, {stats.Named} with a name, {stats.Damaged.Count} damaged, {stats.Unfinished} unfinished"));
        }
    }

    private static object ToJson(CorpusStats stats) => new
    {
        store = stats.Store, all = stats.All, text = stats.Text, binary = stats.Binary, named = stats.Named, pinned = stats.Pinned,
        expectations = stats.Expectations.ToDictionary(e => e.Key, e => e.Value), unfinished = stats.Unfinished,
        damaged = stats.Damaged.Select(d => new { file = d.File, message = d.Message }),
    };
}
