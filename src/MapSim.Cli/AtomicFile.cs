using System.Text;

namespace MapSim.Cli;

/// <summary>Writes whole files: a reader, or a crash, sees the old content or the new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a text in UTF-8.</summary>
    public static void Write(string file, string text)
    {
        string temporary = $"{file}.{Environment.ProcessId}.tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
