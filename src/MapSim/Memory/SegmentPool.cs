using System.Numerics;

namespace MapSim.Memory;

/// <summary>
/// Pinned arrays that memories take in place of new ones and give back when their machine is done: making a machine then
/// costs no large allocation. For one thread at a time.
/// </summary>
/// <remarks>
/// What is given back is zeroed as far as it was used, so a memory on such arrays is as a new one. Sizes are powers of two:
/// a segment may have more room than it asked for, which nothing in the simulation sees.
/// </remarks>
public sealed class SegmentPool
{
    private const int Smallest = 6, Largest = 22, MostOfASize = 64, MostNoted = 64, LargestNoted = 1 << 18;
    private readonly int[] _usual = new int[MostNoted];
    private readonly Stack<byte[]>[] _bytes = [.. Enumerable.Range(0, Largest + 1).Select(_ => new Stack<byte[]>())];
    private readonly Stack<uint[]>[] _pages = [.. Enumerable.Range(0, Largest + 1).Select(_ => new Stack<uint[]>())];

    /// <summary>An array of zeros with room for at least <paramref name="capacity"/> bytes.</summary>
    public byte[] Rent(int capacity) => Rent(_bytes, capacity);

    /// <summary>Takes back an array that <see cref="Rent(int)"/> or anybody else made pinned.</summary>
    /// <param name="bytes">The array; nobody uses it any more.</param>
    /// <param name="used">So many of its first bytes may be other than zero.</param>
    public void Return(byte[] bytes, int used) => Return(_bytes, bytes, used);

    /// <summary>A segment is done: how large it was in the end, so that the next one of that number need not grow so often.</summary>
    internal void Note(int id, int capacity)
    {
        if (id is >= 0 and < MostNoted)
        {
            _usual[id] = Math.Max(_usual[id], Math.Min(capacity, LargestNoted));
        }
    }

    /// <summary>With how many bytes the segment of a number begins.</summary>
    internal int UsualSize(int id, int capacity) => id is >= 0 and < MostNoted ? Math.Max(capacity, _usual[id]) : capacity;

    /// <summary>As <see cref="Rent(int)"/>, for the epochs of pages.</summary>
    internal uint[] RentPages(int count) => Rent(_pages, count);

    /// <summary>As <see cref="Return(byte[], int)"/>.</summary>
    internal void Return(uint[] pages) => Return(_pages, pages, pages.Length);

    private static T[] Rent<T>(Stack<T[]>[] free, int count)
    {
        int size = Math.Max(Smallest, BitOperations.Log2((uint)Math.Max(1, count - 1)) + 1);
        return size > Largest ? GC.AllocateArray<T>(count, pinned: true)
            : free[size].TryPop(out T[]? found) ? found
            : GC.AllocateArray<T>(1 << size, pinned: true);
    }

    private static void Return<T>(Stack<T[]>[] free, T[] array, int used)
    {
        int size = BitOperations.Log2((uint)Math.Max(1, array.Length));
        if (array.Length == 1 << size && size is >= Smallest and <= Largest && free[size].Count < MostOfASize)
        {
            array.AsSpan(0, Math.Min(used, array.Length)).Clear();
            free[size].Push(array);
        }
    }
}
