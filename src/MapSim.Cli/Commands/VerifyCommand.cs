using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MapSim.Traces;

namespace MapSim.Cli.Commands;

/// <summary>mapsim verify: replays recorded traces of real Go and compares everything.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var traces = new Argument<string[]>("TRACE")
        {
            Description = "Trace files (.jsonl or .jsonl.gz), or folders of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object (schema mapsim.verify/1)." };
        var jobs = new Option<int>("--jobs", "-j") { Description = "Traces verified at the same time; default: one a core." };
        var recorded = new Option<bool>("--recorded-hashes") { Description = "Use the recorded hashes even where the hash function is known." };
        var gc = new Option<ulong?>("--gc") { Description = "Let the collector run at random points, in steps, as this seed decides.", HelpName = "SEED" };
        var command = new Command("verify", """
            Examples:
              mapsim verify tests/data/go-traces
              mapsim verify --json tests/data/go-traces/1.23-u64u64-tiny.jsonl.gz
              mapsim verify --gc 1 tests/data/go-traces

            Replays traces of the real Go runtime and compares every byte. Exit 79 on a difference, 2 on a bad file.
            """)
        {
            traces, json, jobs, recorded, gc,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(traces), parsed.GetValue(json), parsed.GetValue(jobs),
            new VerifyOptions(parsed.GetValue(recorded), parsed.GetValue(gc))));
        return command;
    }

    private static int Run(string[] paths, bool json, int jobs, VerifyOptions how)
    {
        List<string> files = Expand(paths);
        if (files.Count == 0)
        {
            Console.Error.WriteLine("mapsim: no traces (*.jsonl, *.jsonl.gz) in " + string.Join(", ", paths));
            return ExitCodes.NothingSelected;
        }

        var watch = Stopwatch.StartNew();
        var results = new VerifyResult?[files.Count];
        var errors = new string?[files.Count];
        using (var progress = new ProgressLine("verify", files.Count))
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = jobs > 0 ? jobs : Environment.ProcessorCount };
            Parallel.For(0, files.Count, options, i =>
            {
                Verify(files[i], how, out results[i], out errors[i]);
                progress.Step();
            });
        }

        double seconds = watch.Elapsed.TotalSeconds;
        foreach (string? error in errors)
        {
            if (error != null)
            {
                Console.Error.WriteLine("mapsim: " + error);
            }
        }

        List<VerifyResult> done = [.. results.OfType<VerifyResult>()];
        if (json)
        {
            PrintJson(done, seconds);
        }
        else if (done.Count > 0)
        {
            PrintTable(done, seconds);
        }

        return errors.Any(e => e != null) ? ExitCodes.BadInput
            : done.Any(r => r.Mismatch != null) ? ExitCodes.Drift
            : ExitCodes.Clean;
    }

    private static void Verify(string file, VerifyOptions how, out VerifyResult? result, out string? error)
    {
        result = null;
        error = null;
        try
        {
            using FileStream stream = File.OpenRead(file);
            result = TraceVerifier.Verify(file, stream, how);
        }
        catch (TraceFormatException e)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"{file}:{e.Line}:{e.Column}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"{file}: {e.Message}";
        }
    }

    private static List<string> Expand(string[] paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                files.AddRange(Directory.EnumerateFiles(path, "*.jsonl*", SearchOption.AllDirectories)
                    .Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal) || f.EndsWith(".jsonl.gz", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal));
            }
            else
            {
                files.Add(path);
            }
        }

        return files;
    }

    private static void PrintTable(List<VerifyResult> results, double seconds)
    {
        var table = new TextTable("go", "arch", "type", "traces", "operations", "grows", "same-size", "iterator steps", "clones", "panics", "hashes", "buckets", "result");
        var total = new VerifyCounts();
        foreach (var group in results.GroupBy(r => (Go: r.Header.Version.Name, Arch: r.Header.Arch.Name, Kind: r.Header.Kind + (r.Header.IsSlow ? " (generic)" : ""))))
        {
            var counts = new VerifyCounts();
            foreach (VerifyResult r in group)
            {
                counts.Add(r.Counts);
            }

            total.Add(counts);
            int bad = group.Count(r => r.Mismatch != null);
            table.Add([group.Key.Go, group.Key.Arch, group.Key.Kind, .. Columns(counts), bad == 0 ? "equal" : $"{bad} differ"]);
        }

        table.Add(["total", "", "", .. Columns(total), results.All(r => r.Mismatch == null) ? "equal" : "DIFFERENT"]);
        Console.Out.Write(table.ToString());
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{total.Operations:N0} operations in {seconds:F2} s: {total.Operations / Math.Max(seconds, 1e-9):N0} operations/s"));
        if (total.Collections > 0)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{total.Collections:N0} collections freed {total.Freed:N0} objects; {total.Held:N0} buckets held for the recorder (docs/DISCOVERIES.md, iter-dangling)"));
        }

        foreach (VerifyResult r in results)
        {
            if (r.Mismatch is { } m)
            {
                Console.Out.WriteLine();
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{m.File}:{m.Line}: operation {m.Operation}: {m.Where}"));
                Console.Out.WriteLine($"  expected {m.Expected}");
                Console.Out.WriteLine($"  found    {m.Found}");
                Console.Out.WriteLine(m.Dump);
            }
        }
    }

    private static string[] Columns(VerifyCounts c) =>
        [.. new[] { c.Traces, c.Operations, c.Grows, c.SameSizeGrows, c.IteratorSteps, c.Clones, c.Panics, c.Hashes, c.Buckets }
            .Select(n => n.ToString("N0", CultureInfo.InvariantCulture))];

    private static void PrintJson(List<VerifyResult> results, double seconds)
    {
        var total = new VerifyCounts();
        results.ForEach(r => total.Add(r.Counts));
        using Stream stdout = Console.OpenStandardOutput();
        using var w = new Utf8JsonWriter(stdout);
        w.WriteStartObject();
        w.WriteString("schema", "mapsim.verify/1");
        w.WriteNumber("traces", total.Traces);
        w.WriteNumber("operations", total.Operations);
        w.WriteNumber("grows", total.Grows);
        w.WriteNumber("sameSizeGrows", total.SameSizeGrows);
        w.WriteNumber("iteratorSteps", total.IteratorSteps);
        w.WriteNumber("collections", total.Collections);
        w.WriteNumber("freed", total.Freed);
        w.WriteNumber("held", total.Held);
        w.WriteNumber("clones", total.Clones);
        w.WriteStartArray("mismatches");
        foreach (TraceMismatch m in results.Select(r => r.Mismatch).OfType<TraceMismatch>())
        {
            w.WriteStartObject();
            w.WriteString("file", m.File);
            w.WriteNumber("operation", m.Operation);
            w.WriteNumber("line", m.Line);
            w.WriteString("where", m.Where);
            w.WriteString("expected", m.Expected);
            w.WriteString("found", m.Found);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteNumber("seconds", Math.Round(seconds, 3));
        w.WriteEndObject();
        w.Flush();
        stdout.WriteByte((byte)'\n');
    }
}
