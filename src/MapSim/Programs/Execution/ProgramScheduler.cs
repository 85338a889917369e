using System.Globalization;
using MapSim.Checks;
using MapSim.Machines;

namespace MapSim.Programs;

/// <summary>
/// Decides who moves: first as the program's schedule says, step by step, then the goroutine with the lowest number that
/// can move. Ends when nobody can, or the process is dead.
/// </summary>
internal sealed class ProgramScheduler
{
    /// <summary>The suffix of a goroutine's name that means its store buffer.</summary>
    public const string Drain = ".drain";

    private readonly ProgramRun _run;
    private readonly ScheduleMode _mode;
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<Stretch> _done = [];
    private readonly string[] _names;
    private readonly int _programs;
    private readonly int[] _began;
    private readonly long[] _steps;

    /// <summary>Prepares the schedule of a run.</summary>
    public ProgramScheduler(ProgramRun run, ScheduleMode mode)
    {
        _run = run;
        _mode = mode;
        _names = [.. Enumerable.Range(0, Machine.Goroutines.Count).Select(run.NameOf)];
        for (int g = 0; g < _names.Length; g++)
        {
            _numbers.Add(_names[g], g);
        }

        _programs = run.Code.Goroutines.Count;
        _began = new int[Machine.Goroutines.Count];
        _steps = new long[Machine.Goroutines.Count];
    }

    /// <summary>Who made how many visible steps, from the start.</summary>
    public IReadOnlyList<Stretch> Done => _done;

    /// <summary>Called before each step that is made by itself.</summary>
    public Action<int>? Stepping { get; set; }

    /// <summary>Called after each step that was made by itself; while it is null, goroutines may run at a stretch.</summary>
    public Action<int>? Stepped { get; set; }

    private Machine Machine => _run.Session.Machine;

    /// <summary>Runs the program to its end.</summary>
    public void Run()
    {
        // Order lines without a schedule are all that the program says about who moves.
        bool isOrdered = _run.Program.Schedule.Count == 0 && _run.Program.ScheduleSeed == null && _run.Program.Lines.Any(l => l.Statement is OrderLine);
        if (isOrdered || _mode is ScheduleMode.Causal or ScheduleMode.HappensBefore)
        {
            new OrderedScheduler(_run, this, _mode == ScheduleMode.HappensBefore ? _mode : ScheduleMode.Causal).Run();
        }
        else
        {
            FollowSchedule();
            if (_run.Program.ScheduleSeed is { } seed)
            {
                RunAtRandom(new RandomSource(seed));
            }

            RunLowestFirst();
        }

        while (!_run.IsStopped && DrainAny())
        {
            // Every store reaches memory at last.
        }
    }

    /// <summary>
    /// One step of a goroutine; false if the run is over. One that touches nothing shared (a goroutine of asserts only) is a
    /// step of the schedule, too: what it sees depends on when it is made.
    /// </summary>
    internal bool Step(int g)
    {
        ulong before = Machine.Steps;
        int began = _run.Results.BegunBy(g);
        if (_began[g] != began)
        {
            (_began[g], _steps[g]) = (began, 0);
        }

        Stepping?.Invoke(g);
        _run.BeforeStep(g);
        Machine.Step(g);
        _run.AfterStep(g);
        Note(_names[g], Math.Max(1, Machine.Steps - before));
        Stepped?.Invoke(g);
        if (g < _programs && ++_steps[g] > _run.Settings.Limit && !_run.IsStopped)
        {
            EndAtLimit(g);
        }

        return !_run.IsStopped;
    }

    /// <summary>Goroutines that can move, by number.</summary>
    internal List<int> Enabled()
    {
        var enabled = new List<int>();
        for (int g = 0; g < Machine.Goroutines.Count; g++)
        {
            if (Machine.IsEnabled(g))
            {
                enabled.Add(g);
            }
        }

        return enabled;
    }

    /// <summary>True if a goroutine of the program is not at its end.</summary>
    internal bool IsAnyAlive()
    {
        for (int g = 0; g < _run.Code.Goroutines.Count; g++)
        {
            if (Machine.Goroutines[g].IsBusy)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Nobody can move. If main has not ended that is a deadlock, else the process just ends.</summary>
    internal void EndIfDeadlocked()
    {
        if (!Machine.Goroutines[0].IsBusy || _run.IsStopped)
        {
            return;
        }

        var words = new SortedSet<string>(StringComparer.Ordinal);
        int line = 0;
        for (int g = 0; g < _run.Code.Goroutines.Count; g++)
        {
            if (Machine.Goroutines[g].IsBusy && _run.HasStarted(g) && _run.WaitingAt(g) is { } instruction)
            {
                words.Add(instruction.Operation == null ? "select" : Operation.Word(instruction.Operation.Kind));
                line = line == 0 ? instruction.Line : line;
            }
        }

        string who = Deadlock.Of(Machine)?.ToString() ?? "";
        _run.End(new ProcessEnd(VerdictKind.Fatal, "all goroutines are asleep - deadlock!", line, "deadlock/" + string.Join('-', words), 0) { Detail = who });
    }

    private void FollowSchedule()
    {
        long at = 0;
        int stretchNumber = 0;
        bool isStopped = _run.IsStopped;
        foreach (Stretch stretch in _run.Program.Schedule)
        {
            stretchNumber++;
            bool drains = stretch.Goroutine.EndsWith(Drain, StringComparison.Ordinal);
            int g = _numbers[drains ? stretch.Goroutine[..^Drain.Length] : stretch.Goroutine];
            for (long i = 0; i < stretch.Steps; i++, at++)
            {
                if (isStopped)
                {
                    // The process is dead: that is the verdict, whatever was to come.
                    return;
                }

                if (drains ? Machine.BufferedStores(g) == 0 : !Machine.IsEnabled(g))
                {
                    string why = drains ? "no store waits in its buffer"
                        : Machine.Goroutines[g].IsBusy ? "it waits " + Waits(g)
                        : "it has ended";
                    Diverge(at, stretchNumber, stretch, why);
                    return;
                }

                if (drains)
                {
                    Machine.DrainOne(g);
                    Note(stretch.Goroutine, 1);
                    isStopped = _run.IsStopped;
                }
                else
                {
                    isStopped = !Step(g);
                }
            }
        }
    }

    private string Waits(int g) => g >= _run.Code.Goroutines.Count ? $"at {Machine.CallStack(g)[0]}"
        : !_run.HasStarted(g) ? "for its spawn"
        : _run.WaitingAt(g) is not { } at ? "at its end"
        : string.Create(CultureInfo.InvariantCulture, $"in '{at.Operation?.Call(null) ?? "select"}' (line {at.Line})");

    private void Diverge(long step, int stretchNumber, Stretch stretch, string why)
    {
        if (_mode == ScheduleMode.Strict)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"the schedule cannot be followed: step {step + 1} (stretch {stretchNumber}, {stretch}): {why}");
            _run.End(new ProcessEnd(VerdictKind.Diverged, text, 0, "", 0));
        }
    }

    private void RunAtRandom(RandomSource random)
    {
        while (!_run.IsStopped && IsAnyAlive())
        {
            List<int> enabled = Enabled();
            List<int> draining = _run.Settings.StoreBuffers == 0 ? [] : [.. Enumerable.Range(0, Machine.Goroutines.Count).Where(g => Machine.BufferedStores(g) > 0)];
            if (enabled.Count + draining.Count == 0)
            {
                break;
            }

            int choice = random.Below(enabled.Count + draining.Count);
            if (choice < enabled.Count)
            {
                Step(enabled[choice]);
            }
            else
            {
                Machine.DrainOne(draining[choice - enabled.Count]);
                Note(_run.NameOf(draining[choice - enabled.Count]) + Drain, 1);
            }
        }

        EndIfDeadlocked();
    }

    private void RunLowestFirst()
    {
        while (!_run.IsStopped && IsAnyAlive())
        {
            int g = 0;
            while (g < Machine.Goroutines.Count && !Machine.IsEnabled(g))
            {
                g++;
            }

            if (g == Machine.Goroutines.Count)
            {
                if (DrainAny())
                {
                    continue;
                }

                EndIfDeadlocked();
                return;
            }

            if (Stepped == null && Machine.Goroutines.Count == 1)
            {
                RunAtAStretch(g);
            }
            else
            {
                Step(g);
            }
        }
    }

    /// <summary>Stores leave their buffers at some time, also if nobody moves.</summary>
    private bool DrainAny()
    {
        for (int g = 0; g < Machine.Goroutines.Count; g++)
        {
            if (Machine.BufferedStores(g) > 0)
            {
                Machine.DrainOne(g);
                Note(_run.NameOf(g) + Drain, 1);
                return true;
            }
        }

        return false;
    }

    /// <summary>Only where there is nobody else: with others, what has no visible step must be a step of the schedule.</summary>
    private void RunAtAStretch(int g)
    {
        ulong before = Machine.Steps;
        Machine.Select(g);
        bool ended = Machine.Run(_run.Settings.Limit);
        if (Machine.Steps > before)
        {
            Note(_run.NameOf(g), Machine.Steps - before);
        }

        if (!ended && !_run.IsStopped && Machine.Goroutines[g].Failure == Failure.None && Machine.IsEnabled(g))
        {
            EndAtLimit(g);
        }
    }

    private void EndAtLimit(int g)
    {
        Instruction? i = _run.WaitingAt(g);
        string operation = i?.Operation?.Call(null) ?? "the collector";
        _run.EndAtLimit(g, new ProcessEnd(VerdictKind.StepLimit, $"'{operation}' takes more than {_run.Settings.Limit} steps", i?.Line ?? 0, "", g));
    }

    private void Note(string goroutine, ulong steps)
    {
        Span<Stretch> done = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_done);
        if (done.Length > 0 && done[^1].Goroutine == goroutine)
        {
            done[^1] = new Stretch(goroutine, done[^1].Steps + (long)steps);
        }
        else
        {
            _done.Add(new Stretch(goroutine, (long)steps));
        }
    }
}

/// <summary>How a run uses the schedule of its program.</summary>
public enum ScheduleMode
{
    /// <summary>Exactly: a goroutine that cannot move ends the run.</summary>
    Strict,

    /// <summary>As far as it goes.</summary>
    Prefix,

    /// <summary>Not the schedule but the order of the steps in the verdict's causal past (lines order and past).</summary>
    Causal,

    /// <summary>Not the schedule but the decisive order (lines order).</summary>
    HappensBefore,
}
