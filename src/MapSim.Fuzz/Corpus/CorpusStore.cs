namespace MapSim.Fuzz;

/// <summary>
/// A corpus: a folder of programs, one a file, called by the hash of their content (<see cref="CorpusName"/>) or by a
/// person. corpus/regression, corpus/discoveries, corpus/coverage and findings are such folders. There is no index and
/// no lock: the files are all there is, so any number of processes may write at once, any may be killed at any moment,
/// and copying the files of one store into another merges them.
/// </summary>
/// <param name="root">The folder; it is made when the first entry is added.</param>
public sealed class CorpusStore(string root)
{
    private Dictionary<string, string>? _named;

    /// <summary>The folder.</summary>
    public string Root => root;

    /// <summary>Adds a content under its hash, unless a whole entry, perhaps one with a person's name, has it already. A damaged entry of that name is replaced.</summary>
    /// <exception cref="IOException">The disk is full, and the like; the store is as before.</exception>
    public CorpusPlace Add(ReadOnlySpan<byte> content)
    {
        string name = CorpusName.Of(content), path = Path.Combine(root, name);
        if (Has(path, content))
        {
            return new CorpusPlace(name, false);
        }

        if (NameOf(content) is { } named)
        {
            return new CorpusPlace(named, false);
        }

        AtomicFile.Write(path, content);
        return new CorpusPlace(name, true);
    }

    /// <summary>Adds a text program under a person's name; null if a file with that name has another content.</summary>
    /// <param name="name">A file name that ends with .mapsim and is no hash.</param>
    /// <param name="content">The program.</param>
    /// <exception cref="ArgumentException">The name is none, or the content no text.</exception>
    /// <exception cref="IOException">The disk is full, and the like; the store is as before.</exception>
    public CorpusPlace? AddNamed(string name, ReadOnlySpan<byte> content)
    {
        if (!CorpusName.IsEntry(name) || CorpusName.IsContentAddressed(name) || name != Path.GetFileName(name) || !CorpusName.IsText(content))
        {
            throw new ArgumentException($"expected a text program and a name like grow.mapsim, found '{name}'", nameof(name));
        }

        string path = Path.Combine(root, name);
        if (!File.Exists(path) && AtomicFile.TryCreate(path, content))
        {
            _named?.TryAdd(CorpusName.Hash(content), name);
            return new CorpusPlace(name, true);
        }

        return Has(path, content) ? new CorpusPlace(name, false) : null;
    }

    /// <summary>Takes over an entry of another store: with its name if a person gave it one that is free here, else under its hash.</summary>
    /// <exception cref="IOException">The disk is full, and the like; the store is as before.</exception>
    public CorpusPlace Take(CorpusEntry entry)
    {
        ReadOnlySpan<byte> content = entry.Content.Span;
        string name = CorpusName.Of(content);
        return !entry.IsNamed ? Add(content)
            : NameOf(content) is { } named ? new CorpusPlace(named, false)
            : Has(Path.Combine(root, name), content) ? new CorpusPlace(name, false)
            : AddNamed(entry.Name, content) ?? Add(content);
    }

    /// <summary>The name that a person gave to a content in this store; null if nobody did.</summary>
    public string? NameOf(ReadOnlySpan<byte> content)
    {
        // Read once: a name that another process adds meanwhile costs at most a second copy of one entry.
        _named ??= Read(_ => { }, name => !CorpusName.IsContentAddressed(name))
            .GroupBy(e => e.Hash).ToDictionary(g => g.Key, g => g.First().Name);
        return _named.Count == 0 ? null : _named.GetValueOrDefault(CorpusName.Hash(content));
    }

    /// <summary>The names of all entries, in ordinal order, whole or not. Empty if there is no such folder.</summary>
    public IReadOnlyList<string> Names() => !Directory.Exists(root) ? []
        : [.. Directory.EnumerateFiles(root).Select(f => Path.GetFileName(f)).Where(CorpusName.IsEntry).Order(StringComparer.Ordinal)];

    /// <summary>Reads the whole entries one after the other, in the order of their names; what is damaged is told and left out.</summary>
    /// <param name="damaged">Called for each entry that cannot be used.</param>
    public IEnumerable<CorpusEntry> Read(Action<CorpusDamage> damaged) => Read(damaged, _ => true);

    /// <summary>Deletes an entry.</summary>
    public static void Remove(CorpusEntry entry) => File.Delete(entry.File);

    /// <summary>Deletes the unfinished files of writers that are dead.</summary>
    /// <returns>How many there were.</returns>
    public int CleanUp() => AtomicFile.CleanUp(root);

    private static bool Has(string path, ReadOnlySpan<byte> content)
    {
        var file = new FileInfo(path);
        try
        {
            return file.Exists && file.Length == content.Length && AtomicFile.Read(path).AsSpan().SequenceEqual(content);
        }
        catch (FileNotFoundException)
        {
            // Another process removed it meanwhile.
            return false;
        }
    }

    private static string? Fault(string name, string hash, ReadOnlySpan<byte> content)
    {
        if (!CorpusName.IsContentAddressed(name))
        {
            return CorpusName.IsText(content) ? null : "expected a program that begins with 'mapsim 1', found something else";
        }

        if (!name.StartsWith(hash, StringComparison.Ordinal))
        {
            return $"expected content with the SHA-256 of the name, found {hash} (the file is damaged)";
        }

        string right = CorpusName.Of(content);
        return name == right ? null : $"expected the extension {Path.GetExtension(right)}, found {Path.GetExtension(name)}";
    }

    private IEnumerable<CorpusEntry> Read(Action<CorpusDamage> damaged, Func<string, bool> wanted)
    {
        foreach (string name in Names().Where(wanted))
        {
            string file = Path.Combine(root, name);
            byte[] content;
            try
            {
                content = AtomicFile.Read(file);
            }
            catch (FileNotFoundException)
            {
                // Another process removed it meanwhile.
                continue;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                damaged(new CorpusDamage(file, e.Message));
                continue;
            }

            string hash = CorpusName.Hash(content);
            if (Fault(name, hash, content) is { } fault)
            {
                damaged(new CorpusDamage(file, fault));
            }
            else
            {
                yield return new CorpusEntry(file, hash, content);
            }
        }
    }
}
