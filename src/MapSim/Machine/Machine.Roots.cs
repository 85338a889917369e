using MapSim.Heap;
using MapSim.Memory;

namespace MapSim.Machines;

/// <summary>A place that holds a pointer and is no object: a word of a stack.</summary>
/// <param name="Goroutine">Whose stack.</param>
/// <param name="Place">The frame and its word, a variable, or a result register: for messages.</param>
/// <param name="Number">Which word of the frame, which offset in the variable, which register.</param>
/// <param name="Value">The pointer.</param>
public readonly record struct StackRoot(int Goroutine, string Place, int Number, Addr Value);

/// <summary>Where a goroutine stood when its access failed.</summary>
/// <param name="Goroutine">Which.</param>
/// <param name="Step">The machine's step counter.</param>
/// <param name="Stack">Its frames and labels, innermost first.</param>
/// <param name="Roots">The addresses its stack held.</param>
public sealed record FaultSite(int Goroutine, ulong Step, IReadOnlyList<string> Stack, IReadOnlyList<StackRoot> Roots);

/// <summary>
/// The precise roots: the address words of frames, the result registers, and the program's own variables (on a stack
/// with the pointer map that is declared for them, or global).
/// </summary>
public sealed unsafe partial class Machine
{
    /// <summary>Declares a variable of a goroutine's program: from now on the collector looks at its pointers.</summary>
    /// <param name="g">The goroutine.</param>
    /// <param name="at">Which variable, 0 to <see cref="Goroutine.MostVariables"/> - 1.</param>
    /// <param name="address">Where it lies among the goroutine's locals.</param>
    /// <param name="size">Bytes; 0 if the variable is dead now.</param>
    /// <param name="map">Its pointers.</param>
    public void DeclareVariable(int g, int at, Addr address, int size, PointerMap map)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)at, (uint)Goroutine.MostVariables);
        Goroutine goroutine = _goroutines[g];
        if (Memory.Tracking)
        {
            Memory.Undo.Save(goroutine.Stack.Bytes, sizeof(GoroutineState) + at * sizeof(StackVariable), sizeof(StackVariable));
        }

        goroutine.Variable(at) = size == 0
            ? default
            : new StackVariable { Offset = (int)(address - goroutine.Locals), Size = size, PointerMap = map.Id };
    }

    /// <summary>Calls <paramref name="visit"/> with every pointer that a goroutine's stack holds; nil ones too. Makes no step.</summary>
    public void VisitStack<TState>(int g, ref TState state, RootVisitor<TState> visit)
    {
        Goroutine goroutine = _goroutines[g];
        ref GoroutineState registers = ref goroutine.State;
        visit(ref state, RootPlace.Register, 0, 0, new Addr(registers.R0));
        visit(ref state, RootPlace.Register, 0, 1, new Addr(registers.R1));
        byte* stack = goroutine.Stack.Bytes.Start;
        for (int at = registers.Top; at != 0; at = ((FrameHeader*)(stack + at))->Previous)
        {
            ushort kind = ((FrameHeader*)(stack + at))->Kind;
            for (int w = 0; w < _frames.AddressCount(kind); w++)
            {
                visit(ref state, RootPlace.Frame, kind, w, ((Addr*)(stack + at + sizeof(FrameHeader)))[w]);
            }
        }

        int locals = (int)(goroutine.Locals - goroutine.Stack.Base);
        for (int v = 0; v < Goroutine.MostVariables; v++)
        {
            StackVariable variable = goroutine.Variable(v);
            PointerMap map = Heap.PointerMaps[variable.PointerMap];
            for (int at = map.Next(0, variable.Size); at < variable.Size; at = map.Next(at + PointerSize, variable.Size))
            {
                byte* p = stack + locals + variable.Offset + at;
                visit(ref state, RootPlace.Variable, v, at, new Addr(PointerSize == 8 ? *(ulong*)p : *(uint*)p));
            }
        }
    }

    /// <summary>The roots of a goroutine's stack with names, for messages.</summary>
    public IReadOnlyList<StackRoot> StackRoots(int g)
    {
        (List<StackRoot> Roots, FrameTable Frames, int G) state = ([], _frames, g);
        VisitStack(g, ref state, static (ref (List<StackRoot> Roots, FrameTable Frames, int G) s, RootPlace place, int which, int number, Addr value) =>
        {
            string name = place switch
            {
                RootPlace.Frame => s.Frames.Name((ushort)which),
                RootPlace.Register => "result",
                _ => "variable " + which.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            s.Roots.Add(new StackRoot(s.G, name, number, value));
        });
        return state.Roots;
    }

    private FaultSite NoteFaultSite() => new(_current.Id, Steps + 1, CallStack(_current.Id), StackRoots(_current.Id));
}

/// <summary>Where on a stack a pointer is.</summary>
public enum RootPlace : byte
{
    /// <summary>A result register.</summary>
    Register,

    /// <summary>An address word of a frame.</summary>
    Frame,

    /// <summary>A variable of the program.</summary>
    Variable,
}

/// <summary>Is told a pointer of a stack.</summary>
/// <param name="state">The caller's state.</param>
/// <param name="place">What holds it.</param>
/// <param name="which">The frame's kind or the variable's number.</param>
/// <param name="number">The word in the frame, the offset in the variable, or the register.</param>
/// <param name="value">The pointer; may be nil or no heap address.</param>
public delegate void RootVisitor<TState>(ref TState state, RootPlace place, int which, int number, Addr value);
