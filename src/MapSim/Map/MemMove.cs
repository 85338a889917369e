using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MemMove.Label;

namespace MapSim.Map;

/// <summary>
/// typedmemmove: copies a value word by word, a load and a store for each. Also what user code does around a map
/// call: the elem into its slot after an assignment, out of it after a lookup.
/// </summary>
public struct MemMove : IFrame<MemMove>
{
    private Addr _to, _from;
    private ulong _word;
    private int _left;
    private byte _chunk;
    private Label _pc;

    /// <summary>Where the frame resumes.</summary>
    public enum Label : byte
    {
        /// <summary>Load a word.</summary>
        LoadWord,

        /// <summary>Store it.</summary>
        StoreWord,
    }

    /// <inheritdoc/>
    public static ushort Kind => FrameKinds.MemMove;

    /// <inheritdoc/>
    public static int AddressCount => 2;

    /// <inheritdoc/>
    public static string LabelOf(in MemMove f) => f._pc.ToString();

    /// <summary>Calls it. Nothing is copied if <paramref name="size"/> is 0.</summary>
    public static void Call(Machine m, Addr to, Addr from, int size)
    {
        ref MemMove f = ref m.Call<MemMove>();
        f._to = to;
        f._from = from;
        f._left = size;
    }

    /// <inheritdoc/>
    public static void Step(ref MemMove f, Machine m)
    {
        do
        {
            switch (f._pc)
            {
                case LoadWord:
                    if (f._left == 0)
                    {
                        m.Return();
                        return;
                    }

                    f._chunk = (byte)Math.Min(m.Chunk(f._from, f._left), m.Chunk(f._to, f._left));
                    f._word = m.LoadChunk(f._from, f._chunk);
                    f._pc = StoreWord;
                    break;
                case StoreWord:
                    m.StoreChunk(f._to, f._word, f._chunk);
                    f._from += (int)f._chunk;
                    f._to += (int)f._chunk;
                    f._left -= f._chunk;
                    f._word = 0;
                    f._chunk = 0;
                    f._pc = LoadWord;
                    if (f._left == 0)
                    {
                        m.Return();
                        return;
                    }

                    break;
            }
        }
        while (m.Next());
    }
}
