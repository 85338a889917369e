using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>What random programs are made of: a few operations in an order that leads somewhere.</summary>
internal enum Scene : byte
{
    Grow,
    Window,
    Pile,
    Churn,
    Cross,
    Points,
    Walk,
    Loop,
    Specials,
    Zeros,
    Clear,
    Clone,
    Objects,
    Collect,
    Starts,
    Look,
    Drain,
}

/// <summary>
/// Writes scenes: growing, windows of keys that move, piles in one bucket, iterations that stand still while the map
/// changes or grows, churn up to grows of the same size, loops that change their map, crowds of NaN, clones, objects that only a map holds.
/// </summary>
/// <param name="random">The source of everything random.</param>
/// <param name="ops">Takes the ops.</param>
/// <param name="config">The program's header.</param>
internal sealed partial class SceneWriter(RandomSource random, OpList ops, BinaryConfig config)
{
    private const int Iterators = 3;
    private static readonly int[] Amounts = [1, 1, 2, 3, 5, 8, 9, 9, 13, 14, 17, 27];
    private readonly Swarm<Scene> _scenes = new(random, Enum.GetValues<Scene>());
    private readonly MapType _type = MapType.Parse(BinaryTypes.Map(config.Type), config.Arch);
    private readonly int _hot = random.Below(48);
    private int _maps = 1;
    private int _head;
    private int _tail;

    // Half of the programs use one map only, so that it comes far.
    private readonly bool _manyMaps = random.Chance(50);

    /// <summary>Writes a scene.</summary>
    public void Write()
    {
        int map = _manyMaps ? random.Below(_maps) : 0;
        switch (_scenes.Pick(random))
        {
            case Scene.Grow: Grow(map, random.Pick(Amounts)); break;
            case Scene.Window: Window(map); break;
            case Scene.Pile: Pile(map); break;
            case Scene.Churn: Churn(map); break;
            case Scene.Cross: Cross(map); break;
            case Scene.Points: Points(map); break;
            case Scene.Walk: Walk(map); break;
            case Scene.Loop: Loop(map); break;
            case Scene.Specials: Specials(map); break;
            case Scene.Zeros: Zeros(map); break;
            case Scene.Clear: Clear(map); break;
            case Scene.Clone: Clone(map); break;
            case Scene.Objects: Objects(map); break;
            case Scene.Collect: ops.Add(BinaryOpCode.Gc); break;
            case Scene.Starts: Starts(map); break;
            case Scene.Look: Look(map); break;
            default: Drain(map); break;
        }
    }

    /// <summary>Looks at all that is left: open iterations are taken to their ends, keys looked up, maps walked.</summary>
    public void Close()
    {
        for (int i = 0; i < Iterators; i++)
        {
            if (random.Chance(60))
            {
                ops.Times(1 + random.Below(32));
                ops.Add(BinaryOpCode.Next, (byte)i);
            }
        }

        for (int map = 0; map < _maps; map++)
        {
            Look(map);
        }
    }

    private void Grow(int map, int count)
    {
        ops.AssignMany(map, count, _head, Elem());
        _head += count;
    }

    /// <summary>A window of keys that moves: the map stays small while overflow buckets gather.</summary>
    private void Window(int map)
    {
        int width = 4 + random.Below(24), step = 1 + random.Below(8), turns = 2 + random.Below(12);
        _tail = Math.Max(_tail, _head - width);
        bool walks = random.Chance(30);
        for (int i = 0; i < turns; i++)
        {
            Grow(map, step);
            if (_head - _tail > width)
            {
                ops.DeleteMany(map, _head - _tail - width, _tail);
                _tail = _head - width;
            }

            if (walks && random.Chance(40))
            {
                ops.Add(BinaryOpCode.Next, (byte)random.Below(Iterators));
            }
        }
    }

    /// <summary>Deletes what is left of the counted keys, or all but a few.</summary>
    private void Drain(int map)
    {
        int from = random.Chance(70) ? Math.Max(0, _head - 60) : _tail;
        int left = _head - from - (random.Chance(40) ? random.Below(4) : 0);
        if (left > 0)
        {
            ops.DeleteMany(map, left, from);
        }
    }

    private void Points(int map)
    {
        int count = 2 + random.Below(10);
        for (int i = 0; i < count; i++)
        {
            int key = Key();
            switch (random.Below(10))
            {
                case 0 when random.Chance(40): ops.Add(BinaryOpCode.AssignPanic, (byte)map, (byte)key); break;
                case < 5: ops.Assign(map, key, Elem()); break;
                case < 7: ops.Add(BinaryOpCode.Lookup, (byte)map, (byte)key); break;
                case < 9: ops.Add(BinaryOpCode.Delete, (byte)map, (byte)key); break;
                default: ops.Add(BinaryOpCode.Len, (byte)map); break;
            }
        }
    }

    private void Look(int map)
    {
        ops.Add(BinaryOpCode.Len, (byte)map);
        if (_head > 0)
        {
            int count = Math.Min(_head, 70);
            ops.LookupMany(map, count, _head - count);
        }

        if (random.Chance(60))
        {
            ops.Add(BinaryOpCode.Range, (byte)map);
            ops.End();
        }
    }

    /// <summary>Mostly one of six hot keys; sometimes one that depends on what the map holds, or a special.</summary>
    private int Key() => random.Below(100) switch
    {
        < 60 => (_hot + random.Below(6)) & 63,
        < 72 => random.Below(64),
        < 82 => 64 + random.Below(16),
        < 88 => 80 + random.Below(16),
        < 91 => 96 + random.Below(16),
        _ => OpList.Special + random.Below(15),
    };

    private int Elem() => random.Below(100) switch
    {
        < 50 => OpList.CounterElem,
        < 95 => random.Below(64),
        _ => OpList.Special + random.Below(15),
    };
}
