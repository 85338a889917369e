using MapSim.Machines;

namespace MapSim.Programs;

/// <summary>
/// A program of one goroutine that is run unit by unit, up to where a real run would end: at a panic that is not recovered, or
/// worse. What it did, and what its oracles say of that, is what <see cref="ProgramRunner"/> says of the whole text.
/// </summary>
internal sealed class UnitRun
{
    private ProcessEnd? _end;
    private bool _wasEnough;

    /// <summary>Makes the machine and the maps.</summary>
    /// <param name="program">The program.</param>
    /// <param name="settings">What its header says, changes and limit included.</param>
    /// <param name="parts">What it keeps from run to run.</param>
    /// <param name="labels">The labels that exist from the start; null for none.</param>
    /// <param name="mostOperations">It ends when so many operations are done.</param>
    /// <param name="isJudged">False to run without oracles.</param>
    public UnitRun(UnitProgram program, ProgramSettings settings, UnitParts parts, IEnumerable<string>? labels, int mostOperations, bool isJudged)
    {
        Run = new ProgramRun(program.Header, settings, program.Code, program.Types, parts) { StopAfter = mostOperations };
        Run.Oracles.IsOff = !isJudged;
        try
        {
            Run.MakeMaps(labels ?? []);
        }
        catch (Exception e) when (ProcessEnd.IsOutOfMemory(e))
        {
            _end = ProcessEnd.OutOfMemory;
        }
    }

    /// <summary>The run.</summary>
    public ProgramRun Run { get; }

    /// <summary>True if no unit is done any more.</summary>
    public bool HasEnded => _end != null;

    /// <summary>The limit at which it ended, of steps or memory: what comes after is not known. Null if it was at none.</summary>
    public VerdictKind? Cut => _end is { Kind: VerdictKind.StepLimit or VerdictKind.MemoryLimit } ? _end.Kind : null;

    /// <summary>Does a unit, unless the run has ended.</summary>
    public void Do(Instruction[] unit)
    {
        if (_end != null)
        {
            return;
        }

        try
        {
            bool ended = Run.RunUnit(unit);
            _end = Run.Dead ?? (ended ? null : AtLimit());
        }
        catch (Exception e) when (ProcessEnd.IsOutOfMemory(e))
        {
            _end = ProcessEnd.OutOfMemory;
        }
    }

    /// <summary>The program is over: its last oracles, and the verdict.</summary>
    public SequentialEnd Finish()
    {
        if (_end == null)
        {
            try
            {
                Run.Oracles.AtEnd();
            }
            catch (Exception e) when (ProcessEnd.IsOutOfMemory(e))
            {
                _end = ProcessEnd.OutOfMemory;
            }
        }

        (VerdictKind kind, _, _, string? key) = Run.Verdict(_end);
        return new SequentialEnd(kind, key, Run.Results.Count, Run.Session.Machine.Steps) { IsCut = _wasEnough };
    }

    /// <summary>An operation without an end counts as one that was done, as with <see cref="ProgramScheduler"/>.</summary>
    private ProcessEnd AtLimit()
    {
        bool isEnough = _wasEnough = Run.IsStopped;
        var end = new ProcessEnd(VerdictKind.StepLimit, isEnough ? "too many operations" : "an operation takes too many steps", 0, "", 0);
        if (isEnough)
        {
            return end;
        }

        Run.EndAtLimit(0, end);
        return end;
    }
}
