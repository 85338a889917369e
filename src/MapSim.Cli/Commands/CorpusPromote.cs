using System.CommandLine;
using System.Text.RegularExpressions;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim corpus promote: findings into the regression corpus, with a name and a reason.</summary>
internal static partial class CorpusPromote
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Text programs.", Arity = ArgumentArity.OneOrMore };
        var to = new Option<string>("--to") { Description = "The store; made if there is none.", HelpName = "DIR", DefaultValueFactory = _ => "corpus/regression" };
        var name = new Option<string?>("--name") { Description = "The file's new name; default: the one it has. Only with one file.", HelpName = "NAME" };
        var why = new Option<string?>("--why") { Description = "Why the program exists: becomes its second line.", HelpName = "TEXT" };
        Option<bool> json = CorpusCommand.Json();
        var command = new Command("promote", """
            mapsim corpus promote findings/found.mapsim --to findings/regression --name grow-under-range --why "a grow between two turns of a range."

            Moves programs into the regression corpus. The second line of each must say why it exists ("# why: ..."), or --why
            does. No file is overwritten: if another program has the name, nothing is moved and the exit code is 2.
            """) { files, to, name, why, json };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(files), parsed.GetRequiredValue(to), parsed.GetValue(name), parsed.GetValue(why), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string[] files, string to, string? name, string? why, bool json)
    {
        if (name != null && files.Length > 1)
        {
            throw new BadInputException($"--name: expected one file, found {files.Length}");
        }

        if (why != null && (why.Trim().Length == 0 || why.AsSpan().ContainsAny('\n', '\r')))
        {
            throw new BadInputException("--why: expected one line of text, found " + (why.Trim().Length == 0 ? "none" : "more"));
        }

        CorpusStore store = CorpusCommand.Writable(to);
        List<CorpusInput> inputs = CorpusInput.ReadAll(files, file => Checked(file, why));
        List<string> names = [.. files.Select(f => NameFor(f, name))];
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new BadInputException($"{files[names.LastIndexOf(twice.Key)]}: expected a name of its own, found {twice.Key} again");
        }

        for (int i = 0; i < files.Length; i++)
        {
            RefuseToOverwrite(Path.Combine(to, names[i]), inputs[i]);
        }

        List<CorpusPlace> places = [.. inputs.Select((input, i) => Move(store, input, names[i]))];
        Print(store, files, places, json);
        return ExitCodes.Clean;
    }

    private static CorpusInput Checked(string file, string? why)
    {
        CorpusInput input = CorpusInput.Program(file);
        if (!CorpusName.IsText(input.Content.Span))
        {
            throw new BadInputException($"{file}:1:1: expected a text program that begins with 'mapsim 1', found a binary one");
        }

        return ProgramFiles.Guard(file, () => new CorpusInput(file, CorpusText.WithWhy(input.Content.Span, why)));
    }

    private static string NameFor(string file, string? name)
    {
        string found = name ?? Path.GetFileName(file);
        string stem = found.EndsWith(CorpusName.TextExtension, StringComparison.Ordinal) ? found[..^CorpusName.TextExtension.Length] : found;
        return CorpusName.IsContentAddressed(stem + CorpusName.TextExtension) ? throw new BadInputException($"{file}: expected a name for people (--name), found a hash")
            : HumanName().IsMatch(stem) ? stem + CorpusName.TextExtension
            : throw new BadInputException($"{(name == null ? file : "--name")}: expected a name of small letters, digits, dots and hyphens, found '{stem}'");
    }

    private static void RefuseToOverwrite(string target, CorpusInput input)
    {
        if (File.Exists(target) && !CorpusInput.Bytes(target).AsSpan().SequenceEqual(input.Content.Span))
        {
            throw new BadInputException($"{target}: expected no other program of that name, found one (choose another --name)");
        }
    }

    private static CorpusPlace Move(CorpusStore store, CorpusInput input, string name)
    {
        // Of the same content under another name there need not be a second file.
        CorpusPlace place = store.NameOf(input.Content.Span) is { } named ? new CorpusPlace(named, false)
            : store.AddNamed(name, input.Content.Span) ?? throw new BadInputException($"{Path.Combine(store.Root, name)}: expected no other program of that name, found one (choose another --name)");
        if (Path.GetFullPath(input.File) != Path.GetFullPath(Path.Combine(store.Root, place.Name)))
        {
            File.Delete(input.File);
        }

        return place;
    }

    private static void Print(CorpusStore store, string[] files, List<CorpusPlace> places, bool json)
    {
        if (json)
        {
            CorpusCommand.PrintJson(new
            {
                schema = CorpusCommand.Schema, command = "promote", store = store.Root,
                entries = files.Zip(places, (file, place) => new { file, name = place.Name, isNew = place.IsNew }),
            });
            return;
        }

        foreach (CorpusPlace place in places)
        {
            Console.Out.WriteLine(Path.Combine(store.Root, place.Name) + (place.IsNew ? "" : " already there"));
        }

        Console.Error.WriteLine($"mapsim: next: mapsim run {string.Join(' ', places.Select(p => Path.Combine(store.Root, p.Name)))}");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex HumanName();
}
