using System.Collections.Concurrent;
using System.Text;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// What happens to a bug that the engine found: it is confirmed by running its text, its files are written, and a thread of
/// its own shrinks it, with a budget in executions. Nothing of it goes back to the engine.
/// </summary>
internal sealed class FindingDesk
{
    private readonly CampaignFolder _folder;
    private readonly FuzzTarget _target;
    private readonly ModelChanges _changes;
    private readonly long _budget;
    private readonly Action<string, string> _tell;
    private readonly BlockingCollection<(FoundBug Bug, MapProgram Kept)> _waiting = [];
    private readonly ConcurrentDictionary<string, FindingRecord> _records = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private volatile bool _isStopped;
    private volatile Exception? _error;
    private int _pending;

    /// <summary>Opens the desk.</summary>
    /// <param name="folder">The campaign.</param>
    /// <param name="target">What inputs are run on.</param>
    /// <param name="budget">Executions for shrinking one finding; 0 for none.</param>
    /// <param name="tell">Told what happens: a word and a sentence, on any thread.</param>
    public FindingDesk(CampaignFolder folder, TargetOptions target, long budget, Action<string, string> tell)
    {
        (_folder, _target, _changes, _budget, _tell) = (folder, new FuzzTarget(target), target.Repairs.With(target.Faults), budget, tell);
        Inconsistent = Directory.Exists(folder.At(CampaignFiles.Inconsistent)) ? Directory.GetFiles(folder.At(CampaignFiles.Inconsistent), "*.bin").Length : 0;
        _thread = new Thread(Work) { IsBackground = true, Name = "shrink" };
        _thread.Start();
    }

    /// <summary>Findings that wait for being shrunk, or are.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Inputs that did not end twice in the same way, those of earlier processes included.</summary>
    public int Inconsistent { get; private set; }

    /// <summary>What became of a finding. A key can be there twice: known in one release, new in another.</summary>
    public FindingRecord? RecordOf(string key, string? known) => _records.GetValueOrDefault(NameOf(key, known));

    /// <summary>Takes a bug; what is done already is not done again.</summary>
    /// <returns>False if its text does not show it: then it is no finding, but a bug of MapSim.</returns>
    public bool Add(FoundBug bug)
    {
        string name = NameOf(bug.Key, bug.Known), original = CorpusName.Hash(bug.Input);
        FindingRecord? old = FindingRecord.Read(_folder.At(name + ".json"));
        if (old is { IsDone: true } && old.Original == original && File.Exists(_folder.At(name + CorpusName.TextExtension)))
        {
            _records[name] = old;
            return true;
        }

        MapProgram text = _target.TextOf(bug.Input);
        bool isEndless = bug.Key.StartsWith("limit/", StringComparison.Ordinal);
        text = isEndless ? FreshPrograms.WithLimit(text) : text;
        RunResult run = KillJudge.Run(text, _changes);
        if (KillJudge.KeyOf(run) != bug.Key)
        {
            Report(bug.Input, $"the engine says {bug.Key}, the program as a text ends with {run.BugKey ?? run.VerdictText}");
            return false;
        }

        if (isEndless)
        {
            AddEndless(bug, name, original, text, run);
            return true;
        }

        FindingPage page = FindingPage.Of(text, Path.GetFileName(name) + CorpusName.TextExtension, ScheduleMode.Prefix, _changes)!;
        var record = new FindingRecord(
            bug.Key, bug.Known, bug.FoundAt, bug.Parent, bug.Mutation, original, bug.Known != null ? "known" : _budget == 0 ? "not asked" : FindingRecord.Waits);
        _folder.Write(name + ".original" + CorpusName.BinaryExtension, bug.Input);
        Save(name, page, record);
        if (ReplayCheck.Of(page.Program) is { IsOk: false } replay)
        {
            Report(bug.Input, $"{name}.mapsim does not replay: {string.Join("; ", replay.Differences)}");
        }

        if (!record.IsDone)
        {
            Interlocked.Increment(ref _pending);
            _waiting.Add((bug, page.Program));
        }

        return true;
    }

    /// <summary>An operation without an end has no key that a program could expect, and no page; the program says the limit that it runs into.</summary>
    private void AddEndless(FoundBug bug, string name, string original, MapProgram text, RunResult run)
    {
        MapProgram kept = text.WithExpectation(Expectation.Clean).WithChangedExpectation(new ChangedExpectation(_changes, new Expectation(run.Verdict)));
        _folder.Write(name + ".original" + CorpusName.BinaryExtension, bug.Input);
        _folder.Write(name + ".md", $"# {bug.Key}\n\nWith {_changes} the program ends with {run.VerdictText}, without the fault it ends well.\n\n```\n{ProgramPrinter.Print(kept)}```\n\n## Show it again\n\n    mapsim replay {Path.GetFileName(name)}.mapsim\n");
        _folder.Write(name + CorpusName.TextExtension, Encoding.UTF8.GetBytes(ProgramPrinter.Print(kept)));
        SaveRecord(name, new FindingRecord(bug.Key, bug.Known, bug.FoundAt, bug.Parent, bug.Mutation, original, "not asked"));
    }

    /// <summary>Keeps an input that did not end twice in the same way, and says so.</summary>
    public void Report(byte[] input, string what)
    {
        string name = $"{CampaignFiles.Inconsistent}/{CorpusName.Hash(input)[..16]}";
        Inconsistent += File.Exists(_folder.At(name + CorpusName.BinaryExtension)) ? 0 : 1;
        _folder.Write(name + CorpusName.BinaryExtension, input);
        _folder.Write(name + ".txt", what + "\n");
        _tell("INCONSISTENT", $"a bug in MapSim, please report it: {what}; the input is kept in {_folder.At(name)}.bin");
    }

    /// <summary>Says on the caller's thread what went wrong on the desk's own.</summary>
    public void ThrowIfFailed()
    {
        if (_error is { } e)
        {
            throw e is IOException or UnauthorizedAccessException ? new IOException(e.Message, e) : new InvalidOperationException("shrinking: " + e.Message, e);
        }
    }

    /// <summary>Waits until all findings are shrunk.</summary>
    /// <param name="isStopped">Asked meanwhile whether to give up: what is not shrunk yet waits for the next process then.</param>
    public void Finish(Func<bool> isStopped)
    {
        _waiting.CompleteAdding();
        while (!_thread.Join(20))
        {
            _isStopped |= isStopped();
        }

        ThrowIfFailed();
    }

    /// <summary>Gives up at once.</summary>
    public void Abandon()
    {
        _isStopped = true;
        _waiting.CompleteAdding();
        _thread.Join();
    }

    internal static string NameOf(string key, string? known) => (known == null ? CampaignFiles.Findings : CampaignFiles.Known) + "/" + CampaignFiles.NameOf(key);

    private void Work()
    {
        foreach ((FoundBug bug, MapProgram kept) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                if (!_isStopped && _error == null)
                {
                    Shrink(bug, kept);
                }
            }
            catch (Exception e)
            {
                _error ??= e;
            }

            Interlocked.Decrement(ref _pending);
        }
    }

    private void Shrink(FoundBug bug, MapProgram kept)
    {
        string name = NameOf(bug.Key, bug.Known);
        FindingRecord record = _records[name];
        ShrinkResult result;
        try
        {
            result = Shrinker.Shrink(kept, new ShrinkOptions(_budget) { Changes = _changes, IsStopped = () => _isStopped });
        }
        catch (NothingToShrinkException e)
        {
            // Kept as it was found: that is a finding, too.
            SaveRecord(name, record with { Shrink = "failed: " + e.Message });
            _tell("SHRUNK", $"{bug.Key}: {e.Message}");
            return;
        }

        if (!result.Complete && _isStopped)
        {
            return;
        }

        MapProgram small = result.Program.Schedule.Count > 0 ? result.Program.WithOrder(DecisiveOrder.Of(result.Program, result.Result, _changes)) : result.Program;
        FindingPage? page = FindingPage.Of(small, Path.GetFileName(name) + CorpusName.TextExtension, changes: _changes);
        if (page?.Result.BugKey != bug.Key || !ReplayCheck.Of(page.Program).IsOk)
        {
            SaveRecord(name, record with { Shrink = "failed: the smaller program does not replay", Executions = result.Executions });
            _tell("SHRUNK", $"{bug.Key}: the smaller program does not replay; it stays as it was found");
            return;
        }

        Save(name, page, record with
        {
            Shrink = result.Complete ? "complete" : "budget", Executions = result.Executions,
            OperationsBefore = result.OperationsBefore, OperationsAfter = result.OperationsAfter, Irrelevant = result.Irrelevant,
        });
        _tell("SHRUNK", FormattableString.Invariant($"{bug.Key}: from {result.OperationsBefore} operations to {result.OperationsAfter} in {result.Executions} executions{(result.Complete ? "" : ", the whole budget")}"));
    }

    private void Save(string name, FindingPage page, FindingRecord record)
    {
        _folder.Write(name + ".md", page.Text);
        _folder.Write(name + CorpusName.TextExtension, Encoding.UTF8.GetBytes(ProgramPrinter.Print(page.Program)));
        SaveRecord(name, record);
    }

    private void SaveRecord(string name, FindingRecord record)
    {
        _folder.Write(name + ".json", record.ToBytes());
        _records[name] = record;
    }
}
