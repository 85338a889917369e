using System.Runtime.InteropServices;

namespace MapSim.Fuzz;

/// <summary>A segment of System V shared memory that another process has made: an engine's coverage map, or its inputs.</summary>
public sealed unsafe class SharedSegment : IDisposable
{
    private readonly byte* _start;
    private bool _isDetached;

    private SharedSegment(byte* start, int length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>How many bytes of it are used.</summary>
    public int Length { get; }

    /// <summary>Its bytes; they change whenever the other process writes.</summary>
    public Span<byte> Bytes => new(_start, _isDetached ? throw new ObjectDisposedException(nameof(SharedSegment)) : Length);

    /// <summary>Attaches a segment.</summary>
    /// <param name="id">Its number, as shmget gave it.</param>
    /// <param name="length">How many bytes of it are used; it has at least as many.</param>
    /// <exception cref="ExternalEngineException">There is no such segment, or not for us.</exception>
    public static SharedSegment Attach(int id, int length)
    {
        nint start = LibC.Attach(id, 0, 0);
        return start != -1
            ? new SharedSegment((byte*)start, length)
            : throw new ExternalEngineException(FormattableString.Invariant($"shared memory {id}: expected a segment of the engine, found none ({Marshal.GetLastPInvokeErrorMessage()})"));
    }

    /// <summary>Detaches it.</summary>
    public void Dispose()
    {
        if (!_isDetached)
        {
            _isDetached = true;
            _ = LibC.Detach((nint)_start);
        }
    }
}
