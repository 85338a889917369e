using System.Collections.Concurrent;
using MapSim.Faults;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Runs one program again and again, each time with another schedule: it is compiled once, and the machines take the memory of those before.</summary>
/// <remarks>For any number of threads. Each run is that of a <see cref="ProgramRunner"/> of its own for the program with that schedule.</remarks>
public sealed class ScheduledRuns
{
    private readonly MapProgram _program;
    private readonly ProgramParts _parts;
    private readonly ConcurrentBag<SegmentPool> _pools = [];

    /// <summary>Prepares a program.</summary>
    /// <param name="program">The program; its own schedule and order play no part.</param>
    /// <param name="changes">What is changed in the model.</param>
    /// <exception cref="ProgramFormatException">The program's release cannot have one of the faults.</exception>
    public ScheduledRuns(MapProgram program, ModelChanges changes = default)
    {
        // Lines of a schedule come behind those of operations, so these have the same numbers with any.
        _program = program.WithSchedule([]).WithOrder([]);
        ProgramSettings settings = ProgramRunner.SettingsOf(_program, changes);
        _parts = new ProgramParts(settings, ProgramRun.Compile(_program, settings, out List<MapType> types), types);
    }

    /// <summary>Runs the program under all oracles.</summary>
    /// <param name="schedule">Who moves.</param>
    /// <param name="mode">How the schedule is used, as in <see cref="ProgramRunner"/>.</param>
    public RunResult Run(IReadOnlyList<Stretch> schedule, ScheduleMode mode = ScheduleMode.Strict)
    {
        SegmentPool pool = _pools.TryTake(out SegmentPool? used) ? used : new SegmentPool();
        var runner = new ProgramRunner(_program.WithSchedule(schedule), mode, _parts, pool);
        RunResult result = runner.Run();
        runner.Session.Machine.Release();
        _pools.Add(pool);
        return result;
    }
}

/// <summary>What all runs of one program have in common.</summary>
/// <param name="Settings">What its header says.</param>
/// <param name="Code">Its code.</param>
/// <param name="Types">The types of its maps.</param>
internal sealed record ProgramParts(ProgramSettings Settings, ProgramCode Code, IReadOnlyList<MapType> Types);
