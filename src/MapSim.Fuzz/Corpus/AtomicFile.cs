using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace MapSim.Fuzz;

/// <summary>
/// Files that are whole or not there at all, whenever their writer dies and however many writers there are. The content
/// goes to a file of another name in the same folder, to the disk, and only then to its name.
/// </summary>
/// <remarks>
/// A writer holds a lock on its unfinished file (flock; on Windows its sharing mode) until the file has its name. The
/// system lets go of the lock when the process ends, however it ends; so an unfinished file that can be locked has no
/// writer, and <see cref="CleanUp"/> may delete it. Between the creation of the file and its lock a cleaner can be faster:
/// then the writer finds its file locked or gone, and begins again. The name has the process id (for people) and eight
/// random digits, so no file of that name is ever another writer's.
/// </remarks>
public static partial class AtomicFile
{
    private const int MostAttempts = 20;
    private static int _count;

    /// <summary>Writes a file, or replaces one.</summary>
    /// <exception cref="IOException">The disk is full, and the like; nothing has changed.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content) => Put(path, content, replace: true);

    /// <summary>Writes a file unless there is one of its name.</summary>
    /// <returns>False if there is one.</returns>
    /// <exception cref="IOException">The disk is full, and the like; nothing has changed.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content) => Put(path, content, replace: false);

    /// <summary>The unfinished files in a folder, of living and dead writers.</summary>
    public static IReadOnlyList<string> Unfinished(string folder) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, ".*.tmp").Where(f => UnfinishedName().IsMatch(Path.GetFileName(f))).Order(StringComparer.Ordinal)];

    /// <summary>Deletes the unfinished files of dead writers.</summary>
    /// <returns>How many.</returns>
    public static int CleanUp(string folder)
    {
        int deleted = 0;
        foreach (string file in Unfinished(folder))
        {
            try
            {
                // Deleted while the lock is held, or a writer could come in between.
                using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                deleted++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its writer lives, or another cleaner has it.
            }
        }

        return deleted;
    }

    /// <summary>Reads a file. For an instant a cleaner may have a lock on it: if a writer died after it gave the file its name and before it took the other one away.</summary>
    internal static byte[] Read(string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return File.ReadAllBytes(path);
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && attempt < 5)
            {
                Thread.Sleep(5);
            }
        }
    }

    /// <summary>Creates and locks an unfinished file.</summary>
    internal static FileStream Begin(string folder)
    {
        for (int attempt = 1; ; attempt++)
        {
            string name = string.Create(
                CultureInfo.InvariantCulture, $".{Environment.ProcessId}-{Interlocked.Increment(ref _count)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp");
            string path = Path.Combine(folder, name);
            try
            {
                // Delete sharing lets the file be renamed while it is locked, and readers in once it has its name.
                return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            }
            catch (IOException e) when (attempt < MostAttempts && e is not DirectoryNotFoundException)
            {
                // A cleaner locked it first, and deletes it.
            }
        }
    }

    private static bool Put(string path, ReadOnlySpan<byte> content, bool replace)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        for (int attempt = 1; ; attempt++)
        {
            using FileStream stream = Begin(folder);
            try
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
                return replace ? Rename(stream.Name, path) : TryLink(stream.Name, path);
            }
            catch (FileNotFoundException) when (attempt < MostAttempts)
            {
                // A cleaner deleted it before it was locked.
            }
            catch
            {
                File.Delete(stream.Name);
                throw;
            }
        }
    }

    private static bool Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        return true;
    }

    /// <summary>Renames unless the name is taken. On Unix File.Move looks first and renames then, so that two writers can both think they have it; link(2) is one step.</summary>
    private static bool TryLink(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(from, to, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(to))
            {
                File.Delete(from);
                return false;
            }
        }

        const int NoSuchFile = 2, Exists = 17;
        int error = Link(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is not (0 or Exists))
        {
            string message = $"{to}: {Marshal.GetPInvokeErrorMessage(error)}";
            throw error == NoSuchFile ? new FileNotFoundException(message) : new IOException(message);
        }

        File.Delete(from);
        return error == 0;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [GeneratedRegex(@"^\.\d+-\d+-[0-9a-f]{8}\.tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex UnfinishedName();
}
