using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Tests.Machines;

/// <summary>
/// A goroutine of a litmus test, its code a text of at most 8 letters: X Y Z store its number + 1 to a variable,
/// x y z load one, ! is an atomic access to a fourth one, A an allocation. Its result: a 1 and the digits loaded.
/// </summary>
internal struct LitmusThread : IFrame<LitmusThread>
{
    private const int Stride = 16;
    private Addr _variables;
    private ulong _code, _loaded, _value;

    public static ushort Kind => 60;

    public static int AddressCount => 1;

    public static string LabelOf(in LitmusThread f) => $"{(char)(f._code & 0xFF)}";

    /// <summary>A machine with a goroutine for each text, all about to begin; each variable is an object of its own.</summary>
    public static Machine Start(int storeBuffers, params string[] threads)
    {
        MachineOptions options = Sessions.Of("map[int]int").Machine.Options with { StoreBuffers = storeBuffers, Procs = threads.Length };
        var m = new Machine(options, new FrameTable().Add<LitmusThread>());
        Addr variables = m.Heap.Allocate(0, Stride, false, Heap.ObjectKind.Other);
        for (int i = 1; i < 4; i++)
        {
            m.Heap.Allocate(0, Stride, false, Heap.ObjectKind.Other);
        }

        for (int g = 0; g < threads.Length; g++)
        {
            if (g > 0)
            {
                m.AddGoroutine(0);
            }

            m.Select(g);
            ref LitmusThread f = ref m.Call<LitmusThread>();
            f._variables = variables;
            f._value = (ulong)g + 1;
            f._loaded = 1;
            for (int i = 0; i < threads[g].Length; i++)
            {
                f._code |= (ulong)threads[g][i] << (8 * i);
            }
        }

        return m;
    }

    /// <summary>A variable as memory has it.</summary>
    public static ulong Variable(Machine m, char name) => BitConverter.ToUInt64(m.Memory.Raw(AddressOf(m, name), 8));

    public static Addr AddressOf(Machine m, char name) => new Addr(m.Memory.HeapBase) + Stride * (name - 'x');

    public static void Step(ref LitmusThread f, Machine m)
    {
        do
        {
            var op = (char)(f._code & 0xFF);
            f._code >>= 8;
            switch (op)
            {
                case 'x' or 'y' or 'z':
                    f._loaded = 10 * f._loaded + m.LoadWord(f._variables + Stride * (op - 'x'));
                    break;
                case 'X' or 'Y' or 'Z':
                    m.StoreWord(f._variables + Stride * (op - 'X'), f._value);
                    break;
                case '!':
                    m.Memory.AtomicOr(f._variables + 3 * Stride, 1);
                    break;
                default:
                    m.Allocate(Stride, m.Heap.PointerMaps.None, MapSim.Heap.ObjectKind.Other, default);
                    break;
            }

            if (f._code == 0)
            {
                m.Return(f._loaded);
                return;
            }
        }
        while (m.Next());
    }
}
