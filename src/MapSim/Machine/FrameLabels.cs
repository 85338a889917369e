namespace MapSim.Machines;

/// <summary>
/// The labels of frames as numbers: what an observer compares at every step, where a name would be too slow.
/// </summary>
/// <remarks>
/// A frame keeps its label in one byte, and only the frame knows which. So each byte of a zeroed frame is tried once:
/// the one that changes the label's name holds it.
/// </remarks>
public sealed unsafe class FrameLabels
{
    private const int None = -1;
    private const int Kinds = 64;
    private readonly FrameTable _table;
    private readonly int[] _offsets = new int[Kinds];

    /// <summary>Finds where the frames of a table keep their labels.</summary>
    public FrameLabels(FrameTable table)
    {
        _table = table;
        for (ushort kind = 0; kind < Kinds; kind++)
        {
            _offsets[kind] = Find(kind);
        }
    }

    /// <summary>The label a frame stands at, as the number it has in the frame's enum; 0 if the frame has no labels.</summary>
    public byte CodeOf(FrameView frame)
    {
        int offset = _offsets[frame.Kind];
        return offset == None ? (byte)0 : frame.Bytes[offset];
    }

    /// <summary>"MapAssign.StoreTop".</summary>
    public string NameOf(ushort kind, byte code)
    {
        var frame = new byte[Math.Max(1, _table.Size(kind))];
        if (_offsets[kind] != None)
        {
            frame[_offsets[kind]] = code;
        }

        return $"{_table.Name(kind)}.{LabelOf(kind, frame)}";
    }

    private int Find(ushort kind)
    {
        var frame = new byte[_table.Size(kind)];
        if (frame.Length == 0)
        {
            return None;
        }

        string first = LabelOf(kind, frame);
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = 1;
            if (LabelOf(kind, frame) != first)
            {
                return i;
            }

            frame[i] = 0;
        }

        return None;
    }

    private string LabelOf(ushort kind, byte[] frame)
    {
        fixed (byte* p = frame)
        {
            return _table.Label(kind, p);
        }
    }
}
