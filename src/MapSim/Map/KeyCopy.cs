using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Map;

/// <summary>Word by word: keys into a frame's scratch memory.</summary>
internal static unsafe class KeyCopy
{
    /// <summary>Loads the next word of a key into the scratch memory of a frame.</summary>
    /// <param name="frame">The frame, called with that much scratch.</param>
    /// <param name="m">The machine.</param>
    /// <param name="from">Where the key lies.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="done">How many bytes are loaded; 0 again when all are.</param>
    /// <returns>True when all are loaded.</returns>
    public static bool LoadWord<T>(ref T frame, Machine m, Addr from, int size, ref ushort done)
        where T : unmanaged
    {
        if (size > 0)
        {
            int chunk = m.Chunk(from + done, size - done);
            ulong value = m.LoadChunk(from + done, chunk);
            byte* to = Machine.Scratch(ref frame) + done;
            for (int i = 0; i < chunk; i++)
            {
                to[i] = unchecked((byte)(value >> (8 * i)));
            }

            done += (ushort)chunk;
        }

        if (done < size)
        {
            return false;
        }

        done = 0;
        return true;
    }

    /// <summary>Zeroes the scratch memory: what a frame needs no more does not exist.</summary>
    public static void Clear<T>(ref T frame, int size)
        where T : unmanaged => new Span<byte>(Machine.Scratch(ref frame), size).Clear();
}
