using System.Diagnostics;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>How long an engine took to kill a fault, on one core, from nothing.</summary>
/// <param name="IsKilled">False if the limit came first.</param>
/// <param name="Executions">Executions made.</param>
/// <param name="Seconds">Time.</param>
/// <param name="Key">The bug key of the kill; null if there was none.</param>
public sealed record TimeToKill(bool IsKilled, long Executions, double Seconds, string? Key)
{
    /// <summary>MapSim's own engine.</summary>
    public static TimeToKill OfEngine(FaultInfo fault, ulong seed, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        var engine = new FuzzEngine(new EngineOptions(seed, TargetOf(fault)) { DeepPerThousand = 0 });
        while (clock.Elapsed < limit)
        {
            if (engine.RoundToBug(isStopped: () => clock.Elapsed >= limit) is { } bug)
            {
                if (IsConfirmed(BinaryDecoder.Decode(bug.Input), fault))
                {
                    return new TimeToKill(true, engine.Executions, clock.Elapsed.TotalSeconds, bug.Key);
                }

                engine.Forget(bug.Key);
            }
        }

        return new TimeToKill(false, engine.Executions, clock.Elapsed.TotalSeconds, null);
    }

    /// <summary>Uniform random programs.</summary>
    public static TimeToKill OfUniform(FaultInfo fault, ulong seed, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        var target = new FuzzTarget(TargetOf(fault));
        long executions = 0;
        while (clock.Elapsed < limit)
        {
            BinaryProgram program = UniformPrograms.Make(seed, (ulong)executions++, fault.Versions);
            TargetResult result = target.Run(program);
            if (result.End == TargetEnd.Finding && IsConfirmed(program, fault))
            {
                return new TimeToKill(true, executions, clock.Elapsed.TotalSeconds, result.BugKey);
            }
        }

        return new TimeToKill(false, executions, clock.Elapsed.TotalSeconds, null);
    }

    /// <summary>True if the text of a program kills the fault, by the judge of the score.</summary>
    public static bool IsConfirmed(BinaryProgram program, FaultInfo fault) =>
        KillJudge.Judge(new Trial(FreshPrograms.WithLimit(BinaryResolver.Resolve(program)), Sharing.Alone), fault).Kill != null;

    /// <summary>A target that hunts a fault.</summary>
    public static TargetOptions TargetOf(FaultInfo fault) =>
        new() { IsShallow = true, Releases = fault.Versions, Faults = ModelChanges.None.With(fault.Fault) };
}
