namespace MapSim.Fuzz;

/// <summary>Ends this process as a crash does: tools that run a target once know a crash by the signal.</summary>
public static class ProcessEnd
{
    /// <summary>Ends it by SIGABRT, without a dump.</summary>
    public static void Abort() => LibC.Die();
}
