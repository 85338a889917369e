using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>
/// memclrHasPointers and memclrNoHeapPointers: zeroes a range, a word at each step. R0 is nil, R1 is nil.
/// </summary>
public struct MemClear : IFrame<MemClear>
{
    private Addr _at;
    private ulong _left;

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MemClear;

    /// <inheritdoc/>
    public static int AddressCount => 1;

    /// <inheritdoc/>
    public static string LabelOf(in MemClear f) => "StoreWord";

    internal static void Call(Machine m, Addr at, ulong size)
    {
        ref MemClear f = ref m.Call<MemClear>();
        f._at = at;
        f._left = size;
    }

    /// <inheritdoc/>
    public static void Step(ref MemClear f, Machine m)
    {
        ulong word = (ulong)m.PointerSize;
        if (m.Rushing && f._left > word && (f._left | f._at.Value) % word == 0 && m.Memory.IsLive(f._at, (int)f._left))
        {
            // Nobody looks between the steps: the same words, zeroed at a stretch and counted as the same steps.
            m.ClearRange(f._at, (int)f._left);
            m.Return();
            return;
        }

        do
        {
            int chunk = m.Chunk(f._at, (int)Math.Min(f._left, word));
            m.StoreChunk(f._at, 0, chunk);
            f._at += chunk;
            f._left -= (ulong)chunk;
            if (f._left == 0)
            {
                m.Return();
                return;
            }
        }
        while (m.Next());
    }
}
