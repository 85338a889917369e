using MapSim.Heap;
using MapSim.Memory;

namespace MapSim.Programs;

/// <content>Maps that begin with memory of their own.</content>
internal sealed partial class ProgramRun
{
    /// <summary>Lays a map into the heap. What it points to gets names, as if the program had made it.</summary>
    private Addr Lay(CarriedMemory memory, int type)
    {
        LaidMemory laid = memory.Lay(Session, type, _writer.MakeLabel);
        for (int i = 0; i < laid.Objects.Count; i++)
        {
            switch (memory.Objects[i].Kind)
            {
                case ObjectKind.StringData:
                    _names.AddString(laid.Objects[i]);
                    break;
                case ObjectKind.Boxed:
                    _names.AddBox(laid.Objects[i]);
                    break;
            }
        }

        return laid.Map;
    }
}
