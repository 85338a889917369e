using System.CommandLine;
using System.Text.Json;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim bisect: which Go releases show a program's bug?</summary>
internal static class BisectCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A program file (*.mapsim), a program as a word (b64:...), or - for standard input." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object (schema mapsim.bisect/1)." };
        var command = new Command("bisect", """
            Examples:
              mapsim bisect corpus/discoveries/iter-miss-old-bucket-cleared.mapsim
              mapsim bisect --json FILE

            Runs a program on every modelled Go release and says which show the bug that it expects; for a program that
            expects none, on which it is clean. Its schedule is followed exactly on the file's own release, and as far as
            it goes on the others. Exit 0 if that is decided, 79 if the file's own release does not show it, 70 or 71 if
            a release ran into a limit.
            """) { file, json };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(file)!;
            MapProgram program = ProgramFiles.Read(name);
            ReleaseBisection bisection = ProgramFiles.Guard(name, () => ReleaseBisection.Of(program));
            if (parsed.GetValue(json))
            {
                WriteJson(name, bisection);
            }
            else
            {
                WriteText(name, program, bisection);
            }

            return ExitCode(bisection);
        });
        return command;
    }

    private static void WriteText(string file, MapProgram program, ReleaseBisection bisection)
    {
        Console.Out.WriteLine($"{ProgramFiles.Name(file)}: {Wanted(bisection)}");
        var table = new TextTable("release", "verdict", "key", bisection.IsClean ? "clean" : "shows it");
        foreach (ReleaseRun run in bisection.Runs)
        {
            table.Add("go " + run.Release, Verdict(run), run.Result?.BugKey ?? "-", run.Why != null ? "cannot run" : run.Shows ? "yes" : run.IsDecided ? "no" : "undecided");
        }

        Console.Out.Write(table.ToString());
        Console.Out.WriteLine(bisection.Sentence);
        foreach (IGrouping<KnownDefect, ReleaseRun> known in bisection.Runs.Where(r => r.Known != null).GroupBy(r => r.Known!.Defect))
        {
            string where = string.Join(", ", known.First().Known!.Releases);
            Console.Out.WriteLine($"known defect of the real runtime: {KnownDefects.Name(known.Key)}, in {where}; see docs/DISCOVERIES.md");
        }

        if (program.Schedule.Count > 0 || program.ScheduleSeed != null)
        {
            Console.Out.WriteLine($"(the schedule was followed exactly on {bisection.Own}, the file's own release, and as far as it goes on the others)");
        }

        if (!bisection.IsClean && program.Operations.Any(o => o.Operation.Expected != null))
        {
            Console.Out.WriteLine($"(results were compared only on {bisection.Own}: random numbers differ between releases)");
        }

        if (!bisection.OwnShows)
        {
            Console.Error.WriteLine($"mapsim: the file's own release, {bisection.Own}, does not end as the file expects: mapsim replay says more");
        }
    }

    private static void WriteJson(string file, ReleaseBisection bisection)
    {
        var json = new
        {
            schema = "mapsim.bisect/1",
            file,
            release = bisection.Own.Name,
            expected = Wanted(bisection),
            key = bisection.Expected.Key,
            releases = bisection.Runs.Select(r => new
            {
                release = r.Release.Name,
                schedule = ReplayedFile.ModeWord(r.Mode),
                verdict = r.Result == null ? null : Verdict(r),
                key = r.Result?.BugKey,
                message = r.Result?.Message,
                line = r.Result?.Line,
                digest = r.Result?.Digest.ToString(),
                shows = r.Shows,
                canRun = r.Why == null,
                why = r.Why,
                decided = r.IsDecided,
                knownDefect = r.Known == null ? null : KnownDefects.Name(r.Known.Defect),
            }),
            sentence = bisection.Sentence,
            decided = bisection.IsDecided,
        };
        Console.Out.WriteLine(JsonSerializer.Serialize(json, ProgramFiles.Json));
    }

    private static int ExitCode(ReleaseBisection bisection)
    {
        bool Any(VerdictKind kind) => bisection.Runs.Any(r => r.Result?.Verdict == kind);
        return !bisection.OwnShows && !Any(VerdictKind.StepLimit) && !Any(VerdictKind.MemoryLimit) ? ExitCodes.Drift
            : Any(VerdictKind.StepLimit) ? ExitCodes.StepLimit
            : Any(VerdictKind.MemoryLimit) ? ExitCodes.MemoryLimit
            : ExitCodes.Clean;
    }

    private static string Wanted(ReleaseBisection bisection) => bisection.Expected.ToText()["expect ".Length..];

    private static string Verdict(ReleaseRun run) => run.Result == null ? run.Why!
        : run.Result.Finding != null ? "finding"
        : Expectation.Word(run.Result.Verdict);
}
