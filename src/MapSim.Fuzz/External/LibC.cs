using System.Runtime.InteropServices;

namespace MapSim.Fuzz;

/// <summary>The few functions of the C library that an engine of another process needs: shared memory, numbered files, signals.</summary>
internal static unsafe partial class LibC
{
    /// <summary>SIGINT.</summary>
    internal const int Interrupt = 2;

    /// <summary>SIGABRT.</summary>
    internal const int Abort = 6;

    private const int GetFlags = 1;
    private const int Interrupted = 4;

    /// <summary>True if a file of this number is open.</summary>
    internal static bool IsOpen(int file) => Control(file, GetFlags) >= 0;

    /// <summary>Attaches a segment of System V shared memory; -1 if there is none.</summary>
    [LibraryImport("libc", EntryPoint = "shmat", SetLastError = true)]
    internal static partial nint Attach(int id, nint address, int flags);

    /// <summary>Detaches it.</summary>
    [LibraryImport("libc", EntryPoint = "shmdt")]
    internal static partial int Detach(nint address);

    /// <summary>Sends a signal to a process.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Signal(int process, int signal);

    /// <summary>Ends this process as abort() does, without the runtime's own handler, which may write a dump.</summary>
    internal static void Die()
    {
        SetHandler(Abort, 0);
        _ = Raise(Abort);
    }

    /// <summary>Reads four bytes.</summary>
    /// <returns>False if the other side is gone.</returns>
    internal static bool TryRead(int file, out uint word)
    {
        byte[] bytes = ReadToEnd(file, sizeof(uint));
        word = bytes.Length == sizeof(uint) ? BitConverter.ToUInt32(bytes) : 0;
        return bytes.Length == sizeof(uint);
    }

    /// <summary>Writes four bytes: less than a pipe ever takes in parts.</summary>
    /// <returns>False if the other side is gone.</returns>
    internal static bool TryWrite(int file, uint word)
    {
        nint n;
        do
        {
            n = Write(file, (byte*)&word, sizeof(uint));
        }
        while (n < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return n == sizeof(uint);
    }

    /// <summary>Reads a file from where it stands to its end, at most <paramref name="most"/> bytes.</summary>
    internal static byte[] ReadToEnd(int file, int most)
    {
        byte[] bytes = new byte[most];
        int length = 0;
        fixed (byte* start = bytes)
        {
            while (length < most)
            {
                nint n = Read(file, start + length, (nuint)(most - length));
                if (n == 0 || (n < 0 && Marshal.GetLastPInvokeError() != Interrupted))
                {
                    break;
                }

                length += (int)Math.Max(n, 0);
            }
        }

        return bytes[..length];
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int file, int command);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int file, byte* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, byte* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
