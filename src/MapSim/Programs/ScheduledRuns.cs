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
        ProgramCode code = ProgramCompiler.Compile(_program, settings, out List<MapType> types);
        _parts = new ProgramParts(settings, code, types, !code.Goroutines.SelectMany(g => g.Instructions).Any(HasExpectation));
    }

    /// <summary>Runs the program under all oracles, for the verdict.</summary>
    /// <param name="schedule">Who moves.</param>
    /// <param name="mode">How the schedule is used, as in <see cref="ProgramRunner"/>.</param>
    public ScheduledEnd Run(IReadOnlyList<Stretch> schedule, ScheduleMode mode = ScheduleMode.Strict)
    {
        SegmentPool pool = _pools.TryTake(out SegmentPool? used) ? used : new SegmentPool();
        var runner = new ProgramRunner(_program.WithSchedule(schedule), mode, _parts, pool);
        ScheduledEnd end = runner.RunForVerdict();
        runner.Session.Machine.Release();
        _pools.Add(pool);
        return end;
    }

    /// <summary>True if what an instruction gives is compared with what its line expects.</summary>
    private static bool HasExpectation(Instruction i) => i.Operation?.Expected != null || i.Cases.Any(c => c.Operation.Expected != null);
}

/// <summary>The verdict on one run of many.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Message">What went wrong, for people.</param>
/// <param name="BugKey">The bug key; null if nothing went wrong, and for limits.</param>
public sealed record ScheduledEnd(VerdictKind Verdict, string Message, string? BugKey);

/// <summary>What all runs of one program have in common.</summary>
/// <param name="Settings">What its header says.</param>
/// <param name="Code">Its code.</param>
/// <param name="Types">The types of its maps.</param>
/// <param name="IsQuiet">No line expects a result, so nobody needs their texts.</param>
internal sealed record ProgramParts(ProgramSettings Settings, ProgramCode Code, IReadOnlyList<MapType> Types, bool IsQuiet);
