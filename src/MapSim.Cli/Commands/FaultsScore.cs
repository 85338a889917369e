using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim faults score: what the engines kill, how fast, and what they must not.</summary>
internal static class FaultsScore
{
    private const int MostSeeds = 1000, MostWorkers = 1024;
    private static readonly Option<string> Engine = new("--engine") { Description = "fuzz (programs of one goroutine), explore (schedules of small programs) or both.", HelpName = "engine", DefaultValueFactory = _ => "both" };
    private static readonly Option<string> Budget = new("--budget") { Description = "Of each engine for each fault and seed: a time on one core (60s, 10m) or a number of executions (200000x).", HelpName = "budget", DefaultValueFactory = _ => "60s" };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many hunts of each engine for each fault.", HelpName = "n", DefaultValueFactory = _ => 5 };
    private static readonly Option<string?> Seed = new("--seed") { Description = "What the seeds of the hunts are made of; default 1.", HelpName = "n" };
    private static readonly Option<string[]> Groups = FaultsCommand.Groups();
    private static readonly Option<string[]> Ids = new("--fault") { Description = "Only this fault; may be given several times, and adds to --group.", HelpName = "id" };
    private static readonly Option<int?> Workers = new("--workers") { Description = "Threads; default one for each core.", HelpName = "n" };
    private static readonly Option<bool> Json = new("--json") { Description = $"One JSON object (schema {ScoreJson.Schema})." };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "Write the whole of docs/FAULTS.md to this file.", HelpName = "file" };

    public static Command Create()
    {
        var command = new Command("score", """
            mapsim faults score --group assign --budget 2000x --seeds 2
            mapsim faults score --fault iter-prefetch --engine fuzz --budget 10s
            mapsim faults score --budget 60s --markdown docs/FAULTS.md
            mapsim faults score --budget 20000x --json

            Hunts every fault from nothing (its witness plays no part) with every engine and seed, each hunt on one
            thread, and the unmodified model under the same engines and budget. A fault is killed by a program that
            ends badly with it and not without it, everything else equal.

            An execution of fuzz is a program of its feedback engine; of explore, a schedule of a small program of
            several goroutines: tiny ones are explored in all their schedules (one that was begun is finished, budget or
            not), others in random ones.

            With a budget in executions everything but times is the same for any number of workers. Exit code 0 also if
            faults survive; 77 if a control is killed or the unmodified model ends in a way that nobody knows.
            """) { Engine, Budget, Seeds, Seed, Groups, Ids, Workers, Json, Markdown };
        command.SetAction(Score);
        return command;
    }

    private static int Score(ParseResult parsed)
    {
        ScoreOptions options = Read(parsed);
        OutputFile.Check("--markdown", parsed.GetValue(Markdown));
        var run = new ScoreRun(options);
        bool interrupted = false;
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupted = true;
            run.Stop();
        });
        var clock = Stopwatch.StartNew();
        using var progress = new ScoreProgress();
        ScoreResult result = run.Run(r => progress.Show(r, clock.Elapsed));
        progress.Dispose();
        var setting = new ScoreSetting(DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Machine(), CommandLine(parsed), clock.Elapsed.TotalSeconds);
        Console.Out.Write(parsed.GetValue(Json) ? ScoreJson.Write(result, setting) : ScoreText.Write(result, setting));
        if (parsed.GetValue(Markdown) is { } file && result.IsComplete)
        {
            OutputFile.Write(file, Encoding.UTF8.GetBytes(ScoreMarkdown.Write(result, setting)));
        }

        return result.HasFalseKills ? ExitCodes.Finding : interrupted ? ExitCodes.Interrupted : ExitCodes.Clean;
    }

    private static ScoreOptions Read(ParseResult parsed)
    {
        string engine = parsed.GetValue(Engine)!;
        IReadOnlyList<EngineInfo> engines = engine == "both" ? EngineInfo.All
            : EngineInfo.All.FirstOrDefault(e => e.Id == engine) is { } one ? [one]
            : throw new BadInputException($"--engine: expected fuzz, explore or both, found '{engine}'{Suggestion.Hint(engine, ["fuzz", "explore", "both"])}");
        string[] ids = parsed.GetValue(Ids) ?? [], groups = parsed.GetValue(Groups) ?? [];
        HashSet<FaultInfo> chosen = [.. ids.Select(id => FaultsCommand.Find("--fault: ", id))];
        IReadOnlyList<FaultGroup> sections = ids.Length > 0 && groups.Length == 0 ? [] : FaultsCommand.ReadGroups(groups);
        return new ScoreOptions(
            [.. FaultCatalogue.All.Where(f => chosen.Contains(f) || sections.Contains(f.Group))], engines, ReadBudget(parsed.GetValue(Budget)!),
            Number("--seeds", parsed.GetValue(Seeds), MostSeeds), ProgramFiles.Seed(parsed.GetValue(Seed)) ?? 1,
            Number("--workers", parsed.GetValue(Workers) ?? Math.Min(Environment.ProcessorCount, MostWorkers), MostWorkers));
    }

    private static int Number(string option, int value, int most) => value >= 1 && value <= most ? value
        : throw new BadInputException(FormattableString.Invariant($"{option}: expected a number from 1 to {most}, found {value}"));

    /// <summary>"60s", "10m", "8h" or "200000x".</summary>
    internal static HuntBudget ReadBudget(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (text.EndsWith('x') && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long executions) && executions > 0)
        {
            return new HuntBudget(executions, null);
        }

        return unit > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double n) && n > 0 && n * unit <= 3_000_000
            ? new HuntBudget(null, TimeSpan.FromSeconds(n * unit))
            : throw new BadInputException($"--budget: expected a time such as 60s or 10m, or a number of executions such as 200000x, found '{text}'");
    }

    /// <summary>The command line without what says only where the result goes.</summary>
    private static string CommandLine(ParseResult parsed)
    {
        List<string> words = ["mapsim", .. parsed.Tokens.Select(t => t.Value)];
        words.RemoveAll(w => w == "--json");
        return string.Join(' ', words);
    }

    private static string Machine() =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}, {RuntimeInformation.FrameworkDescription}";
}
