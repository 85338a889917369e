using System.Text;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>
/// Replays files on several threads. Each result depends on its file alone, so that nothing depends on the number of threads.
/// </summary>
/// <param name="files">The files, in the order of the results.</param>
/// <param name="mode">How schedules are used.</param>
/// <param name="twice">Runs each file twice and compares.</param>
/// <param name="pin">Rewrites each file that ends as it expects with the digest and the checkpoints of now.</param>
/// <param name="changes">What is changed in the model.</param>
internal sealed class ReplayBatch(IReadOnlyList<string> files, ScheduleMode mode, bool twice, bool pin, ModelChanges changes)
{
    private volatile bool _stop;

    /// <summary>Begins no more files; those that have begun are finished.</summary>
    public void Stop() => _stop = true;

    /// <summary>True if it was stopped.</summary>
    public bool IsStopped => _stop;

    /// <summary>Replays all files, or those up to <see cref="Stop"/>.</summary>
    public IReadOnlyList<ReplayedFile> Run(int workers)
    {
        ReplayedFile[] results = [.. files.Select(f => new ReplayedFile(f, mode) { Changes = changes })];
        using var progress = new ProgressLine("replay", files.Count);
        Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = workers }, i =>
        {
            if (!_stop)
            {
                results[i] = Replay(results[i]);
                progress.Step();
            }
        });
        return results;
    }

    private ReplayedFile Replay(ReplayedFile file)
    {
        try
        {
            file = file with { Program = ProgramFiles.Read(file.File) };
            file = file with { Outcome = ProgramFiles.Guard(file.File, () => ReplayCheck.Of(file.Program, mode, twice, changes)) };
            return pin ? Pin(file) : file;
        }
        catch (BadInputException e)
        {
            return file with { Bad = e };
        }
        catch (Exception e)
        {
            return file with { Crash = e };
        }
    }

    private static ReplayedFile Pin(ReplayedFile file)
    {
        RunResult result = file.Outcome!.Result;
        if (!result.IsAsExpected || file.Outcome.Status == ReplayStatus.Nondeterminism)
        {
            return file with { Outcome = file.Outcome with { Differences = [.. file.Outcome.Differences, "not pinned"] } };
        }

        MapProgram pinned = ProgramPin.Of(file.Program!, result);
        string text = ProgramPrinter.Print(pinned);
        ReplayOutcome again = ReplayCheck.Of(ProgramParser.Parse(text));
        if (!again.IsOk || again.Result.Digest != result.Digest)
        {
            throw new InvalidOperationException("the pinned program does not replay: " + string.Join("; ", again.Differences));
        }

        byte[] old = File.ReadAllBytes(file.File);
        byte[] bytes = [.. old.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble : default, .. Encoding.UTF8.GetBytes(text)];
        bool isNew = !old.AsSpan().SequenceEqual(bytes);
        if (isNew)
        {
            OutputFile.Write(file.File, bytes);
        }

        return file with { Program = pinned, Outcome = again, IsPinned = isNew };
    }
}
