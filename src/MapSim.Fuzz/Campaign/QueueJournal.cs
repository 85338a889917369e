using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>
/// The corpus of a campaign on the disk: a line for each entry in queue.log, in their order, from which everything is read
/// again, and beside it each program as a file of its own, for people and other tools. Only ever appended to.
/// </summary>
internal sealed class QueueJournal : IDisposable
{
    private const string Header = "mapsim queue 1\n";
    private readonly string _queue;
    private readonly FileStream _log;

    private QueueJournal(string queue, FileStream log, IReadOnlyList<QueueEntry> entries) => (_queue, _log, Entries) = (queue, log, entries);

    /// <summary>The entries that were read.</summary>
    public IReadOnlyList<QueueEntry> Entries { get; }

    /// <summary>Opens the corpus of a campaign; what came after its last checkpoint is dropped, as it will be found again.</summary>
    /// <param name="folder">The campaign.</param>
    /// <param name="count">Entries at the checkpoint.</param>
    /// <exception cref="CampaignFolderException">There are fewer, or the file is damaged.</exception>
    public static QueueJournal Open(CampaignFolder folder, int count)
    {
        string file = folder.At(CampaignFiles.Journal), queue = folder.At(CampaignFiles.Queue);
        var log = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
        try
        {
            if (count == 0)
            {
                log.SetLength(0);
                log.Write(Encoding.ASCII.GetBytes(Header));
                log.Flush();
            }

            var entries = new List<QueueEntry>();
            long end = Read(log, file, count, entries);
            log.SetLength(end);
            log.Position = end;
            var journal = new QueueJournal(queue, log, entries);
            journal.Mend();
            return journal;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Adds entries; they are with the system when this returns, not yet on the disk.</summary>
    public void Append(IEnumerable<QueueEntry> entries)
    {
        foreach (QueueEntry entry in entries)
        {
            WriteFile(entry);
            _log.Write(Encoding.UTF8.GetBytes(Line(entry)));
        }

        _log.Flush();
    }

    /// <summary>Sees to it that everything is on the disk. May be called while another thread appends.</summary>
    public void FlushToDisk() => RandomAccess.FlushToDisk(_log.SafeFileHandle);

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    private static string Line(QueueEntry e) => string.Create(
        CultureInfo.InvariantCulture,
        $"{e.Id}\t{e.Parent}\t{e.FoundAt}\t{e.Operations}\t{e.Depth}\t{e.Mutation}\t{string.Join(',', e.New.Select(f => f.ToString("x8", CultureInfo.InvariantCulture)))}\t{Convert.ToBase64String(e.Input)}\n");

    private static QueueEntry Parse(string line)
    {
        string[] parts = line.Split('\t');
        int Int(int i) => int.Parse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        uint[] features = parts[6].Length == 0 ? [] : [.. parts[6].Split(',').Select(f => uint.Parse(f, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
        return new QueueEntry(Int(0), Convert.FromBase64String(parts[7]), Int(1), parts[5], long.Parse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture), Int(3), features) { Depth = Int(4) };
    }

    /// <returns>Where the line after the last entry begins.</returns>
    private static long Read(FileStream log, string file, int count, List<QueueEntry> entries)
    {
        log.Position = 0;
        using var reader = new StreamReader(log, new UTF8Encoding(false), false, 1 << 16, leaveOpen: true);
        string? line = reader.ReadLine();
        long end = Header.Length;
        for (int n = 0; line + "\n" == Header && n < count; n++)
        {
            string text = reader.ReadLine() ?? throw new CampaignFolderException($"{file}: expected {count} entries as the checkpoint says, found {n} (the file is damaged)");
            try
            {
                entries.Add(Parse(text));
            }
            catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException)
            {
                throw new CampaignFolderException($"{file}:{n + 2}: expected an entry, found something else (the file is damaged)", e);
            }

            end += Encoding.UTF8.GetByteCount(text) + 1;
        }

        return entries.Count == count ? end : throw new CampaignFolderException($"{file}:1: expected '{Header.TrimEnd()}', found '{line}'");
    }

    /// <summary>Makes the folder say the same as the journal: it may have lost files (a power cut), or have some that came after the checkpoint.</summary>
    private void Mend()
    {
        var wanted = Entries.GroupBy(e => CorpusName.Of(e.Input)).ToDictionary(g => g.Key, g => g.First());
        foreach (string path in Directory.EnumerateFiles(_queue).ToList())
        {
            string name = Path.GetFileName(path);
            if (wanted.TryGetValue(name, out QueueEntry? entry) && new FileInfo(path).Length == entry.Input.Length)
            {
                wanted.Remove(name);
            }
            else if (CorpusName.IsContentAddressed(name) || name == Unfinished)
            {
                File.Delete(path);
            }
        }

        foreach (QueueEntry entry in wanted.Values)
        {
            WriteFile(entry);
        }
    }

    private const string Unfinished = ".entry.tmp";

    // Renamed, so that no half file has its name; not flushed, as the journal has it, too.
    private void WriteFile(QueueEntry entry)
    {
        string unfinished = Path.Combine(_queue, Unfinished);
        File.WriteAllBytes(unfinished, entry.Input);
        File.Move(unfinished, Path.Combine(_queue, CorpusName.Of(entry.Input)), overwrite: true);
    }
}
