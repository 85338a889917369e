using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim faults show: all that is known about a fault, and the page of its witness.</summary>
internal static partial class FaultsShow
{
    private const string Schema = "mapsim.fault/1";

    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The fault, as mapsim faults list names it." };
        var json = new Option<bool>("--json") { Description = $"One JSON object (schema {Schema})." };
        var command = new Command("show", """
            mapsim faults show iter-prefetch

            Shows a fault: what it changes, where it comes from, what goes wrong, its verdict; then its witness, a
            minimal program that fails with it and passes without it, and the page of the run with the fault.
            """) { id, json };
        command.SetAction(parsed =>
        {
            FaultInfo fault = FaultsCommand.Find("", parsed.GetValue(id)!);
            Console.Out.Write(parsed.GetValue(json) ? JsonSerializer.Serialize(Json(fault), ProgramFiles.Json) + "\n" : Text(fault));
            return ExitCodes.Clean;
        });
        return command;
    }

    /// <summary>The addresses of the issues and changes that an origin names; a number without a project belongs to the last one named, else to Go.</summary>
    internal static IReadOnlyList<string> Links(string origin)
    {
        var links = new List<string>();
        string project = "golang/go";
        foreach (Match match in Reference().Matches(origin))
        {
            project = match.Groups["project"] is { Success: true } named ? named.Value : project;
            links.Add(match.Groups["change"].Success ? "https://go.dev/cl/" + match.Groups["change"].Value
                : match.Groups["proposal"].Success ? "https://github.com/golang/go/issues/" + match.Groups["proposal"].Value
                : $"https://github.com/{project}/issues/{match.Groups["issue"].Value}");
        }

        return links;
    }

    /// <summary>What a verdict means.</summary>
    internal static string Meaning(FaultVerdict verdict) => verdict switch
    {
        FaultVerdict.Killed => "some program fails with it and passes without it",
        FaultVerdict.Equivalent => "no program without a data race can tell: a control, which nobody may kill",
        _ => "can be told only if an allocation may start a collection",
    };

    private static string Text(FaultInfo fault)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{fault.Id}, number {fault.Number} of the catalogue\n\n");
        Row("changes", fault.Change);
        Row("goes wrong", fault.GoesWrong);
        Row("origin", string.Join("  ", Links(fault.Origin).Prepend(fault.Origin)));
        Row("group", KillCount.WordOf(fault.Group));
        Row("verdict", $"{fault.ExpectedText}: {Meaning(fault.Expected)}");
        Row("oracles", string.Join(' ', fault.Oracles));
        Row("hunted by", $"{Hunted(fault.Mode)}; difficulty {fault.Difficulty} of 4");
        Row("releases", string.Join(' ', fault.Versions.Select(v => v.Name)));
        if (FaultWitness.Program(fault) is not { } witness)
        {
            return text.Append(CultureInfo.InvariantCulture, $"\nThere is no witness{(fault.Expected == FaultVerdict.Equivalent ? ": no program can tell" : "")}.\n").ToString();
        }

        string file = FaultWitness.PathOf(fault);
        text.Append(CultureInfo.InvariantCulture, $"\nThe witness, {file}:\n\n{ProgramPrinter.Print(witness)}\nWithout the fault it ends as it expects: {new ProgramRunner(witness).Run().VerdictText}. ");
        string page = FindingPage.Of(witness, file, changes: ModelChanges.None.With(fault.Fault))?.Text ?? "";
        return text.Append(page.Length > 0 ? $"With the fault:\n\n{page}" : "With the fault it does, too.\n").ToString();

        void Row(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-10}  {value}\n");
    }

    private static string Hunted(FaultMode mode) => mode switch
    {
        FaultMode.Fuzz => "programs of one goroutine (F)",
        FaultMode.Explore => "interleavings (X)",
        _ => "looking at what stays alive (L)",
    };

    private static object Json(FaultInfo fault)
    {
        MapProgram? witness = FaultWitness.Program(fault);
        RunResult? run = witness == null ? null : new ProgramRunner(witness, changes: ModelChanges.None.With(fault.Fault)).Run();
        return new
        {
            schema = Schema,
            number = fault.Number,
            id = fault.Id,
            group = KillCount.WordOf(fault.Group),
            change = fault.Change,
            goesWrong = fault.GoesWrong,
            origin = fault.Origin,
            links = Links(fault.Origin),
            expected = fault.ExpectedText,
            mode = fault.ModeText,
            difficulty = fault.Difficulty,
            oracles = fault.Oracles,
            versions = fault.Versions.Select(v => v.Name),
            witness = witness == null ? null : new
            {
                path = FaultWitness.PathOf(fault),
                program = ProgramPrinter.Print(witness),
                token = ProgramToken.Encode(witness),
                without = new ProgramRunner(witness).Run().VerdictText,
                with = run!.VerdictText,
                key = run.BugKey,
                oracle = run.BugKey == null ? null : BugOracle.Of(run.BugKey),
            },
        };
    }

    [GeneratedRegex(@"(?<project>[\w.-]+/[\w.-]+)?#(?<issue>\d+)|CL (?<change>\d+)|proposal (?<proposal>\d+)")]
    private static partial Regex Reference();
}
