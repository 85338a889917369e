using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MapSim.Concurrency.Traces;

/// <summary>Vector clocks in one flat array: row 0 is zero, row d + 1 says how many steps of each thread the step at depth d depends on, its own included.</summary>
/// <remarks>A row is named by its offset. Rows are as wide as the machine's vectors, so that joining two is a few instructions.</remarks>
internal sealed class ClockRows
{
    /// <summary>What a thread may make at most in one execution: a clock has 16 bits, and the highest value means "no step".</summary>
    public const int MaxSteps = 60_000;

    private ushort[] rows;

    public ClockRows(int threads)
    {
        Width = (threads + Vector128<ushort>.Count - 1) / Vector128<ushort>.Count * Vector128<ushort>.Count;
        rows = new ushort[Width * 65];
    }

    /// <summary>Entries of a row, a multiple of the vector's.</summary>
    public int Width { get; }

    /// <summary>All rows.</summary>
    public ReadOnlySpan<ushort> All => rows;

    /// <summary>One entry.</summary>
    /// <param name="at">Offset of the row plus the thread.</param>
    public ushort this[int at]
    {
        get => rows[at];
        set => rows[at] = value;
    }

    /// <summary>The row of a step.</summary>
    /// <param name="depth">Depth of the step, from 0.</param>
    public int Row(int depth) => unchecked((depth + 1) * Width);

    /// <summary>Makes room for the rows of so many steps.</summary>
    /// <param name="depth">Number of steps.</param>
    public void Reserve(int depth)
    {
        if (rows.Length < Row(depth))
        {
            Array.Resize(ref rows, Math.Max(Row(depth), 2 * rows.Length));
        }
    }

    /// <summary>Copies a row.</summary>
    /// <param name="from">Offset of the source.</param>
    /// <param name="to">Offset of the target.</param>
    public void Copy(int from, int to)
    {
        ref ushort all = ref MemoryMarshal.GetArrayDataReference(rows);
        for (int i = 0; i < Width; i += Vector128<ushort>.Count)
        {
            Vector128.LoadUnsafe(ref all, (nuint)(from + i)).StoreUnsafe(ref all, (nuint)(to + i));
        }
    }

    /// <summary>Copies the rows of the first steps of other clocks.</summary>
    /// <param name="from">The other clocks, of as many threads.</param>
    /// <param name="steps">Number of steps.</param>
    public void CopyStart(ClockRows from, int steps)
    {
        Reserve(steps);
        from.rows.AsSpan(0, Row(steps)).CopyTo(rows);
    }

    /// <summary>Copies the row of one step of other clocks.</summary>
    /// <param name="from">The other clocks, of as many threads.</param>
    /// <param name="depth">Depth of the step there.</param>
    /// <param name="to">Depth of the step here.</param>
    public void CopyRow(ClockRows from, int depth, int to)
    {
        Reserve(to + 1);
        from.rows.AsSpan(from.Row(depth), Width).CopyTo(rows.AsSpan(Row(to)));
    }

    /// <summary>Raises a row to the maximum of itself and another.</summary>
    /// <param name="from">Offset of the other.</param>
    /// <param name="to">Offset of the row that is raised.</param>
    public void Join(int from, int to)
    {
        ref ushort all = ref MemoryMarshal.GetArrayDataReference(rows);
        for (int i = 0; i < Width; i += Vector128<ushort>.Count)
        {
            Vector128.Max(Vector128.LoadUnsafe(ref all, (nuint)(from + i)), Vector128.LoadUnsafe(ref all, (nuint)(to + i))).StoreUnsafe(ref all, (nuint)(to + i));
        }
    }

    /// <summary>True if no entry of the row is above the bound: the step depends on none of the steps that the bound names.</summary>
    /// <param name="row">Offset of the row.</param>
    /// <param name="bound">As wide as a row: for each thread the index of a step (from 0), or the highest value for no step.</param>
    public bool Within(int row, ushort[] bound)
    {
        ref ushort all = ref MemoryMarshal.GetArrayDataReference(rows);
        ref ushort limit = ref MemoryMarshal.GetArrayDataReference(bound);
        for (int i = 0; i < Width; i += Vector128<ushort>.Count)
        {
            Vector128<ushort> most = Vector128.LoadUnsafe(ref limit, (nuint)i);
            if (!Vector128.EqualsAll(Vector128.Max(most, Vector128.LoadUnsafe(ref all, (nuint)(row + i))), most))
            {
                return false;
            }
        }

        return true;
    }
}
