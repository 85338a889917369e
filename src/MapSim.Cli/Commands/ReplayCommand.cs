using System.CommandLine;
using System.Runtime.InteropServices;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim replay: does every program of the corpus still behave as it says?</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string[]> Paths = new("FILE")
    {
        Description = "Program files, folders of them (*.mapsim), programs as words (b64:...), or - for standard input. Default: corpus/regression, corpus/discoveries and corpus/faults.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "Follow each schedule as far as it goes, instead of exactly." };
    private static readonly Option<bool> Causal = new("--causal") { Description = "Not the schedule, but the order of the steps in the verdict's causal past (lines order and past)." };
    private static readonly Option<bool> HappensBefore = new("--hb") { Description = "Not the schedule, but only the decisive order of steps (lines order)." };
    private static readonly Option<bool> Twice = new("--twice") { Description = "Run every file twice and compare: a difference is a bug in MapSim." };
    private static readonly Option<bool> Pin = new("--pin") { Description = "Rewrite the given files with the digest and the checkpoints of this run, if they end as they expect." };
    private static readonly Option<int?> Workers = new("--workers") { Description = "Threads; default one for each core.", HelpName = "n" };
    private static readonly Option<string[]> Faults = ChangeOptions.Faults();
    private static readonly Option<string[]> Repairs = ChangeOptions.Repairs();
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object (schema mapsim.replay/1)." };
    private static readonly Option<string?> JUnit = new("--junit") { Description = "Write JUnit XML: a suite a folder, a case a file.", HelpName = "out.xml" };
    private static readonly Option<string?> Sarif = new("--sarif") { Description = "Write SARIF 2.1.0: a result for each file that is not as it should be.", HelpName = "out.sarif" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("replay", """
            Examples:
              mapsim replay
              mapsim replay corpus/examples --junit out.xml --sarif out.sarif
              mapsim replay --causal findings/1.mapsim
              mapsim replay --pin corpus/regression/new.mapsim

            Replays programs and says which do not behave as they say: verdict, digest, schedule. Exit 79 if one drifted
            (with where it first differs), 78 if two runs of one differ (--twice), 70 or 71 at a limit that the program
            does not expect, 2 for a bad file, 4 if there is no file, 72 after Ctrl-C.
            A line "with fault ID expect KEY" of a program is replayed too, with that fault.
            Without --prefix, --causal and --hb a schedule is followed step by step; with them only the verdict is compared.
            """)
        {
            Paths, Prefix, Causal, HappensBefore, Faults, Repairs, Twice, Pin, Workers, Json, JUnit, Sarif,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(Paths) ?? [];
        ScheduleMode mode = Mode(parsed);
        bool pin = parsed.GetValue(Pin);
        ModelChanges changes = ChangeOptions.Read(parsed, Faults, Repairs);
        CheckPin(pin, paths, mode, changes);
        int workers = parsed.GetValue(Workers) ?? Environment.ProcessorCount;
        if (workers is < 1 or > 1024)
        {
            throw new BadInputException($"--workers: expected a number from 1 to 1024, found {workers}");
        }

        OutputFile.Check("--junit", parsed.GetValue(JUnit));
        OutputFile.Check("--sarif", parsed.GetValue(Sarif));
        IReadOnlyList<string> files = ReplaySelection.Files(paths);
        if (files.Count == 0)
        {
            Console.Error.WriteLine($"mapsim: no programs (*.mapsim) in {(paths.Length > 0 ? string.Join(", ", paths) : "corpus/regression, corpus/discoveries and corpus/faults")}");
            return ExitCodes.NothingSelected;
        }

        var batch = new ReplayBatch(files, mode, parsed.GetValue(Twice), pin, changes);
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            // The second time ends the process at once.
            context.Cancel = !batch.IsStopped;
            batch.Stop();
        });
        IReadOnlyList<ReplayedFile> replayed = batch.Run(workers);
        return Report(parsed, replayed, ReplayedFile.WorstExitCode(replayed, batch.IsStopped));
    }

    private static int Report(ParseResult parsed, IReadOnlyList<ReplayedFile> files, int exitCode)
    {
        foreach (ReplayedFile file in files)
        {
            if (file.Bad != null || file.Crash != null)
            {
                Console.Error.WriteLine($"mapsim: {(file.Crash == null ? file.Bad!.Message : $"{file.File}: internal error (a bug in MapSim, please report it): {file.Crash}")}");
            }
        }

        if (parsed.GetValue(Json))
        {
            ReplayReport.WriteJson(Console.Out, files, exitCode);
        }
        else
        {
            ReplayReport.WriteText(Console.Out, files);
        }

        if (parsed.GetValue(JUnit) is { } junit)
        {
            OutputFile.Write(junit, JUnitReport.Of(files));
        }

        if (parsed.GetValue(Sarif) is { } sarif)
        {
            OutputFile.Write(sarif, SarifReport.Of(files, exitCode));
        }

        return exitCode;
    }

    private static ScheduleMode Mode(ParseResult parsed)
    {
        (Option<bool> Option, ScheduleMode Mode)[] all = [(Prefix, ScheduleMode.Prefix), (Causal, ScheduleMode.Causal), (HappensBefore, ScheduleMode.HappensBefore)];
        ScheduleMode[] asked = [.. all.Where(o => parsed.GetValue(o.Option)).Select(o => o.Mode)];
        return asked.Length switch
        {
            0 => ScheduleMode.Strict,
            1 => asked[0],
            _ => throw new BadInputException("expected at most one of --prefix, --causal and --hb, found " + string.Join(" and ", asked.Select(m => "--" + ReplayedFile.ModeWord(m)))),
        };
    }

    /// <summary>Rewriting is for files that the user names, as they stand.</summary>
    private static void CheckPin(bool pin, string[] paths, ScheduleMode mode, ModelChanges changes)
    {
        string? wrong = !pin ? null
            : paths.Length == 0 ? "expected the files to rewrite, found none"
            : paths.FirstOrDefault(p => p == "-" || ProgramToken.IsToken(p)) is { } word ? $"expected files or folders, found '{ProgramFiles.Name(word)}'"
            : !changes.IsNone ? $"expected the model as it is, found {changes.ToOptions().TrimEnd()}"
            : mode != ScheduleMode.Strict ? "expected a strict replay, found --" + ReplayedFile.ModeWord(mode)
            : null;
        if (wrong != null)
        {
            throw new BadInputException("--pin: " + wrong);
        }
    }
}
