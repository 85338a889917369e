using MapSim.Machines;

namespace MapSim.Programs;

/// <content>
/// Go's own check for concurrent use (H7) where the detection table is not asked (<see cref="DetectionWatch"/>): with one
/// goroutine, and with store buffers. "concurrent map ..." needs a write of another goroutine that the operation met.
/// </content>
internal sealed partial class ProgramOracles
{
    private bool _isWriteCutShort;

    private void CheckFatal(in ProgramBody f, Instruction i, Doing doing, Failure failure)
    {
        // A race may end a write by a panic; when that is recovered from, the map counts as being written for good.
        _isWriteCutShort |= doing.IsWrite && doing.MetWrite && failure == Failure.NilDereference;
        bool isDetection = failure is Failure.ConcurrentReadWrite or Failure.ConcurrentWrites or Failure.ConcurrentIterationWrite or Failure.ConcurrentCloneWrite;
        if (isDetection && !doing.MetWrite && !_isWriteCutShort && _run.Detection == null)
        {
            string operation = ProgramRun.KeyWord(i.Operation!.Kind);
            Report($"detection/false-fatal/{operation}", $"fatal: {Failures.Message(failure)}, and no other goroutine was in the middle of a write to the map", f.Goroutine, i, f.Counter(i));
        }
    }
}
