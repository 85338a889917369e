namespace MapSim.Fuzz;

/// <summary>
/// The target as an engine of another process sees it: an input goes in, the features of the execution are written into
/// the engine's coverage map, and a status comes out as wait(2) gives it.
/// </summary>
/// <remarks>
/// An engine saves a crash if its map shows something that no crash before it showed. So the map of a finding has one mark
/// only, for its bug key: an engine keeps one crash a bug, and a tool that minimises a crash and wants the same map
/// (AFL_TMIN_EXACT) keeps the bug.
///
/// Limits of steps and memory are clean ends: they are deterministic, the engine has no status for them, and as crashes
/// they would drown the findings.
/// </remarks>
/// <param name="target">What runs the inputs.</param>
/// <param name="broken">Told about an exception: a bug in MapSim.</param>
public sealed class ExternalTarget(FuzzTarget target, Action<Exception> broken)
{
    /// <summary>The status of an input with which nothing is wrong: exit code 0.</summary>
    public const uint CleanStatus = 0;

    /// <summary>The status of a finding: ended by SIGABRT.</summary>
    public const uint FindingStatus = 6;

    /// <summary>The status of an input on which MapSim itself failed: ended by SIGILL, so that the crash's name tells it apart.</summary>
    public const uint BrokenStatus = 4;

    private const int WarmUpInputs = 24;

    /// <summary>What the last input gave; the default if MapSim itself failed.</summary>
    public TargetResult Last { get; private set; }

    /// <summary>Runs an input.</summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="map">The engine's map, which it has cleared; only marks are added.</param>
    /// <returns>The wait status.</returns>
    public uint Run(ReadOnlySpan<byte> input, Span<byte> map)
    {
        // An engine takes a map without any mark for a target without instrumentation.
        map[0] = 1;
        Last = default;
        try
        {
            Last = target.Run(input);
        }
        catch (Exception e)
        {
            broken(e);
            Mark(map, KeyMark(e.GetType().FullName!));
            return BrokenStatus;
        }

        if (Last.End == TargetEnd.Finding)
        {
            Mark(map, KeyMark(Last.BugKey!));
            return FindingStatus;
        }

        foreach (uint feature in target.Features.Items)
        {
            Mark(map, feature);
        }

        return CleanStatus;
    }

    /// <summary>Runs some programs whose results are thrown away: code that is not compiled yet must not look like a slow input.</summary>
    public void WarmUp()
    {
        byte[] map = new byte[AflEnvironment.DefaultMapSize];
        for (int i = 0; i < WarmUpInputs; i++)
        {
            Run(AflSeeds.Input(0, i), map);
        }
    }

    private static void Mark(Span<byte> map, uint feature) => map[1 + (int)(FeatureSet.Mix(feature) % (uint)(map.Length - 1))] = 1;

    /// <summary>A number for a bug key (FNV-1a): the same in every process.</summary>
    private static uint KeyMark(string key)
    {
        uint hash = 2166136261;
        foreach (char c in key)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return hash;
    }
}
