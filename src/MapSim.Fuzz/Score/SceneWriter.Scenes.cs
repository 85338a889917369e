using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <content>Piles, iterations, loops, specials, clones, objects.</content>
internal sealed partial class SceneWriter
{
    /// <summary>Values of the pool of 64-bit numbers that are 0, and 1, modulo 8: under the hash "identity" they share a bucket.</summary>
    private static readonly byte[][] Colliding =
    [
        [0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31],
        [1, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47],
    ];

    /// <summary>Fills one bucket far beyond its eight cells and takes most of it away again; its overflow buckets stay.</summary>
    private void Pile(int map)
    {
        int count = random.Pick<int>([8, 9, 10, 13, 17]);
        if (HasKnownBuckets)
        {
            Pile(map, random.Below(Colliding.Length), count, random.Below(4));
        }
        else if (config.Hash is 3 or 4)
        {
            Grow(map, count);
            int keep = random.Below(4);
            for (int i = 0; i < count - keep; i++)
            {
                if (random.Chance(80))
                {
                    ops.DeleteMany(map, 1, _head - count + (random.Chance(50) ? i : random.Below(count)));
                }
            }
        }
        else
        {
            Collide(map);
        }
    }

    /// <summary>The hash is the key, so that the pool has keys of one bucket.</summary>
    private bool HasKnownBuckets => _type.Key is { Kind: GoKind.Int, Size: 8 } && config.Hash == 2;

    private void Pile(int map, int bucket, int count, int keep)
    {
        byte[] keys = Colliding[bucket];
        int elem = Elem();
        for (int i = 0; i < Math.Min(keys.Length, count); i++)
        {
            ops.Assign(map, keys[i], elem);
        }

        int from = random.Chance(50) ? 0 : keep;
        for (int i = from; i < Math.Min(keys.Length, count - keep + from); i++)
        {
            ops.Add(BinaryOpCode.Delete, (byte)map, keys[i]);
        }
    }

    /// <summary>
    /// Entries come and go in a map of two or four buckets that stays at its limit, until it has as many overflow buckets: the
    /// next insert begins a grow to the same size, often with an iteration open, and goes on above the limit.
    /// </summary>
    private void Churn(int map)
    {
        if (HasKnownBuckets && _maps < 4 && random.Chance(40))
        {
            Overfill();
            return;
        }

        bool small = random.Chance(50);
        if (_maps < 4 && random.Chance(70))
        {
            map = _maps++;
            ops.Add(BinaryOpCode.Map, (byte)(map - 1), 0, (byte)HintOrigin(small ? 9 : 14));
        }

        int limit = (small ? 13 : 26) - (config.Version == GoVersion.Go121 ? (small ? 1 : 2) : 0);
        if (HasKnownBuckets && random.Chance(70))
        {
            int keep = random.Below(3);
            Pile(map, 0, small ? 9 : 17, keep);
            MayWalk(map);
            Pile(map, 1, small ? 9 : 17, keep);
            Grow(map, Math.Max(1, limit - (2 * keep) - random.Below(3)));
            Trickle(map, 3 + random.Below(6), 30);
            if (random.Chance(40))
            {
                Clone(map);
            }

            return;
        }

        Grow(map, limit - 1);
        _tail = _head - limit + 1;
        Trickle(map, 20 + random.Below(40), 100);
        if (random.Chance(40))
        {
            // A grow to the same size that has just begun lets the map become fuller than it may.
            Grow(map, 1 + random.Below(3));
            Clone(map);
        }
    }

    /// <summary>
    /// Four buckets get their fourth overflow bucket when they are just not full: the next insert begins a grow to the same
    /// size, in the middle of which the map becomes fuller than it may. Then it is cloned.
    /// </summary>
    private void Overfill()
    {
        int map = _maps++, limit = config.Version == GoVersion.Go121 ? 24 : 26, pile = Colliding[0].Length;
        ops.Add(BinaryOpCode.Map, (byte)(map - 1), 0, (byte)HintOrigin(14));
        Pile(map, 0, pile, limit - 1 - pile - (random.Chance(70) ? 0 : random.Below(4)));
        Pile(map, 1, pile, pile);
        MayWalk(map);
        Grow(map, random.Chance(70) ? 2 : 1 + random.Below(3));
        Clone(map);
    }

    /// <summary>One key after the other in; as many out, in so many of 100 turns.</summary>
    private void Trickle(int map, int turns, int percent)
    {
        for (int i = 0; i < turns; i++)
        {
            Grow(map, 1);
            if (random.Chance(percent))
            {
                ops.DeleteMany(map, 1, _tail++);
            }

            if (random.Chance(12))
            {
                MayWalk(map);
            }
            else if (random.Chance(6))
            {
                Clone(map);
            }
        }
    }

    /// <summary>make with a hint of at most 60, as the binary form says it.</summary>
    private static int HintOrigin(int hint) => 3 + hint;

    private void MayWalk(int map)
    {
        int iterator = random.Below(Iterators);
        if (random.Chance(50))
        {
            ops.Add(BinaryOpCode.Iter, (byte)map, (byte)iterator);
        }

        if (random.Chance(70))
        {
            ops.Times(1 + random.Below(6));
            ops.Add(BinaryOpCode.Next, (byte)iterator);
        }
    }

    /// <summary>An iteration begins, the map grows under it, perhaps to the end, and the iteration goes on to its own end.</summary>
    private void Cross(int map)
    {
        int iterator = random.Below(Iterators);
        if (random.Chance(50))
        {
            More(map);
        }

        ops.Add(BinaryOpCode.Iter, (byte)map, (byte)iterator);
        int steps = random.Below(9);
        if (steps > 0)
        {
            ops.Times(steps);
            ops.Add(BinaryOpCode.Next, (byte)iterator);
        }

        More(map);
        if (random.Chance(30))
        {
            ops.Add(BinaryOpCode.Gc);
        }

        if (random.Chance(30))
        {
            Points(map);
        }

        ops.Times(60);
        ops.Add(BinaryOpCode.Next, (byte)iterator);
    }

    /// <summary>A clear; often in the middle of an iteration over a map with spare overflow buckets, which is filled again and walked to the end.</summary>
    private void Clear(int map)
    {
        bool isWalked = _maps < 4 && random.Chance(40);
        int iterator = random.Below(Iterators), entries = 50 + random.Below(45);
        if (isWalked)
        {
            map = _maps++;
            ops.Add(BinaryOpCode.Map, (byte)(map - 1), 0, (byte)HintOrigin(60));
            Grow(map, entries);
            ops.Add(BinaryOpCode.Iter, (byte)map, (byte)iterator);
            ops.Times(1 + random.Below(entries));
            ops.Add(BinaryOpCode.Next, (byte)iterator);
        }

        ops.Add(BinaryOpCode.Clear, (byte)map);
        if (isWalked)
        {
            Grow(map, random.Chance(30) ? 1 + random.Below(8) : entries);
            ops.Times(entries);
            ops.Add(BinaryOpCode.Next, (byte)iterator);
        }
    }

    /// <summary>More entries: counted keys, a pile, or a crowd of NaN.</summary>
    private void More(int map)
    {
        int dice = random.Below(100);
        if (_type.Key.Kind is GoKind.Float or GoKind.Complex && dice < 50)
        {
            ops.Times(random.Pick(Amounts));
            ops.Assign(map, OpList.Special, Elem());
        }
        else if (dice < 70)
        {
            Grow(map, random.Pick(Amounts));
        }
        else
        {
            Pile(map);
        }
    }

    /// <summary>The same for any hash: keys that the resolver finds, which takes it time.</summary>
    private void Collide(int map)
    {
        ops.Assign(map, random.Below(64), Elem());
        int count = random.Chance(30) ? 10 : 2;
        for (int i = 0; i < count; i++)
        {
            ops.Assign(map, 96 + i, Elem());
        }

        for (int i = 0; i < count; i++)
        {
            ops.Add(BinaryOpCode.Delete, (byte)map, (byte)(random.Chance(50) ? 80 + random.Below(6) : 64 + random.Below(10)));
        }
    }

    /// <summary>Iterations that stand still between operations.</summary>
    private void Walk(int map)
    {
        if (random.Chance(45))
        {
            ops.Add(BinaryOpCode.Iter, (byte)map, (byte)random.Below(Iterators));
        }

        int steps = random.Chance(20) ? 30 : random.Below(6);
        if (steps > 0)
        {
            ops.Times(steps);
            ops.Add(BinaryOpCode.Next, (byte)random.Below(Iterators));
        }
    }

    /// <summary>A range loop whose body changes the map in one or two of its turns.</summary>
    private void Loop(int map)
    {
        ops.Add(BinaryOpCode.Range, (byte)map);
        int changes = 1 + random.Below(2);
        for (int i = 0; i < changes; i++)
        {
            int what = random.Below(10);
            if (what is >= 2 and <= 5 or 8 || random.Chance(50))
            {
                ops.Turn(1 + (random.Chance(50) ? 0 : random.Below(10)));
            }

            Change(map, what);
        }

        ops.End();
    }

    private void Change(int map, int what)
    {
        switch (what)
        {
            case 0: ops.Add(BinaryOpCode.DeleteHere, (byte)map); break;
            case 1: ops.Add(BinaryOpCode.AssignHere, (byte)map, (byte)Elem()); break;
            case 2 or 3: Grow(map, random.Pick(Amounts)); break;
            case 4: ops.DeleteMany(map, 1 + random.Below(20), Math.Max(0, _head - 20)); break;
            case 5: ops.Add(BinaryOpCode.Clear, (byte)map); break;
            case 6: ops.Assign(map, Key(), Elem()); break;
            case 7: ops.Add(BinaryOpCode.Delete, (byte)map, (byte)Key()); break;
            case 8: ops.Add(BinaryOpCode.Break); break;
            default: ops.Add(BinaryOpCode.LookupHere, (byte)map); break;
        }
    }

    /// <summary>A special key many times: of NaN each is a new entry.</summary>
    private void Specials(int map)
    {
        int special = OpList.Special + random.Below(random.Chance(60) ? 3 : 15);
        ops.Times(random.Pick(Amounts));
        ops.Assign(map, special, Elem());
        if (random.Chance(30))
        {
            ops.Add(BinaryOpCode.Lookup, (byte)map, (byte)special);
            ops.Add(BinaryOpCode.Delete, (byte)map, (byte)special);
        }
    }

    /// <summary>Keys that are equal but not identical, the second behind a grow now and then.</summary>
    private void Zeros(int map)
    {
        bool grows = random.Chance(60);
        if (random.Chance(40))
        {
            Walk(map);
        }

        ops.Assign(map, OpList.Special + random.Below(5), Elem());
        if (grows)
        {
            Grow(map, random.Pick(Amounts));
        }

        ops.Assign(map, OpList.Special + random.Below(5), Elem());
    }

    /// <summary>A clone, and writes to one side that the other must not see.</summary>
    private void Clone(int map)
    {
        int to = _maps < 4 ? _maps++ : random.Below(_maps);
        ops.Add(BinaryOpCode.Clone, (byte)map, (byte)to);
        // Mostly a key that is there: what the two sides share by mistake shows only in an entry that both have.
        int key = random.Chance(60) ? OpList.PresentKey + random.Below(6) : Key();
        ops.Assign(random.Chance(50) ? to : map, key, Elem());
        ops.Add(BinaryOpCode.Lookup, (byte)map, OpList.LastKey);
        ops.Add(BinaryOpCode.Lookup, (byte)to, OpList.LastKey);
        if (random.Chance(50))
        {
            Points(to);
        }

        if (random.Chance(30))
        {
            Look(to);
        }
    }

    /// <summary>Objects that nothing but the map holds.</summary>
    private void Objects(int map)
    {
        if (_type.Elem.Kind != GoKind.Pointer)
        {
            Grow(map, random.Pick(Amounts));
            return;
        }

        int count = random.Pick(Amounts);
        ops.Repeat(count, _head);
        ops.Add(BinaryOpCode.New, 0);
        ops.Add(BinaryOpCode.AssignHere, (byte)map, OpList.PointerElem);
        ops.Add(BinaryOpCode.Drop, 0);
        ops.End();
        _head += count;
        if (random.Chance(50))
        {
            ops.Add(BinaryOpCode.Gc);
        }
    }

    /// <summary>Many iterations that begin: where they do is a matter of statistics.</summary>
    private void Starts(int map)
    {
        if (random.Chance(70))
        {
            Walk(map);
            return;
        }

        ops.Repeat(40 + random.Below(80));
        ops.Add(BinaryOpCode.Range, (byte)map);
        ops.Add(BinaryOpCode.Break);
        ops.End();
        ops.End();
    }
}
