using System.Diagnostics;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A fuzzing campaign in a folder: rounds of the engine until a budget is used up, everything that was found on the disk as
/// soon as it is known, and a state from which the next process goes on as if this one had never ended.
/// </summary>
public sealed class Campaign
{
    private readonly CampaignFolder _folder;
    private readonly CampaignOptions _options;
    private readonly CampaignBudget _budget;
    private readonly int _workers;
    private readonly Action<string, CampaignSnapshot, string> _tell;
    private readonly FuzzEngine _engine;
    private readonly CampaignTally _tally = new();
    private readonly QueueJournal _journal;
    private readonly Checkpointer _checkpoints;
    private readonly CampaignClock _clock;
    private readonly FindingDesk _desk;
    private readonly FuzzTarget _second;
    private volatile CampaignSnapshot _snapshot = null!;
    private volatile Exception? _error;
    private volatile int _end;
    private int _interrupts;
    private long _running;
    private long _wholeRounds;
    private long _bytes;
    private int _depth;
    private bool _isWhole;
    private double _publishedAt = double.MinValue;

    /// <summary>Opens a campaign; from here it belongs to this process.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="options">What it does.</param>
    /// <param name="budget">When it ends.</param>
    /// <param name="workers">Threads; at least 1. They do not change what is found.</param>
    /// <param name="tell">Told what happens, on any thread: a word ("tick" several times a second), where the campaign stands, and a sentence.</param>
    /// <exception cref="CampaignFolderException">What is in the folder is damaged.</exception>
    public Campaign(CampaignFolder folder, CampaignOptions options, CampaignBudget budget, int workers, Action<string, CampaignSnapshot, string> tell)
    {
        (_folder, _options, _budget, _workers, _tell) = (folder, options, budget, workers, tell);
        _engine = new FuzzEngine(new EngineOptions(folder.Seed, options.Target) { RunsInTask = options.RunsInTask, Seeds = folder.Seeds });
        EngineState? state = CampaignState.Read(folder);
        _journal = QueueJournal.Open(folder, state == null ? 0 : CampaignState.EntriesOf(state));
        if (state != null)
        {
            CampaignState.Restore(folder, state, _engine, _journal.Entries);
            _tally.RestoreFrom(state);
        }

        Count(_engine.Queue);
        _clock = new CampaignClock(_tally.SecondsBefore);
        _checkpoints = new Checkpointer(folder, _journal);
        _second = new FuzzTarget(options.Target);
        _desk = new FindingDesk(folder, options.Target, options.ShrinkExecutions, (word, text) => Tell(word, text));
        Publish();
    }

    /// <summary>Where it stands.</summary>
    public CampaignSnapshot Snapshot => _snapshot;

    /// <summary>Why it ended.</summary>
    public CampaignEnd End => (CampaignEnd)_end;

    /// <summary>A digest over corpus and findings; empty until it has ended.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>Asks it to end: once after the executions that run and the shrinking so far; twice without waiting for the shrinking.</summary>
    public void Stop()
    {
        Interlocked.Increment(ref _interrupts);
        Interlocked.CompareExchange(ref _end, (int)CampaignEnd.Interrupted, (int)CampaignEnd.None);
    }

    /// <summary>Runs it to its end, and writes the report.</summary>
    /// <param name="commandLine">How it was called.</param>
    /// <exception cref="CampaignFolderException">The folder cannot be written any more. What was saved before is whole.</exception>
    public void Run(IReadOnlyList<string> commandLine)
    {
        try
        {
            using (_journal)
            using (var stats = new CampaignStats(_folder, commandLine))
            {
                RunRounds(stats);
                Publish();
                stats.Write(_snapshot, force: true);
                Digest = CampaignDigest.Of(_folder, _engine);
                CampaignReport.Write(_folder, _snapshot, _options, End, Digest, commandLine);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CampaignFolderException($"{_folder.Root}: cannot be written: {e.Message} (what was saved before is whole; the same command goes on from there)", e);
        }

        Tell("DONE", $"{EndText(End)}; {_folder.At("report.txt")}");
    }

    /// <summary>Why a campaign ended, in words.</summary>
    public static string EndText(CampaignEnd end) => end switch
    {
        CampaignEnd.Time => "the time is over",
        CampaignEnd.Executions => "the executions are made",
        CampaignEnd.Stale => "nothing new came for too long",
        CampaignEnd.StopFile => "the stop file is there",
        CampaignEnd.FirstFinding => "a new finding",
        CampaignEnd.Interrupted => "interrupted; the same command goes on",
        _ => "it goes on",
    };

    private void RunRounds(CampaignStats stats)
    {
        Thread? ticker = null;
        bool over = false;
        try
        {
            foreach (FoundBug bug in _engine.Bugs.OrderBy(b => b.FoundAt).ThenBy(b => b.Key, StringComparer.Ordinal))
            {
                _desk.Add(bug);
            }

            Publish();
            Tell("INITED", _folder.IsNew ? "a new campaign" : FormattableString.Invariant($"goes on after {_engine.Executions} executions with {_engine.Queue.Count} entries and {_engine.Bugs.Count} findings"));
            ticker = new Thread(() => Tick(stats, () => Volatile.Read(ref over))) { IsBackground = true, Name = "ticker" };
            ticker.Start();
            while (_end == 0)
            {
                Round();
            }

            _checkpoints.Finish();
            if (_isWhole && _error == null)
            {
                _checkpoints.Write(State);
            }

            if (_desk.Pending > 0)
            {
                Tell("SHRINKING", FormattableString.Invariant($"{_desk.Pending} findings; Ctrl-C ends it, then they are shrunk when the campaign goes on"));
            }

            int interrupts = End == CampaignEnd.Interrupted ? 0 : Volatile.Read(ref _interrupts);
            _desk.Finish(() => Volatile.Read(ref _interrupts) > interrupts || _error != null);
        }
        finally
        {
            _desk.Abandon();
            Volatile.Write(ref over, true);
            ticker?.Join();
        }

        if (_error is { } error)
        {
            throw error is IOException or UnauthorizedAccessException ? new IOException(error.Message, error) : new InvalidOperationException(error.Message, error);
        }
    }

    private void Round()
    {
        long left = (_budget.Executions ?? long.MaxValue) - _engine.Executions;
        if (left <= 0)
        {
            Finish(CampaignEnd.Executions);
            return;
        }

        int entries = _engine.Queue.Count, features = _engine.Features.Count;
        _isWhole = true;
        IReadOnlyList<FoundBug> bugs = _engine.Round(_workers, left, IsStopped, () =>
        {
            // What a part of a round finds is kept, but the state stays that of the last whole one: so the next process
            // makes this round again, whole, and comes to what it would have come to at once.
            _isWhole = false;
            _checkpoints.Write(State);
        });
        Interlocked.Exchange(ref _running, 0);
        List<QueueEntry> fresh = [.. _engine.Queue.Skip(entries)];
        _journal.Append(fresh);
        Count(fresh);
        Look(fresh, features);
        foreach (FoundBug bug in bugs.Where(_desk.Add))
        {
            (_tally.LastFindingAt, _tally.LastFindingExecutions) = (_clock.Seconds, bug.FoundAt);
            Publish();
            Tell("FINDING", FormattableString.Invariant($"{bug.Key}{(bug.Known == null ? "" : $" (known: {bug.Known})")} at execution {bug.FoundAt}: mapsim replay {CampaignFiles.Quoted(_folder.At(FindingDesk.NameOf(bug.Key, bug.Known) + CorpusName.TextExtension))}"));
        }

        if (_isWhole)
        {
            Interlocked.Increment(ref _wholeRounds);
            _checkpoints.Offer(State);
        }

        _desk.ThrowIfFailed();
        if (_clock.SecondsHere - _publishedAt > 0.5)
        {
            Publish();
        }

        if (_budget.StopOnFirst && bugs.Any(b => b.Known == null && _desk.RecordOf(b.Key, b.Known) != null))
        {
            Finish(CampaignEnd.FirstFinding);
        }

        if (_engine.Executions >= _budget.Executions)
        {
            Finish(CampaignEnd.Executions);
        }
    }

    /// <summary>Runs the last new entry once more, on a target of its own: does the same input show the same?</summary>
    private void Look(List<QueueEntry> fresh, int featuresBefore)
    {
        if (_engine.Features.Count > featuresBefore)
        {
            _tally.LastNewAt = _clock.Seconds;
        }

        _tally.RoundsWithoutNew = fresh.Count > 0 ? 0 : _tally.RoundsWithoutNew + 1;
        if (fresh.Count == 0)
        {
            return;
        }

        QueueEntry entry = fresh[^1];
        _second.Run(entry.Input);
        HashSet<uint> again = [.. _second.Features.Items];
        _tally.Checked++;
        if (entry.New.Count(f => !again.Contains(f)) is > 0 and int missing)
        {
            _tally.Unstable++;
            _desk.Report(entry.Input, FormattableString.Invariant($"entry {entry.Id} of the corpus showed {entry.New.Length} new features, run again it lacks {missing} of them"));
        }
    }

    private bool IsStopped()
    {
        if (_end != 0)
        {
            return true;
        }

        Interlocked.Increment(ref _running);
        return false;
    }

    private void Finish(CampaignEnd end) => Interlocked.CompareExchange(ref _end, (int)end, (int)CampaignEnd.None);

    private void Tick(CampaignStats stats, Func<bool> isOver)
    {
        try
        {
            while (!isOver())
            {
                Thread.Sleep(50);
                CampaignSnapshot now = Now();
                CampaignEnd end = now.SecondsHere >= _budget.Time?.TotalSeconds ? CampaignEnd.Time
                    : now.SinceNew >= _budget.Stale?.TotalSeconds ? CampaignEnd.Stale
                    : _budget.StopFile != null && File.Exists(_budget.StopFile) ? CampaignEnd.StopFile
                    : CampaignEnd.None;
                if (end != CampaignEnd.None && (end == CampaignEnd.StopFile || Volatile.Read(ref _wholeRounds) > 0))
                {
                    Finish(end);
                }

                stats.Write(now, force: false);
                _tell("tick", now, "");
            }
        }
        catch (Exception e)
        {
            _error = e;
            Finish(CampaignEnd.Failed);
        }
    }

    /// <summary>The last snapshot, with what changes all the time.</summary>
    private CampaignSnapshot Now()
    {
        CampaignSnapshot s = _snapshot;
        long running = Interlocked.Read(ref _running);
        return s with
        {
            Seconds = _clock.Seconds, SecondsHere = _clock.SecondsHere, Running = running, Shrinking = _desk.Pending,
            Rate = _clock.Rate(s.Executions + running), PeakMemory = Process.GetCurrentProcess().PeakWorkingSet64,
            Findings = [.. s.Findings.Select(f => f with { Shrinking = _desk.RecordOf(f.Key, f.Known)?.Shrink ?? f.Shrinking })],
        };
    }

    private void Tell(string word, string text) => _tell(word, Now(), text);

    private void Publish()
    {
        _publishedAt = _clock.SecondsHere;
        _snapshot = new CampaignSnapshot
        {
            Folder = _folder.Root, Seed = _folder.Seed, Workers = _workers, Seconds = _clock.Seconds, SecondsHere = _clock.SecondsHere, StartUnix = _tally.StartUnix,
            Executions = _engine.Executions, Rounds = _engine.Rounds, Operations = _engine.Operations, Limits = _engine.Limits, Entries = _engine.Queue.Count,
            Bytes = _bytes, Depth = _depth, Features = _engine.Features.Count, Domains = CampaignAccounts.Domains(_engine),
            Singletons = CampaignAccounts.Singletons(_engine.Features), Milestones = CampaignAccounts.Milestones(_engine),
            Findings =
            [
                .. _engine.Bugs.Where(b => _desk.RecordOf(b.Key, b.Known) != null).OrderBy(b => b.Known != null).ThenBy(b => b.Key, StringComparer.Ordinal)
                    .Select(b => new FindingAccount(b.Key, b.Known, b.FoundAt, b.Times, FindingDesk.NameOf(b.Key, b.Known) + CorpusName.TextExtension, _desk.RecordOf(b.Key, b.Known)!.Shrink)),
            ],
            LastNewAt = _tally.LastNewAt, LastFindingAt = _tally.LastFindingAt, ExecutionsSinceFinding = _engine.Executions - _tally.LastFindingExecutions,
            RoundsWithoutNew = _tally.RoundsWithoutNew, Checked = _tally.Checked, Unstable = _tally.Unstable, Inconsistent = _desk.Inconsistent, Ops = CampaignAccounts.Ops(_engine),
            Shrinking = _desk.Pending, Rate = _clock.SecondsHere > 0 ? _snapshot?.Rate ?? 0 : 0, PeakMemory = Process.GetCurrentProcess().PeakWorkingSet64,
        };
    }

    private EngineState State()
    {
        var state = new EngineState();
        _engine.SaveTo(state);
        _tally.SaveTo(state, _clock.Seconds);
        return state;
    }

    private void Count(IEnumerable<QueueEntry> entries)
    {
        foreach (QueueEntry entry in entries)
        {
            _bytes += entry.Input.Length;
            _depth = Math.Max(_depth, entry.Depth);
        }
    }
}
