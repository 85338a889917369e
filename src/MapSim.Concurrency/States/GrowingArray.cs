using System.Runtime.InteropServices;

namespace MapSim.Concurrency.States;

/// <summary>An array that grows at its end and gives its elements by reference.</summary>
internal sealed class GrowingArray<T>
    where T : unmanaged
{
    private T[] _items = new T[1024];

    /// <summary>Number of elements.</summary>
    public int Count { get; private set; }

    /// <summary>An element.</summary>
    public ref T this[int at] => ref _items[at];

    /// <summary>Adds elements of the default value; gives the place of the first.</summary>
    public int Extend(int count)
    {
        int at = Count;
        if (at + count > _items.Length)
        {
            Array.Resize(ref _items, (int)Math.Max(at + count, Math.Min(2L * _items.Length, Array.MaxLength)));
        }

        Count += count;
        return at;
    }

    /// <summary>Adds one element.</summary>
    public void Add(T item) => this[Extend(1)] = item;

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>Writes the elements.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Count);
        to.Write(MemoryMarshal.AsBytes(Items));
    }

    /// <summary>Takes over elements that were written.</summary>
    public void Read(BinaryReader from)
    {
        int count = from.ReadInt32();
        Extend(count - Count);
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_items.AsSpan(0, count)));
    }
}
