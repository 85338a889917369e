namespace MapSim.Programs;

/// <content>
/// Those who watch every step of the schedule in a program of several goroutines: Go's own check for concurrent use (H7), and
/// what the race detector must be told (H8).
/// </content>
internal sealed partial class ProgramRun
{
    private bool _isWatched;

    /// <summary>Holds Go's own check against the detection table; null with one goroutine, and with store buffers.</summary>
    public DetectionWatch? Detection { get; }

    /// <summary>A goroutine is about to make a step of the schedule.</summary>
    public void BeforeStep(int g)
    {
        _isWatched = true;
        Detection?.Before(g);
    }

    /// <summary>It has made it.</summary>
    public void AfterStep(int g)
    {
        Detection?.After(g);
        _isWatched = false;
    }

    /// <summary>An operation has called the function that does its work: what comes next is its first step.</summary>
    public void Called(int g, Instruction i)
    {
        if (_isWatched && i.Type >= 0)
        {
            Detection?.Called(g);
        }
    }

    private void GoesOn(int g)
    {
        if (_isWatched)
        {
            Detection?.GoesOn(g);
            Races?.GoesOn(g);
        }
    }
}
