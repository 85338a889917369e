using System.Globalization;

namespace MapSim.Fuzz;

/// <summary>
/// The callback for SharpFuzz: runs an input, writes the features of the execution into the map of the engine behind
/// SharpFuzz, and throws if something is wrong, which SharpFuzz reports as a crash.
/// </summary>
/// <remarks>
/// SharpFuzz's own marks come from assemblies that it has instrumented; MapSim's are not. The features go into the same
/// shared memory, which is attached a second time.
/// </remarks>
public sealed class SharpFuzzTarget : IDisposable
{
    /// <summary>SharpFuzz's maps have this size, whatever AFL_MAP_SIZE says.</summary>
    private const int MapSize = 1 << 16;

    private readonly ExternalTarget _target;
    private readonly SharedSegment? _map;
    private readonly byte[] _nowhere = new byte[MapSize];

    /// <summary>Creates one.</summary>
    /// <param name="target">What runs the inputs.</param>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <exception cref="ExternalEngineException">The engine's shared memory cannot be reached.</exception>
    public SharpFuzzTarget(ExternalTarget target, Func<string, string?> variable)
    {
        _target = target;
        string? id = variable("__LIBFUZZER_SHM_ID") ?? variable("__AFL_SHM_ID");
        _map = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? SharedSegment.Attach(number, MapSize) : null;
    }

    /// <summary>True if libfuzzer-dotnet has started this process.</summary>
    public static bool IsUnderLibFuzzer(Func<string, string?> variable) => variable("__LIBFUZZER_SHM_ID") != null;

    /// <summary>How many inputs were run.</summary>
    public long Executions { get; private set; }

    /// <summary>Runs an input that comes as a stream.</summary>
    /// <exception cref="ExternalFindingException">Something is wrong.</exception>
    public void Run(Stream input)
    {
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        Run(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Runs an input.</summary>
    /// <exception cref="ExternalFindingException">Something is wrong.</exception>
    public void Run(ReadOnlySpan<byte> input)
    {
        Executions++;
        uint status = _target.Run(input, _map == null ? _nowhere : _map.Bytes);
        if (status != ExternalTarget.CleanStatus)
        {
            throw new ExternalFindingException(status == ExternalTarget.FindingStatus ? _target.Last.BugKey! : "a bug in MapSim");
        }
    }

    /// <summary>Detaches the engine's memory.</summary>
    public void Dispose() => _map?.Dispose();
}
