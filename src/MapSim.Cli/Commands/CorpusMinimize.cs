using System.CommandLine;
using System.Runtime.InteropServices;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus minimize: few small programs that show as much as all of them.</summary>
internal static class CorpusMinimize
{
    /// <summary>The control file, in the store that is written to.</summary>
    public const string ControlFile = ".minimize";

    public static Command Create()
    {
        var store = new Argument<string>("STORE") { Description = "The store." };
        var to = new Option<string?>("--to") { Description = "Copy what stays into this store, and leave STORE as it is.", HelpName = "DIR" };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("minimize", """
            mapsim corpus minimize corpus/examples --to findings/small

            Runs the text programs of a store and keeps the smallest that together have all features (how runs end, which
            operation follows which, shapes of the maps). Without --to the others are deleted. Programs with a person's name
            and binary programs always stay. Can be killed and started again: it goes on where it was. Exit code 4 if the
            store is empty, 2 if an entry is damaged, 1 if a program killed the process again and again, 72 if interrupted.
            """) { store, to, json };
        command.SetAction(parsed => Run(CorpusCommand.Existing(parsed.GetRequiredValue(store)), parsed.GetValue(to), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CorpusStore store, string? to, bool json)
    {
        CorpusStore target = CorpusCommand.Writable(to ?? store.Root);
        bool inPlace = CorpusCommand.AreSame(target.Root, store.Root);
        var damaged = new List<CorpusDamage>();
        var usable = new Usable(store, damaged);
        if (usable.Files.Count == 0)
        {
            Console.Error.WriteLine($"mapsim: no entries in {store.Root}");
            return CorpusCommand.Report(damaged, ExitCodes.NothingSelected);
        }

        Directory.CreateDirectory(target.Root);
        string control = Path.Combine(target.Root, ControlFile);
        MinimizeResult? result = Choose(control, usable);
        if (result == null)
        {
            Console.Error.WriteLine("mapsim: interrupted; the same command goes on where it was");
            return ExitCodes.Interrupted;
        }

        HashSet<string> stay = [.. result.Kept, .. usable.Binary];
        int removed = inPlace ? Remove(store, usable, stay, result.Killers) : Copy(store, target, stay);
        if (result.Killers.Count == 0)
        {
            File.Delete(control);
        }

        Print(new Summary(store.Root, target.Root, usable.Files.Count, stay.Count, removed, result), damaged, json);
        return CorpusCommand.Report(damaged, result.Killers.Count > 0 ? ExitCodes.InternalError : ExitCodes.Clean);
    }

    private static MinimizeResult? Choose(string control, Usable usable)
    {
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        using var progress = new ProgressLine("corpus minimize", usable.Text.Count);
        try
        {
            var minimizer = new CorpusMinimizer(control, RunFeatures.Schema, content => RunFeatures.Of(CorpusText.Parse(content)));
            return minimizer.Run(usable.Text, progress.Step, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (MinimizeLogException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    private static int Remove(CorpusStore store, Usable usable, HashSet<string> stay, IReadOnlyList<string> killers)
    {
        List<CorpusEntry> gone = [.. store.Read(_ => { })
            .Where(e => !e.IsNamed && usable.Files.ContainsKey(e.Hash) && !killers.Contains(e.Hash))
            .Where(e => !stay.Contains(e.Hash) || usable.Files[e.Hash] != e.File)];
        gone.ForEach(CorpusStore.Remove);
        return gone.Count;
    }

    private static int Copy(CorpusStore store, CorpusStore target, HashSet<string> stay)
    {
        foreach (CorpusEntry entry in store.Read(_ => { }).Where(e => stay.Contains(e.Hash)))
        {
            target.Take(entry);
        }

        return 0;
    }

    private static void Print(Summary s, List<CorpusDamage> damaged, bool json)
    {
        foreach (string id in s.Result.Killers)
        {
            Console.Error.WriteLine($"mapsim: {Path.Combine(s.Store, id + CorpusName.TextExtension)}: the process died each time while this program ran (a bug in MapSim, please report it); it was skipped");
        }

        if (json)
        {
            CorpusCommand.PrintJson(new
            {
                schema = CorpusCommand.Schema, command = "minimize", store = s.Store, to = s.To, entries = s.Entries, kept = s.Kept, removed = s.Removed,
                features = s.Result.Features, executed = s.Result.Executed, killers = s.Result.Killers,
                damaged = damaged.Select(d => new { file = d.File, message = d.Message }),
            });
            return;
        }

        Console.Out.WriteLine(FormattableString.Invariant(
            $"{s.To}: kept {s.Kept} of {s.Entries} entries with {s.Result.Features} features ({s.Removed} deleted, {s.Result.Executed} run now)"));
    }

    private sealed record Summary(string Store, string To, int Entries, int Kept, int Removed, MinimizeResult Result);

    /// <summary>The entries that can be run or must stay; each content once, with a person's name if it has one.</summary>
    private sealed class Usable
    {
        public Usable(CorpusStore store, List<CorpusDamage> damaged)
        {
            foreach (CorpusEntry entry in store.Read(damaged.Add).Where(e => IsProgram(e, damaged)))
            {
                if (entry.IsText)
                {
                    string file = entry.File;
                    Text.Add(new MinimizeInput(entry.Hash, entry.Content.Length, () => File.ReadAllBytes(file), entry.IsNamed));
                }
                else
                {
                    Binary.Add(entry.Hash);
                }

                Files[entry.Hash] = entry.IsNamed || !Files.TryGetValue(entry.Hash, out string? known) ? entry.File : known;
            }
        }

        public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

        public List<MinimizeInput> Text { get; } = [];

        public HashSet<string> Binary { get; } = new(StringComparer.Ordinal);

        private static bool IsProgram(CorpusEntry entry, List<CorpusDamage> damaged)
        {
            try
            {
                if (entry.IsText)
                {
                    CorpusText.Parse(entry.Content.Span);
                }

                return true;
            }
            catch (ProgramFormatException e)
            {
                damaged.Add(new CorpusDamage(FormattableString.Invariant($"{entry.File}:{e.Line}:{e.Column}"), e.Message));
                return false;
            }
        }
    }
}
