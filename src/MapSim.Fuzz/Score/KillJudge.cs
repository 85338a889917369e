using System.Globalization;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Decides whether an execution kills a fault: with the fault it ends with a bug key, and without it, everything else
/// equal, it does not. What also happens on the unmodified model never counts.
/// </summary>
/// <remarks>
/// A fault may change how many steps an operation makes, so the same random schedule is another interleaving then. In
/// programs of several goroutines it is therefore not enough that the same schedule ends well without the fault: the
/// unmodified model must also not end so when it follows the interleaving that the faulty one made, nor in schedules next
/// to the given one, nor in any of some dozen random ones.
///
/// In programs with data races real Go may do anything. There only what an oracle says about Go's own checks counts
/// (H7, H8, which have a table of their own), wrong lookups and broken memory; and nothing against a control, which is one for
/// programs without races.
/// </remarks>
public static class KillJudge
{
    private const int Confirmations = 32, RacyConfirmations = 128;

    /// <summary>Runs an execution with a fault and, if it ends badly, without it.</summary>
    /// <param name="trial">The execution.</param>
    /// <param name="fault">The fault.</param>
    public static Judgement Judge(Trial trial, FaultInfo fault)
    {
        RunResult faulty = Run(trial.Program, ModelChanges.None.With(fault.Fault));
        if (KeyOf(faulty) is not { } key || !MayCount(key, trial.Sharing, fault))
        {
            return new Judgement(faulty, null, false);
        }

        RunResult plain = Run(trial.Program, ModelChanges.None);
        string? plainKey = KeyOf(plain);
        bool refused = plain.Verdict == VerdictKind.Finding || plainKey == key;
        bool survives = plainKey == key || !IsEvidence(plain, key, trial.Sharing) || IsLimitNear(trial.Program, key)
            || (trial.Sharing != Sharing.Alone && HappensAnyway(trial, faulty, key));
        return new Judgement(faulty, survives ? null : new Kill(key, trial.Program, trial.Sharing), refused);
    }

    /// <summary>Runs a program; its schedule is followed as far as it goes.</summary>
    public static RunResult Run(MapProgram program, ModelChanges changes) =>
        new ProgramRunner(program, mode: ScheduleMode.Prefix, changes: changes).Run();

    /// <summary>How a run ended, if it did not end well: its bug key, or "limit/steps", "limit/memory".</summary>
    public static string? KeyOf(RunResult result) => KeyOf(result.Verdict, result.BugKey);

    /// <summary>The same, of a verdict and its bug key.</summary>
    public static string? KeyOf(VerdictKind verdict, string? bugKey) => verdict switch
    {
        VerdictKind.StepLimit => "limit/steps",
        VerdictKind.MemoryLimit => "limit/memory",
        _ => bugKey,
    };

    /// <summary>The oracle behind a key; "limit" for an operation without an end.</summary>
    public static string OracleOf(string key) => key.StartsWith("limit/", StringComparison.Ordinal) ? "limit" : BugOracle.Of(key);

    /// <summary>True for keys that an oracle gives only if it knows better than the runtime: by a table of what must be seen.</summary>
    internal static bool JudgesItself(string key) =>
        key.StartsWith("detection/", StringComparison.Ordinal) || key.StartsWith("race/untold", StringComparison.Ordinal);

    /// <summary>True if the unmodified model must not end so: a panic is Go's own, and in a data race only an oracle that judges itself has a say.</summary>
    internal static bool IsFinding(RunResult plain, string key, Sharing sharing) =>
        plain.Verdict != VerdictKind.Panic && (sharing != Sharing.Racy || JudgesItself(key));

    private static bool MayCount(string key, Sharing sharing, FaultInfo fault) => sharing switch
    {
        Sharing.Alone => true,
        Sharing.RaceFree => !key.StartsWith("deadlock/", StringComparison.Ordinal),
        _ => fault.Expected != FaultVerdict.Equivalent && (JudgesItself(key) || OracleOf(key) == "H2" || OracleOf(key)[0] == 'G'),
    };

    /// <summary>True if a run without the fault says that the program is in order, or at least ends as Go defines it.</summary>
    private static bool IsEvidence(RunResult plain, string key, Sharing sharing) => plain.Verdict switch
    {
        VerdictKind.Clean => true,
        VerdictKind.StepLimit or VerdictKind.MemoryLimit or VerdictKind.Diverged => false,
        VerdictKind.Finding => JudgesItself(key) && !JudgesItself(plain.BugKey!),
        VerdictKind.Panic => true,
        _ => sharing == Sharing.Alone || JudgesItself(key),
    };

    /// <summary>An operation that takes its time anyway is no operation without an end.</summary>
    private static bool IsLimitNear(MapProgram program, string key)
    {
        if (key != "limit/steps")
        {
            return false;
        }

        int limit = ProgramSettings.Of(program).Limit / 8;
        ProgramLine[] lines = [.. program.Lines.Where(l => l.Statement is not Setting { Name: "limit" })];
        var tight = new Setting("limit", limit.ToString(CultureInfo.InvariantCulture));
        return Run(new MapProgram([lines[0], new ProgramLine(tight), .. lines.Skip(1)]), ModelChanges.None).Verdict == VerdictKind.StepLimit;
    }

    private static bool HappensAnyway(Trial trial, RunResult faulty, string key)
    {
        if (KeyOf(Run(trial.Program.WithSchedule(faulty.Schedule), ModelChanges.None)) == key)
        {
            return true;
        }

        foreach (IReadOnlyList<Stretch> near in RandomWalks.Neighbours(trial.Program.Schedule))
        {
            if (KeyOf(Run(trial.Program.WithSchedule(near), ModelChanges.None)) == key)
            {
                return true;
            }
        }

        int most = trial.Sharing == Sharing.Racy ? RacyConfirmations : Confirmations;
        for (ulong i = 0; i < (ulong)most; i++)
        {
            if (KeyOf(Run(RandomWalks.Scheduled(trial.Program, (1UL << 32) + i), ModelChanges.None)) == key)
            {
                return true;
            }
        }

        return false;
    }
}
