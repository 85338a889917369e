using MapSim.Layout;
using MapSim.Machines;
using MapSim.Memory;
using static MapSim.Map.MapIterNext.Label;

namespace MapSim.Map;

/// <content>What mapiternext asks of an entry's key: whether it equals itself, where it will move to, where it is now.</content>
public partial struct MapIterNext
{
    /// <summary>The key is in scratch memory: hashes it, asks whether it equals itself, or looks it up. False if the frame has left.</summary>
    private bool UseKey(Machine m, MapType t)
    {
        m.NoteUserCode();
        Addr key = m.ScratchAddress(ref this);
        bool reflexive = KeyEqual.IsReflexive(m, t.Key, key);
        if (_purpose == ForHash)
        {
            return BelongsHere(m, t, key, reflexive);
        }

        if (!reflexive)
        {
            KeyCopy.Clear(ref this, t.Key.Size);
            _purpose = 0;
            Yield(t);
            return true;
        }

        _purpose = 0;
        _top = 0;
        _pc = GotEntry;
        MapAccess.Call(m, _type, _h, key, MapVariant.Generic, AccessMode.KeyAndElem);
        return false;
    }

    /// <summary>Will this entry of an old bucket move to the bucket at hand? A NaN's tophash decides by its low bit.</summary>
    private bool BelongsHere(Machine m, MapType t, Addr key, bool reflexive)
    {
        bool here;
        if (reflexive)
        {
            if (!KeyHash.TryHashStored(m, t, key, _hash, out ulong hash))
            {
                return false;
            }

            here = (hash & Bmap.BucketMask(_itB, m.PointerSize)) == _check;
        }
        else
        {
            here = _check >> ((_itB - 1) & (m.PointerSize * 8 - 1)) == (ulong)(_top & 1);
        }

        KeyCopy.Clear(ref this, t.Key.Size);
        _hash = 0;
        _purpose = 0;
        if (here)
        {
            _pc = LoadMoved;
        }
        else
        {
            NextCell();
        }

        return true;
    }
}
