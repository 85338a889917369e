using System.Diagnostics;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// A hunt by interleavings on one thread, from nothing: tiny programs of which every schedule is explored
/// (<see cref="TinyPrograms"/>), and between them small ones in random schedules (<see cref="RandomWalks"/>). It ends with the
/// first schedule that the judge of the score takes for a kill, or at the end of its budget; on the unmodified model it notes
/// what comes out and goes on.
/// </summary>
/// <param name="task">What to do; an execution is a schedule that was run under the oracles.</param>
internal sealed class ExploreHunt(HuntTask task)
{
    private const int WalksATurn = 16;
    private readonly RandomWalks _walks = new(task.Seed, task.Fault?.Versions ?? GoVersion.All);
    private readonly TinyPrograms _tiny = new(Fingerprint.Mix(task.Seed), task.Fault?.Versions ?? GoVersion.All, task.Fault == null ? ModelChanges.None : ModelChanges.None.With(task.Fault.Fault));
    private readonly SortedDictionary<string, UnmodifiedEnd> _ends = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private long _executions;
    private MapProgram? _current;

    /// <summary>Hunts.</summary>
    /// <exception cref="HuntFailedException">An execution threw.</exception>
    public HuntResult Run()
    {
        Kill? kill = null;
        try
        {
            while (kill == null && !IsOver())
            {
                kill = Explore() ?? Walk();
            }
        }
        catch (Exception e) when (_current != null)
        {
            throw new HuntFailedException($"mapsim explore {(task.Fault == null ? "" : $"--fault {task.Fault.Id} ")}{ProgramToken.Encode(_current)}", e);
        }

        return new HuntResult(task.Fault, task.Engine, task.SeedNumber, _executions, _clock.Elapsed.TotalSeconds, kill, kill != null || !task.IsStopped()) { Ends = [.. _ends.Values] };
    }

    private Kill? Explore()
    {
        long most = task.Budget.Executions is { } n ? n - _executions : long.MaxValue;
        _current = _tiny.Make();
        TinyEnds ends = _tiny.Explore(most, () => IsOver());
        Count(ends.Executions);
        Kill? kill = null;
        for (int i = 0; i < ends.Bad.Count && kill == null; i++)
        {
            kill = Judge(ends.Bad[i], out _);
        }

        return kill;
    }

    private Kill? Walk()
    {
        Kill? kill = null;
        for (int i = 0; i < WalksATurn && kill == null && !IsOver(); i++)
        {
            _current = null;
            Trial trial = _walks.Next();
            Count(1);
            kill = Judge(trial, out Judgement judgement);
            _walks.Saw(judgement.Run, judgement.IsRefused);
        }

        return kill;
    }

    private Kill? Judge(Trial trial, out Judgement judgement)
    {
        _current = trial.Program;
        if (task.Fault is { } fault)
        {
            judgement = KillJudge.Judge(trial, fault);
            return judgement.Kill;
        }

        RunResult run = KillJudge.Run(trial.Program, ModelChanges.None);
        judgement = new Judgement(run, null, false);
        Look(trial, run);
        return null;
    }

    /// <summary>How the unmodified model ends, where Go does not define that it may.</summary>
    private void Look(Trial trial, RunResult result)
    {
        if (KillJudge.KeyOf(result) is not { } key || !KillJudge.IsFinding(result, key, trial.Sharing))
        {
            return;
        }

        // The same key may be a known defect in one release and news in another.
        string? known = KnownEnds.Of(key, ProgramSettings.Of(trial.Program).Version);
        string place = known == null ? key : key + " " + known;
        _ends[place] = _ends.TryGetValue(place, out UnmodifiedEnd? end) ? end with { Times = end.Times + 1 }
            : new UnmodifiedEnd(key, known, 1, ProgramToken.Encode(trial.Program));
    }

    private void Count(long executions)
    {
        _executions += executions;
        task.Counted(executions);
    }

    private bool IsOver() => task.IsStopped() || (task.Budget.Time is { } time && _clock.Elapsed >= time) || (task.Budget.Executions is { } most && _executions >= most);
}
