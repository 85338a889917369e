namespace MapSim.Traces;

/// <summary>Hands out the lines of a stream as bytes, in one buffer that grows as needed.</summary>
internal sealed class LineReader(Stream stream)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>The number of the line last read, from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Bytes read from the stream so far.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>The next line without its newline; empty lines are skipped. False at the end.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        do
        {
            if (!TryReadAny(out line))
            {
                return false;
            }
        }
        while (line.Length == 0);
        return true;
    }

    private bool TryReadAny(out ReadOnlyMemory<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = _buffer.AsMemory(_start, searched + at - _start);
                _start = searched + at + 1;
                LineNumber++;
                return true;
            }

            if (_isAtEnd)
            {
                line = _buffer.AsMemory(_start, _end - _start);
                _start = _end;
                LineNumber += line.Length > 0 ? 1 : 0;
                return line.Length > 0;
            }

            searched = _end - _start;
            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _isAtEnd = read == 0;
        _end += read;
        TotalBytes += read;
    }
}
