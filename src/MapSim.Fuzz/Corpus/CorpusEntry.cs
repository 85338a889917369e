namespace MapSim.Fuzz;

/// <summary>A whole entry of a store: its content is what its name promises.</summary>
/// <param name="File">The file it was read from.</param>
/// <param name="Hash">The SHA-256 of the content as 64 hexadecimal digits, whatever the file is called.</param>
/// <param name="Content">The bytes.</param>
public sealed record CorpusEntry(string File, string Hash, ReadOnlyMemory<byte> Content)
{
    /// <summary>The file's name without its folder.</summary>
    public string Name => Path.GetFileName(File);

    /// <summary>True for a text program, false for the binary form.</summary>
    public bool IsText => CorpusName.IsText(Content.Span);

    /// <summary>True if a person named it.</summary>
    public bool IsNamed => !CorpusName.IsContentAddressed(Name);
}

/// <summary>An entry that cannot be used, and why.</summary>
/// <param name="File">The file.</param>
/// <param name="Message">"expected ..., found ...".</param>
public sealed record CorpusDamage(string File, string Message)
{
    /// <summary>"file: message".</summary>
    public override string ToString() => File + ": " + Message;
}

/// <summary>Where a content is in a store.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="IsNew">False if it was there already.</param>
public readonly record struct CorpusPlace(string Name, bool IsNew);
