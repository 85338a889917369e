using MapSim.Faults;
using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using static MapSim.Map.MapIterNext.Label;

namespace MapSim.Map;

/// <content>The iterator's own fields: loaded before the search, stored behind it, one after the other.</content>
public partial struct MapIterNext
{
    private void LoadField(Machine m)
    {
        switch (_field++)
        {
            case 0: _ = m.LoadPointer(_it + m.L.ItType); break;
            case 1: _bucket = m.LoadWord(_it + m.L.ItBucket); break;
            case 2: _b = m.LoadPointer(_it + m.L.ItBptr); break;
            case 3: _i = m.Load8(_it + m.L.ItI); break;
            case 4: _check = m.LoadWord(_it + m.L.ItCheckBucket); break;
            case 5: _startBucket = m.LoadWord(_it + m.L.ItStartBucket); break;
            case 6: _wrapped = m.Load8(_it + m.L.ItWrapped); break;
            case 7: _offset = m.Load8(_it + m.L.ItOffset); break;
            case 8 when m.Has(Repair.IterEndsWithSeed):
                _hash = m.Load32(_it + m.L.ItSeed);
                break;
            default:
                _itB = m.Load8(_it + m.L.ItB);
                _field = 0;
                _pc = m.Has(Repair.IterEndsWithSeed) ? CheckSeed : _b.IsNil ? NextBucket : Cell;
                break;
        }
    }

    private bool StoreField(Machine m)
    {
        switch (_field++)
        {
            case 0: _field -= m.StorePointer(_it + StructLayouts.ItKey, _k, PointerWrite.IterKey) ? (byte)0 : (byte)1; return false;
            case 1: _field -= m.StorePointer(_it + m.L.ItElem, _e, PointerWrite.IterElem) ? (byte)0 : (byte)1; return false;
            case 2: m.StoreWord(_it + m.L.ItBucket, _bucket); return false;
            case 3: _field += m.LoadPointer(_it + m.L.ItBptr) == _b ? (byte)1 : (byte)0; return false;
            case 4: _field -= m.StorePointer(_it + m.L.ItBptr, _b, PointerWrite.IterBptr) ? (byte)0 : (byte)1; return false;
            case 5: m.Store8(_it + m.L.ItI, (byte)(_i + 1)); return false;
            default: m.StoreWord(_it + m.L.ItCheckBucket, _check); return true;
        }
    }
}
