using System.Diagnostics;

namespace MapSim.Concurrency;

/// <summary>A file in which an exploration keeps where it is, so that one that was interrupted goes on there and ends with the same totals.</summary>
/// <remarks>
/// An engine that gets one goes on where the file says, if there is a file; it writes the file every now and then and whenever it
/// stops before its end (a limit, or somebody cancelled it), and removes it at its end. A limit counts what was done before, too.
/// The file belongs to one program and one engine with its settings; limits are no settings. One object is for one exploration.
/// </remarks>
/// <param name="file">The file.</param>
/// <param name="program">Names the program and all of its content, a hash for example: no other program may have it.</param>
/// <param name="every">Time between two writes; it is longer where writing takes longer than a twentieth of it. Zero: at every look at the clock.</param>
public sealed class Checkpoint(string file, string program, TimeSpan every)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan? next;

    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>True if an exploration went on from the file.</summary>
    public bool HasResumed { get; private set; }

    /// <summary>How often it was written.</summary>
    public int Saves { get; private set; }

    /// <summary>True if it is time to write.</summary>
    internal bool IsDue => watch.Elapsed >= (next ?? every);

    /// <summary>What was saved; null if there is no file.</summary>
    /// <param name="settings">The engine with its settings; if there are several, any of them will do.</param>
    /// <exception cref="ExplorationException">The file is none, is damaged, or belongs to another program, engine or settings.</exception>
    internal SavedExploration? Open(params ReadOnlySpan<string> settings)
    {
        if (!System.IO.File.Exists(File))
        {
            return null;
        }

        SavedExploration saved = SavedExploration.Open(File, program, settings);
        HasResumed = true;
        return saved;
    }

    /// <summary>Writes the file: whole, or not at all.</summary>
    /// <param name="settings">The engine with its settings.</param>
    /// <param name="write">Writes where it is.</param>
    internal void Save(string settings, Action<BinaryWriter> write)
    {
        TimeSpan begin = watch.Elapsed;
        SavedExploration.Write(File, program, settings, write);
        Saves++;
        TimeSpan end = watch.Elapsed;
        TimeSpan rest = 20 * (end - begin);
        next = end + (every > TimeSpan.Zero && rest > every ? rest : every);
    }

    /// <summary>The exploration has come to its end: nothing is left to go on with.</summary>
    internal void Finish() => System.IO.File.Delete(File);
}
