namespace MapSim.Concurrency.Litmus;

/// <summary>What steps overwrote, as a stack of words.</summary>
internal sealed class Journal
{
    private long[] _words = new long[512];
    private int _top;

    /// <summary>Puts words on top.</summary>
    public void Push(ReadOnlySpan<long> words) => words.CopyTo(Grow(words.Length));

    /// <summary>Takes words from the top.</summary>
    public void Pop(Span<long> into)
    {
        _top -= into.Length;
        _words.AsSpan(_top, into.Length).CopyTo(into);
    }

    /// <summary>Room for words on top.</summary>
    public Span<long> Grow(int count)
    {
        if (_top + count > _words.Length)
        {
            Array.Resize(ref _words, 2 * (_top + count));
        }

        _top += count;
        return _words.AsSpan(_top - count, count);
    }

    /// <summary>The words on top, which are no part of the stack any more.</summary>
    /// <exception cref="InvalidOperationException">The stack is empty: no step is left to take back.</exception>
    public Span<long> Shrink(int count)
    {
        if (_top == 0)
        {
            throw new InvalidOperationException("expected a step to take back, found none");
        }

        _top -= count;
        return _words.AsSpan(_top, count);
    }
}
