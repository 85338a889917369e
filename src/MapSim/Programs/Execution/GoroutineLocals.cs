using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Where the variables of one goroutine of a program lie on its stack.</summary>
/// <remarks>
/// <code>
/// key | elem | result           of the operation in progress; each as large as the largest of all map types
/// pointer variables             a word each
/// range 0: hiter | key | elem   the loop's iterator and its two variables; then range 1 ... inside it
/// </code>
/// Each is declared to the collector while it is alive.
/// </remarks>
internal sealed class GoroutineLocals
{
    private const int KeyVariable = 0, ElemVariable = 1, ResultVariable = 2, PointersVariable = 20, FirstRangeVariable = 21;
    private static readonly byte[] Zeros = new byte[256];
    private readonly Machine _machine;
    private readonly int _g;
    private readonly int _keySize, _elemSize, _hiterSize, _pointers;
    private readonly Addr _base;

    /// <summary>Lays out the variables.</summary>
    /// <param name="m">The machine.</param>
    /// <param name="g">The goroutine.</param>
    /// <param name="at">Where they begin.</param>
    /// <param name="code">What the goroutine does.</param>
    /// <param name="types">The map types of the program.</param>
    public GoroutineLocals(Machine m, int g, Addr at, GoroutineCode code, IReadOnlyList<MapType> types)
    {
        _machine = m;
        _g = g;
        _base = at;
        (_keySize, _elemSize, _hiterSize) = Sizes(types);
        _pointers = code.Pointers.Count;
    }

    /// <summary>The key of the operation in progress.</summary>
    public Addr Key => _base;

    /// <summary>The elem that is assigned.</summary>
    public Addr Elem => _base + _keySize;

    /// <summary>The elem that was looked up or iterated.</summary>
    public Addr Result => Elem + _elemSize;

    /// <summary>How many bytes the variables of a goroutine need.</summary>
    public static int SizeOf(GoroutineCode code, IReadOnlyList<MapType> types)
    {
        (int key, int elem, int hiter) = Sizes(types);
        return key + 2 * elem + 16 + 8 * code.Pointers.Count + code.Ranges * (hiter + key + elem);
    }

    /// <summary>A pointer variable.</summary>
    public Addr Pointer(int number) => Result + _elemSize + 8 * number;

    /// <summary>The iterator of a range.</summary>
    public Addr Hiter(int range) => Result + _elemSize + ((8 * _pointers + 15) & ~15) + range * (_hiterSize + _keySize + _elemSize);

    /// <summary>The first variable of a range.</summary>
    public Addr RangeKey(int range) => Hiter(range) + _hiterSize;

    /// <summary>The second variable of a range.</summary>
    public Addr RangeElem(int range) => RangeKey(range) + _keySize;

    /// <summary>The pointer variables exist from the goroutine's start to its end.</summary>
    public void DeclarePointers()
    {
        if (_pointers > 0)
        {
            _machine.DeclareVariable(_g, PointersVariable, Pointer(0), 8 * _pointers, _machine.Heap.PointerMaps.Words);
        }
    }

    /// <summary>The key of an operation is alive.</summary>
    public void PutKey(int type, ReadOnlySpan<byte> bytes) => Put(KeyVariable, Key, SizeOfKey(type), _machine.PointersOf(type).Key, bytes);

    /// <summary>The elem of an assignment is alive.</summary>
    public void PutElem(int type, ReadOnlySpan<byte> bytes) => Put(ElemVariable, Elem, SizeOfElem(type), _machine.PointersOf(type).Elem, bytes);

    /// <summary>Room for an elem that is copied out of a map.</summary>
    public void PutResult(int type) => Put(ResultVariable, Result, SizeOfElem(type), _machine.PointersOf(type).Elem, default);

    /// <summary>Room for a key that is copied out of a map.</summary>
    public void PutKeyRoom(int type) => PutKey(type, default);

    /// <summary>The key was passed on, and the caller needs it no more: it is no root from here on.</summary>
    public void KeyIsDead() => _machine.DeclareVariable(_g, KeyVariable, default, 0, _machine.Heap.PointerMaps.None);

    /// <summary>The variables of the operation are dead and zero.</summary>
    public void ClearOperation(int type)
    {
        TypePointers pointers = _machine.PointersOf(type);
        Drop(KeyVariable, Key, SizeOfKey(type), pointers.Key);
        Drop(ElemVariable, Elem, SizeOfElem(type), pointers.Elem);
        Drop(ResultVariable, Result, SizeOfElem(type), pointers.Elem);
    }

    /// <summary>The iterator and the variables of a range begin to live, all zero.</summary>
    public void BeginRange(int range, int type)
    {
        Clear(FirstRangeVariable + 3 * range, Hiter(range), _hiterSize);
        _machine.DeclareVariable(_g, FirstRangeVariable + 3 * range, Hiter(range), _machine.L.HiterSize, _machine.Heap.PointerMaps.Hiter);
        Put(FirstRangeVariable + 3 * range + 1, RangeKey(range), SizeOfKey(type), _machine.PointersOf(type).Key, default);
        Put(FirstRangeVariable + 3 * range + 2, RangeElem(range), SizeOfElem(type), _machine.PointersOf(type).Elem, default);
    }

    /// <summary>They are dead and zero.</summary>
    public void EndRange(int range, int type)
    {
        Clear(FirstRangeVariable + 3 * range, Hiter(range), _hiterSize);
        Clear(FirstRangeVariable + 3 * range + 1, RangeKey(range), SizeOfKey(type));
        Clear(FirstRangeVariable + 3 * range + 2, RangeElem(range), SizeOfElem(type));
    }

    private static (int Key, int Elem, int Hiter) Sizes(IReadOnlyList<MapType> types)
    {
        int key = 0, elem = 0;
        for (int i = 0; i < types.Count; i++)
        {
            key = Math.Max(key, types[i].Key.Size);
            elem = Math.Max(elem, types[i].Elem.Size);
        }

        return ((key + 15) & ~15, (elem + 15) & ~15, 96);
    }

    private int SizeOfKey(int type) => _machine.Types[type].Key.Size;

    private int SizeOfElem(int type) => _machine.Types[type].Elem.Size;

    private void Put(int variable, Addr at, int size, PointerMap map, ReadOnlySpan<byte> bytes)
    {
        Zero(at + bytes.Length, size - bytes.Length);
        _machine.Memory.Poke(at, bytes);
        if (map.HasPointers)
        {
            _machine.DeclareVariable(_g, variable, at, size, map);
        }
    }

    private void Clear(int variable, Addr at, int size)
    {
        Zero(at, size);
        _machine.DeclareVariable(_g, variable, default, 0, _machine.Heap.PointerMaps.None);
    }

    /// <summary>Takes back a <see cref="Put"/>, which declares what has pointers only.</summary>
    private void Drop(int variable, Addr at, int size, PointerMap map)
    {
        Zero(at, size);
        if (map.HasPointers)
        {
            _machine.DeclareVariable(_g, variable, default, 0, _machine.Heap.PointerMaps.None);
        }
    }

    private void Zero(Addr at, int size)
    {
        ReadOnlySpan<byte> zeros = Zeros;
        for (int done = 0; done < size; done += zeros.Length)
        {
            _machine.Memory.Poke(at + done, zeros[..Math.Min(zeros.Length, size - done)]);
        }
    }
}
