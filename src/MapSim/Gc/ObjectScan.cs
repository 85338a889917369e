using MapSim.Heap;
using MapSim.Machines;
using MapSim.Memory;

namespace MapSim.Gc;

/// <summary>
/// The scanning of one grey object, shared by workers and assists (scanobject): each pointer word is loaded as one step
/// and what it points to is shaded; other goroutines may store in between. The object stays grey until the last word.
/// </summary>
internal struct ObjectScan
{
    private Addr _object;
    private int _offset;

    /// <summary>True while an object is being scanned.</summary>
    public readonly bool IsActive => !_object.IsNil;

    /// <summary>The object.</summary>
    public readonly Addr Object => _object;

    /// <summary>The words in front of this offset are scanned.</summary>
    public readonly int Offset => _offset;

    /// <summary>Takes a grey object from the queue; a step of the collector.</summary>
    public void Take(Machine m)
    {
        m.CollectorStep();
        _object = m.Heap.Gc.Pop();
        _offset = 0;
        SkipScalars(m);
    }

    /// <summary>Loads the next pointer word and shades its target.</summary>
    /// <returns>False if that was the last one: the object is black.</returns>
    public bool Next(Machine m)
    {
        m.Heap.Shade(m.LoadPointer(_object + _offset));
        _offset += m.PointerSize;
        SkipScalars(m);
        return IsActive;
    }

    private void SkipScalars(Machine m)
    {
        m.Heap.TryFindObject(_object, out HeapObject found);
        int size = (int)found.Info.Size;
        _offset = m.Heap.PointerMaps[found.Info.PointerMap].Next(_offset, size);
        if (_offset >= size)
        {
            m.Heap.Blacken(_object);
            m.Heap.Gc.Scanning--;
            _object = default;
            _offset = 0;
        }
    }
}
