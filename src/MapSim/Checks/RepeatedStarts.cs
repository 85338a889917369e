using System.Globalization;
using MapSim.Layout;
using MapSim.Memory;

namespace MapSim.Checks;

/// <summary>
/// Iterations of one program do not all start at the same cell (H5): on maps with several buckets, start bucket and offset
/// are drawn anew each time. Takes the starts one by one and says when chance cannot be behind it any more.
/// </summary>
/// <remarks>
/// A start is one of 2^B * 8 cells. If all so far were the same cell, every further one is so again with a probability of
/// at most 2^-(B + 3), whatever the program did in between: let those exponents add up to s. Then 2^s, or 0 after the
/// first other cell, is a martingale that begins at 1, and it reaches 2^40 with a probability of at most 2^-40 (Ville):
/// below 1e-12 for a program of any length, and however it chooses the sizes of its maps. With two buckets that is the
/// 11th iteration, with 32 the 6th. One other cell at any time, and it is silent for good.
///
/// What it does not check: maps with one bucket, and starts that are skewed in another way (<see cref="IteratorStarts"/>
/// does, over many seeds).
/// </remarks>
public sealed class RepeatedStarts
{
    /// <summary>The key of what it finds.</summary>
    public const string BugKey = "statistics/iterator-start/always-the-same";

    /// <summary>The chance of a false alarm for a program, as a power of 2: 2^-40 is 9.1e-13.</summary>
    public const int AlarmBits = 40;

    private const int OffsetBits = 3;
    private (ulong Bucket, byte Offset)? _cell;
    private int _bits;
    private long _starts;
    private bool _isOver;

    /// <summary>Takes the start of an iteration, at any time after its first step. One over an empty map has none.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="arch">The architecture.</param>
    /// <param name="iterator">The hiter.</param>
    /// <returns>What is wrong, once; null if nothing is.</returns>
    public string? Add(SimMemory memory, Arch arch, Addr iterator)
    {
        StructLayouts l = StructLayouts.Of(arch);
        return SliceView.WordAt(memory, arch, iterator + l.ItH) == 0 ? null : Add(
            memory.Raw(iterator + l.ItB, 1)[0], SliceView.WordAt(memory, arch, iterator + l.ItStartBucket), memory.Raw(iterator + l.ItOffset, 1)[0]);
    }

    /// <summary>Takes a start.</summary>
    /// <param name="b">log2 of the number of buckets when the iteration began.</param>
    /// <param name="startBucket">The bucket.</param>
    /// <param name="offset">The slot every bucket is begun at.</param>
    /// <returns>What is wrong, once; null if nothing is.</returns>
    public string? Add(byte b, ulong startBucket, byte offset)
    {
        if (b == 0 || _isOver)
        {
            return null;
        }

        _starts++;
        if (_cell == null)
        {
            _cell = (startBucket, offset);
            return null;
        }

        _bits += b + OffsetBits;
        bool isSame = _cell == (startBucket, offset);
        _isOver = !isSame || _bits >= AlarmBits;
        return !isSame || !_isOver ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"all {_starts} iterations over maps with several buckets started at bucket {startBucket}, slot {offset}: by chance once in 2^{_bits} programs");
    }
}
