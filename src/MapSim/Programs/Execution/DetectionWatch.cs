using MapSim.Checks;
using MapSim.Machines;

namespace MapSim.Programs;

/// <summary>
/// Holds Go's own check for concurrent use against the detection table (H7), step by step, in a program of several
/// goroutines: reports a goroutine that goes on where the runtime must be fatal, and a fatal where there was nothing to catch.
/// </summary>
/// <remarks>
/// It cannot go back in time: it belongs to one run forwards. It does not judge store buffers: for the table a store to the
/// flags is seen by all at once. There, and in programs of one goroutine, a simpler rule holds (<see cref="ProgramOracles"/>).
/// </remarks>
internal sealed class DetectionWatch(ProgramRun run)
{
    private readonly DetectionTable _table = new(run.Session.Machine);
    private readonly bool[] _isInside = new bool[run.Code.Goroutines.Count];
    private bool _isTold;

    /// <summary>A goroutine is about to make a step.</summary>
    public void Before(int g)
    {
        // The collector's own goroutines do nothing with maps.
        _isTold = g >= _isInside.Length;
        if (!_isTold)
        {
            _table.Before(g);
        }
    }

    /// <summary>Within that step it has called the function of an operation on a map: what it does next is the operation's first step.</summary>
    public void Called(int g)
    {
        _isInside[g] = true;
        Before(g);
    }

    /// <summary>Within the step it goes on with another frame or label.</summary>
    public void GoesOn(int g)
    {
        if (!_isTold)
        {
            _table.GoesOn(g);
        }
    }

    /// <summary>Within the step an assignment has returned: the caller's store of the elem comes next.</summary>
    public void StoresElem(int g, Instruction i)
    {
        if (_isInside[g])
        {
            Tell(g, false, Failure.None, i);
        }
    }

    /// <summary>Within the step an operation has ended.</summary>
    public void Ended(int g, Instruction i, Failure failure)
    {
        if (_isInside[g])
        {
            Tell(g, false, failure, i);
        }

        _isInside[g] = false;
    }

    /// <summary>The step is made.</summary>
    public void After(int g)
    {
        if (!_isTold)
        {
            Tell(g, _isInside[g], Failure.None, null);
        }
    }

    private void Tell(int g, bool isBusy, Failure failure, Instruction? instruction)
    {
        if (_isTold)
        {
            return;
        }

        _isTold = true;
        int before = _table.Violations.Count;
        _table.After(g, isBusy, failure);
        if (_table.Violations.Count > before && !run.Oracles.HasBrokenFromTheStart)
        {
            Violation violation = _table.Violations[before];
            string what = violation.Id switch
            {
                "H7.1" => "false-fatal",
                "H7.2" => "missed",
                _ => "wrong-fatal",
            };
            Instruction? i = instruction ?? run.WaitingAt(g);
            run.Oracles.Report($"detection/{what}/{ProgramRun.KeyWord(i?.Operation?.Kind)}", $"{violation.Found}; expected: {violation.Expected}", g, i);
        }
    }
}
