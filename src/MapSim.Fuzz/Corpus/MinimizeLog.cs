using System.Globalization;
using System.Text;

namespace MapSim.Fuzz;

/// <summary>The control file of a minimisation is no such file, or is at work elsewhere.</summary>
public sealed class MinimizeLogException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MinimizeLogException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="MinimizeLogException(string)"/>
    public MinimizeLogException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <inheritdoc cref="MinimizeLogException(string)"/>
    public MinimizeLogException()
    {
    }
}

/// <summary>
/// The control file of a minimisation, as in libFuzzer's merge: "STARTED id size" before an input is run, "FT id f1 f2 ..."
/// after it, in hexadecimal. What is in it need not be run again; a STARTED without an FT is an input during which the
/// process died. The first line names what the features are; a file of other features is begun anew.
/// </summary>
internal sealed class MinimizeLog : IDisposable
{
    private const string Title = "mapsim minimize 1 ";
    private readonly FileStream _stream;
    private readonly string _file;

    /// <summary>Opens or begins a control file, alone; a line that its writer did not finish is cut off.</summary>
    /// <param name="file">The file.</param>
    /// <param name="schema">What the features are: names the code that derives them, and its version.</param>
    /// <exception cref="MinimizeLogException">Another process has it, or it is no control file.</exception>
    public MinimizeLog(string file, string schema)
    {
        _file = file;
        try
        {
            _stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new MinimizeLogException($"{file}: expected no other minimisation of this corpus at work, found one ({e.Message})", e);
        }

        try
        {
            Load(schema);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The features of each input that was run.</summary>
    public Dictionary<string, ulong[]> Features { get; } = new(StringComparer.Ordinal);

    /// <summary>How often the process died while an input was run.</summary>
    public Dictionary<string, int> Deaths { get; } = new(StringComparer.Ordinal);

    /// <summary>An input is about to be run.</summary>
    public void Start(string id, long size) => Write(string.Create(CultureInfo.InvariantCulture, $"STARTED {id} {size}\n"));

    /// <summary>An input was run.</summary>
    public void Done(string id, ulong[] features)
    {
        Write(string.Concat(features.Select(f => " " + f.ToString("x", CultureInfo.InvariantCulture)).Prepend("FT " + id)) + "\n");
        Features[id] = features;
        Deaths.Remove(id);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Load(string schema)
    {
        using var reader = new StreamReader(_stream, Encoding.UTF8, leaveOpen: true);
        string text = reader.ReadToEnd();
        int end = text.LastIndexOf('\n') + 1;
        string[] lines = text[..end].Split('\n');
        if (end > 0 && !lines[0].StartsWith(Title, StringComparison.Ordinal))
        {
            throw new MinimizeLogException($"{_file}:1:1: expected a control file that begins with '{Title.Trim()}', found something else");
        }

        if (lines[0] != Title + schema)
        {
            _stream.SetLength(0);
            Write(Title + schema + "\n");
            return;
        }

        for (int i = 1; i < lines.Length - 1; i++)
        {
            Read(lines[i].Split(' '), i + 1);
        }

        // Only ASCII is written, so characters are bytes.
        _stream.SetLength(end);
        _stream.Seek(0, SeekOrigin.End);
    }

    private void Read(string[] words, int line)
    {
        switch (words)
        {
            case ["STARTED", var id, _]:
                Deaths[id] = Deaths.GetValueOrDefault(id) + 1;
                return;
            case ["FT", var id, .. var features]:
                Features[id] = [.. features.Select(f => Number(f, line))];
                Deaths.Remove(id);
                return;
            default:
                throw new MinimizeLogException(FormattableString.Invariant($"{_file}:{line}:1: expected STARTED id size or FT id features, found '{words[0]}'; delete the file to begin anew"));
        }
    }

    private ulong Number(string text, int line) => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong n) ? n
        : throw new MinimizeLogException(FormattableString.Invariant($"{_file}:{line}:1: expected features as hexadecimal numbers, found '{text}'; delete the file to begin anew"));

    private void Write(string line)
    {
        // At once and to the system: what is written survives the process, though not a power cut.
        _stream.Write(Encoding.ASCII.GetBytes(line));
        _stream.Flush();
    }
}
