using System.Text;

namespace MapSim.Programs;

/// <summary>Go source as it is written, line by line, indented as gofmt does.</summary>
internal sealed class GoSource
{
    private readonly StringBuilder _text = new();

    /// <summary>Tabs before the next line.</summary>
    public int Indent { get; set; }

    /// <summary>A line.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append('\t', Indent).Append(line);
        }

        _text.Append('\n');
    }

    /// <summary>A line that opens a block.</summary>
    public void Open(string line)
    {
        Line(line);
        Indent++;
    }

    /// <summary>A line that closes a block.</summary>
    public void Close(string line = "}")
    {
        Indent--;
        Line(line);
    }

    /// <summary>A label, or a case: one tab less than what follows it.</summary>
    public void Label(string line)
    {
        Indent--;
        Line(line);
        Indent++;
    }

    /// <summary>A comment; what a line of Go cannot hold is left out.</summary>
    public void Comment(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' ? ' ' : c)).TrimEnd();
        Line(clean.Length == 0 ? "//" : "// " + clean);
    }

    /// <summary>Text that is indented already.</summary>
    public void Raw(string text) => _text.Append(text);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
