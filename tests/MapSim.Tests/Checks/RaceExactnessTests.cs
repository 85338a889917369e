using MapSim.Checks;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>The detector beside happens-before computed the slow way: as the transitive closure over all events.</summary>
public sealed class RaceExactnessTests
{
    [Theory]
    [InlineData(3000, 12)]
    [InlineData(2000, 25)]
    [InlineData(1000, 40)]
    public void The_races_found_are_those_of_the_transitive_closure(int traces, int length)
    {
        int racy = 0, races = 0;
        for (int seed = 0; seed < traces; seed++)
        {
            var random = new RandomSource((ulong)(seed + 1000 * length));
            var trace = new BothWays(isCalm: random.Chance(60));
            for (int i = 0; i < length; i++)
            {
                trace.RandomEvent(random);
            }

            Assert.True(
                trace.Expected.SequenceEqual(trace.Found),
                $"seed {seed}: expected {string.Join(' ', trace.Expected)}, found {string.Join(' ', trace.Found)}\n{string.Join('\n', trace.Log)}");
            racy += trace.Expected.Count > 0 ? 1 : 0;
            races += trace.Expected.Count;
        }

        // There are traces with races, with many, and without any.
        Assert.InRange(racy, traces / 10, traces * 9 / 10);
        Assert.True(races > racy);
    }

    /// <summary>A trace that is told to a detector and, as a graph of events, to the slow computation.</summary>
    private sealed class BothWays(bool isCalm)
    {
        private const int Goroutines = 5;
        private readonly RaceDetector _detector = new(RaceMode.EveryAccess);
        private readonly List<UInt128> _before = []; // node -> the nodes that happen before it
        private readonly int[] _last = [.. Enumerable.Repeat(-1, Goroutines)]; // goroutine -> its last node
        private readonly bool[] _known = new bool[Goroutines]; // took part in something
        private readonly int[] _forkedAt = [.. Enumerable.Repeat(-1, Goroutines)];
        private readonly Dictionary<string, List<int>> _released = [];
        private readonly List<(int Node, ulong Step, int G, string Kind, string Site, HashSet<ulong> Bytes)> _accesses = [];
        private readonly HashSet<(string Pair, ulong Byte)> _reported = [];

        public List<(ulong First, ulong Second, ulong Address)> Expected { get; } = [];

        public List<string> Log { get; } = [];

        public IEnumerable<(ulong First, ulong Second, ulong Address)> Found =>
            _detector.Races.Select(r => (r.First.What.Step, r.Second.What.Step, r.Address.Value));

        public void RandomEvent(RandomSource random)
        {
            int g = random.Below(Goroutines), other = (g + 1 + random.Below(Goroutines - 1)) % Goroutines;
            ulong sync = 1 + (ulong)random.Below(2);
            int choice = random.Below(20);
            Log.Add($"{Log.Count}: g{g} choice {choice} other {other} sync {sync}");
            switch (choice)
            {
                case 0 when !_known[other]:
                    _forkedAt[other] = Node(g);
                    _known[other] = true;
                    _detector.Fork(g, other);
                    break;
                case 1:
                    Node(g, _last[other] >= 0 ? [_last[other]] : _forkedAt[other] >= 0 ? [_forkedAt[other]] : []);
                    _detector.Join(g, other);
                    _known[other] = true;
                    break;
                case 2 or 3 or 4:
                    Node(g, Releases($"s{sync}"));
                    _detector.Acquire(g, sync);
                    break;
                case 5 or 6:
                    Set($"s{sync}", Node(g));
                    _detector.Release(g, sync);
                    break;
                case 7:
                    Releases($"s{sync}").Add(Node(g));
                    _detector.ReleaseMerge(g, sync);
                    break;
                case 8:
                    List<int> old = [.. Releases($"s{sync}")];
                    Set($"s{sync}", Node(g));
                    Node(g, old);
                    _detector.ReleaseAcquire(g, sync);
                    break;
                case 9:
                    Forget((ulong)random.Below(16), 1 + random.Below(8));
                    break;
                default:
                    AccessKind kind = random.Pick([AccessKind.Load, AccessKind.Load, AccessKind.Store, AccessKind.Atomic]);
                    bool isLocked = isCalm && random.Chance(97);
                    Lock(g, isLocked);
                    Access(g, kind, (ulong)random.Below(16), 1 + random.Below(12), random.Pick(["a", "b"]));
                    Unlock(g, isLocked);
                    break;
            }
        }

        private void Lock(int g, bool really)
        {
            if (really)
            {
                Node(g, Releases("s0"));
                _detector.Acquire(g, 0);
            }
        }

        private void Unlock(int g, bool really)
        {
            if (really)
            {
                Set("s0", Node(g));
                _detector.Release(g, 0);
            }
        }

        private void Access(int g, AccessKind kind, ulong offset, int size, string site)
        {
            ulong address = 0x1000 + offset, step = (ulong)Log.Count;
            _detector.Access(g, new Access(kind, new Addr(address), size), new RaceEvent(site, step));
            List<int> atomics = kind == AccessKind.Atomic ? Releases($"a{address}") : [];
            int node = Node(g, atomics);
            atomics.Add(node);
            HashSet<ulong> bytes = [.. Enumerable.Range(0, size).Select(i => address + (ulong)i)];
            foreach (var past in Enumerable.Reverse(_accesses))
            {
                bool conflict = (kind != AccessKind.Load || past.Kind != "Load") && !(kind == AccessKind.Atomic && past.Kind == "Atomic");
                if (past.G == g || !conflict || (_before[node] >> past.Node & 1) != 0)
                {
                    continue;
                }

                string[] pair = [$"{site} {kind}", $"{past.Site} {past.Kind}"];
                Array.Sort(pair, StringComparer.Ordinal);
                ulong[] fresh = [.. bytes.Intersect(past.Bytes).Where(b => _reported.Add((string.Join('|', pair), b)))];
                if (fresh.Length > 0)
                {
                    Expected.Add((past.Step, step, fresh.Min()));
                }
            }

            _accesses.Add((node, step, g, kind.ToString(), site, bytes));
        }

        private void Forget(ulong offset, int size)
        {
            HashSet<ulong> gone = [.. Enumerable.Range(0, size).Select(i => 0x1000 + offset + (ulong)i)];
            _detector.Forget(new Addr(0x1000 + offset), size);
            _reported.RemoveWhere(r => gone.Contains(r.Byte));
            foreach (var past in _accesses)
            {
                past.Bytes.ExceptWith(gone);
            }

            foreach (ulong address in gone)
            {
                _released.Remove($"a{address}");
            }
        }

        /// <summary>A new event of a goroutine, after its last one and after others.</summary>
        private int Node(int g, params List<int> after)
        {
            Start(g);
            UInt128 before = 0;
            foreach (int node in after.Append(_last[g]).Where(n => n >= 0))
            {
                before |= _before[node] | UInt128.One << node;
            }

            _before.Add(before);
            return _last[g] = _before.Count - 1;
        }

        /// <summary>A goroutine that was forked begins after the fork.</summary>
        private void Start(int g)
        {
            _known[g] = true;
            if (_last[g] < 0)
            {
                _last[g] = _forkedAt[g];
            }
        }

        private List<int> Releases(string name)
        {
            if (!_released.TryGetValue(name, out List<int>? nodes))
            {
                _released[name] = nodes = [];
            }

            return nodes;
        }

        private void Set(string name, int node) => _released[name] = [node];
    }
}
