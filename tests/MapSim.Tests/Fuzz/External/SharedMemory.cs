using System.Runtime.InteropServices;

namespace MapSim.Tests.Fuzz;

/// <summary>A segment of shared memory that a test makes, as an engine does.</summary>
internal sealed unsafe partial class SharedMemory : IDisposable
{
    private const int Create = 0x200, ForMe = 0x180, Remove = 0;
    private readonly byte* _start;
    private readonly int _length;

    public SharedMemory(int length)
    {
        Id = Get(0, (nuint)length, Create | ForMe);
        _start = (byte*)Attach(Id, 0, 0);
        _length = length;
    }

    public int Id { get; }

    public Span<byte> Bytes => new(_start, _length);

    public void Dispose()
    {
        _ = Detach((nint)_start);
        _ = Control(Id, Remove, 0);
    }

    [LibraryImport("libc", EntryPoint = "shmget")]
    private static partial int Get(int key, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shmat")]
    private static partial nint Attach(int id, nint address, int flags);

    [LibraryImport("libc", EntryPoint = "shmdt")]
    private static partial int Detach(nint address);

    [LibraryImport("libc", EntryPoint = "shmctl")]
    private static partial int Control(int id, int command, nint buffer);
}
