using System.Globalization;
using System.Text.Json;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>What a replay prints: a line a file and a summary, or one JSON object.</summary>
internal static class ReplayReport
{
    /// <summary>One line a file, in the order of the files; what is wrong is indented under it.</summary>
    public static void WriteText(TextWriter to, IReadOnlyList<ReplayedFile> files)
    {
        foreach (ReplayedFile file in files)
        {
            string name = ProgramFiles.Name(file.File);
            if (file.IsOk)
            {
                to.WriteLine($"{file.Word}  {name}  {file.Outcome!.Verdict}  digest {file.Outcome.Result.Digest}");
            }
            else if (file.Outcome == null)
            {
                // What is wrong with a file stands on stderr.
                to.WriteLine($"{file.Word} {name}");
            }
            else
            {
                to.WriteLine($"{file.Word} {name}  {file.Problems[0]}");
                foreach (string problem in file.Problems.Skip(1))
                {
                    to.WriteLine("      " + problem);
                }

                to.WriteLine($"      {file.Command}");
            }
        }

        to.WriteLine(Summary(files));
    }

    /// <summary>"17 files: 15 ok, 1 drifted, 1 bad".</summary>
    public static string Summary(IReadOnlyList<ReplayedFile> files)
    {
        (string Word, string Text)[] words =
        [
            ("ok", "ok"), ("pin", "pinned"), ("DRIFT", "drifted"), ("LIMIT", "at a limit"), ("DIFFER", "nondeterministic"), ("BAD", "bad"), ("CRASH", "crashed"), ("skipped", "not replayed"),
        ];
        IEnumerable<string> counts = words.Select(w => (w.Text, Count: files.Count(f => f.Word == w.Word))).Where(w => w.Count > 0)
            .Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Count} {w.Text}"));
        return string.Create(CultureInfo.InvariantCulture, $"{files.Count} file{(files.Count == 1 ? "" : "s")}: {string.Join(", ", counts)}");
    }

    /// <summary>One JSON object, schema mapsim.replay/1.</summary>
    public static void WriteJson(TextWriter to, IReadOnlyList<ReplayedFile> files, int exitCode)
    {
        var json = new
        {
            schema = "mapsim.replay/1",
            files = files.Select(Json),
            drifted = files.Count(f => f.ExitCode == ExitCodes.Drift),
            exitCode,
        };
        to.WriteLine(JsonSerializer.Serialize(json, ProgramFiles.Json));
    }

    private static object Json(ReplayedFile file)
    {
        ReplayOutcome? o = file.Outcome;
        RunResult? result = o?.Result;
        return new
        {
            file = file.File,
            digest = result?.Digest.ToString(),
            verdict = o?.Verdict,
            expected = o?.Expected,
            ok = file.IsOk,
            status = file.Word.ToLowerInvariant(),
            key = file.Key,
            bugKey = result?.BugKey,
            expectedDigest = result?.Expectation.Digest,
            schedule = ReplayedFile.ModeWord(file.Mode),
            operations = result?.Operations,
            steps = result?.Steps,
            line = file.IsOk || file.IsSkipped ? (int?)null : file.Line,
            firstDifference = o?.FirstDifference is { } d ? new { first = d.First, last = d.Last, line = d.Line > 0 ? (int?)d.Line : null } : null,
            problems = file.Problems,
            command = file.IsOk ? null : file.Command,
        };
    }
}
