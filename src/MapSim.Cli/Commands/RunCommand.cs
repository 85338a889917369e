using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim run: runs programs and compares how they end with what they expect.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Program files (*.mapsim); - for standard input.", Arity = ArgumentArity.OneOrMore };
        var dump = new Option<bool>("--dump") { Description = "Print the maps as aligned text at the end." };
        var memory = new Option<bool>("--memory") { Description = "Print MemStats of the process and of each map, and how long buckets lived, in steps." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of text." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print what every operation returned." };
        var page = new Option<bool>("--page") { Description = "Print the page of what goes wrong first: the program, its schedule, the last steps, the maps, how to show it again." };
        var findings = new Option<string?>("--findings") { Description = "Keep what goes wrong and is not expected in this folder: a program that replays it, and its page." };
        var go = new Option<string?>("--go") { Description = "Run on this Go release instead of the file's: 1.19, 1.21, 1.22, 1.23." };
        var seed = new Option<string?>("--seed") { Description = "Use this seed instead of the file's." };
        Option<string[]> faults = ChangeOptions.Faults(), repairs = ChangeOptions.Repairs();
        var command = new Command("run", """
            mapsim run -v --dump corpus/examples/growth.mapsim
            mapsim run --page corpus/discoveries/iter-miss-old-bucket-cleared.mapsim
            mapsim run --fault iter-prefetch corpus/faults/iter-prefetch.mapsim
            mapsim run --memory corpus/discoveries/iter-dangling-after-clear.mapsim

            Runs programs on the simulated runtime and says how each ended. Exit code 77 if one did not end as it
            expects, 79 if a pinned digest differs, 70 or 71 if one ran into the step or memory limit.
            """) { files, dump, memory, json, verbose, page, findings, go, seed, faults, repairs };
        command.SetAction(parsed =>
        {
            var options = new Options(
                parsed.GetValue(dump), parsed.GetValue(memory), parsed.GetValue(verbose), ProgramFiles.Version(parsed.GetValue(go)), ProgramFiles.Seed(parsed.GetValue(seed)), ChangeOptions.Read(parsed, faults, repairs));
            List<(string File, MapProgram Program)> programs = [.. parsed.GetValue(files)!.Select(f => (f, ProgramFiles.Read(f)))];
            List<Outcome> outcomes = [.. programs.Select(p => Run(p.File, p.Program, options, parsed.GetValue(json)))];

            for (int i = 0; i < programs.Count; i++)
            {
                AboutFinding(programs[i], outcomes[i], parsed.GetValue(page), parsed.GetValue(findings), options.Changes);
            }

            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { schema = "mapsim.run/1", files = outcomes }, ProgramFiles.Json));
            }

            return ExitCode(outcomes);
        });
        return command;
    }

    private static void AboutFinding((string File, MapProgram Program) run, Outcome outcome, bool page, string? folder, ModelChanges changes)
    {
        if (outcome.Key == null)
        {
            return;
        }

        if (page)
        {
            Console.Out.Write(FindingPage.Of(run.Program, run.File, changes: changes)!.Text);
        }

        if (folder != null && !outcome.Ok)
        {
            Console.Error.WriteLine("mapsim: kept as " + FindingFiles.Save(folder, run.Program, changes: changes));
        }
    }

    private static Outcome Run(string file, MapProgram program, Options options, bool quiet)
    {
        var results = new List<string>();
        var runner = ProgramFiles.Guard(file, () => new ProgramRunner(program, options.Version, options.Seed, changes: options.Changes));
        runner.Observer = !options.Verbose ? null : quiet ? r => results.Add(r.ToString()) : Console.Out.WriteLine;
        RunResult result = ProgramFiles.Guard(file, () => runner.Run());
        string? dump = options.Dump ? string.Join('\n', runner.Maps.Select(m => MapPrinter.Dump(runner, m))) : null;

        // A pinned digest is of the file's own release and seed, and of the model as it is.
        bool pinned = options.Version == null && options.Seed == null && options.Changes.IsNone;
        var outcome = new Outcome(
            file, result.VerdictText, Text(result.Expectation), result.IsAsExpected, !pinned || result.HasExpectedDigest, result.Line, result.Operations,
            result.Steps, result.Digest.ToString(), [.. result.Mismatches.Select(m => m.ToString().Trim())], options.Verbose && quiet ? results : null, dump, options.Memory ? MemoryReport.Of(runner) : null, result.Explanation, result.BugKey, result.Verdict);
        if (!quiet)
        {
            Print(outcome);
        }

        return outcome;
    }

    private static void Print(Outcome outcome)
    {
        Console.Out.Write(outcome.Dump);
        Console.Out.Write(outcome.Memory);
        string at = outcome.Line > 0 ? $":{outcome.Line}" : "";
        Console.Out.WriteLine($"{outcome.File}{at}: {outcome.Verdict}");
        if (!outcome.Ok)
        {
            Console.Out.WriteLine($"  not as expected: the file expects {outcome.Expected}");
        }

        foreach (string line in outcome.Mismatches.Concat(outcome.Explanation?.TrimEnd().Split('\n') ?? []))
        {
            Console.Out.WriteLine("  " + line);
        }

        Console.Out.WriteLine($"  {outcome.Operations} operations, {outcome.Steps} steps, digest {outcome.Digest}{(outcome.DigestOk ? "" : ", which is not the expected one")}");
    }

    private static string Text(Expectation expectation) => expectation.ToText()["expect ".Length..];

    private static int ExitCode(List<Outcome> outcomes)
    {
        if (outcomes.Exists(o => o.Kind == VerdictKind.Diverged))
        {
            return ExitCodes.Drift;
        }

        bool Any(params VerdictKind[] kinds) => outcomes.Exists(o => !o.Ok && kinds.Contains(o.Kind));
        return Any(VerdictKind.Clean, VerdictKind.Panic, VerdictKind.Fatal, VerdictKind.Throw, VerdictKind.Undefined, VerdictKind.Mismatch, VerdictKind.Finding) ? ExitCodes.Finding
            : outcomes.Exists(o => !o.DigestOk) ? ExitCodes.Drift
            : Any(VerdictKind.StepLimit) ? ExitCodes.StepLimit
            : Any(VerdictKind.MemoryLimit) ? ExitCodes.MemoryLimit
            : ExitCodes.Clean;
    }

    private sealed record Options(bool Dump, bool Memory, bool Verbose, GoVersion? Version, ulong? Seed, ModelChanges Changes);

    private sealed record Outcome(
        string File, string Verdict, string Expected, bool Ok, bool DigestOk, int Line, int Operations, ulong Steps, string Digest,
        IReadOnlyList<string> Mismatches, IReadOnlyList<string>? Results, string? Dump, string? Memory, string? Explanation, string? Key, [property: JsonIgnore] VerdictKind Kind);
}
