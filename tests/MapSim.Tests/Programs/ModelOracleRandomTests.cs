using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

/// <summary>Random programs: model and machine agree, but for known defects.</summary>
public sealed class ModelOracleRandomTests
{
    private const int Programs = 400;

    [Fact]
    public void Random_programs_over_maps_of_several_types_agree_with_the_model()
    {
        var known = new HashSet<KnownDefect>();
        (int yields, int ends, int operations) = (0, 0, 0);
        for (int seed = 0; seed < Programs; seed++)
        {
            var program = new Program((ulong)seed);
            operations += program.Run();
            foreach (OracleFinding finding in program.Judged.Findings)
            {
                KnownFinding? expected = KnownFindings.Of(finding.Key, program.Judged.Session.Machine.Version);
                Assert.True(expected != null, $"program {seed}: {finding}");
                known.Add(expected.Defect);
            }

            yields += program.Judged.Yields;
            ends += program.Judged.Ends;
        }

        Assert.True(yields > 50_000 && ends > 5000 && operations > 300_000, $"{operations} operations, {yields} yields, {ends} ends, known: {string.Join(", ", known)}");
    }

    [Fact]
    public void Random_text_programs_agree_with_the_model() =>
        ProgramRoundTripTests.ForAllSeeds(
            seed =>
            {
                var program = new JudgedProgram(RandomPrograms.Make(seed));
                program.Run();
                Assert.All(program.Findings, f => Assert.True(KnownFindings.Of(f.Finding.Key, program.Settings.Version) != null, $"line {f.Line}: {f.Finding}"));
            },
            runs: 300);

    /// <summary>Up to four maps and four loops at once, of two or three types; keys come in a window that moves.</summary>
    private sealed class Program
    {
        private readonly RandomSource _random;
        private readonly RandomKeys[] _keys;
        private readonly RandomValues _values;
        private readonly int[] _head;
        private readonly int[] _tail;
        private readonly List<(int Type, Addr Map)> _maps = [];
        private int _names;

        public Program(ulong seed)
        {
            _random = new RandomSource(seed);
            GoVersion version = _random.Pick(GoVersion.All);
            Arch arch = _random.Pick(Arch.All);
            MapType[] types = [.. Enumerable.Range(0, 2 + _random.Below(2)).Select(_ => MapType.Parse(_random.Pick(RandomTypes.All), arch))];
            var options = new MachineOptions(version, arch, HashRegimes.Create(_random.Pick(HashRegimes.All), version, arch, _ => _random.Next()), _random.Next());
            var session = new MapSession(options, types) { ForceGeneric = _random.Chance(10) };
            _values = new RandomValues(session, _random);
            _keys = [.. types.Select(t => new RandomKeys(_values, t.Key, _random.Pick([5, 20, 60, 150])))];
            (_head, _tail) = (new int[types.Length], new int[types.Length]);
            Judged = new JudgedSession(session);
        }

        public JudgedSession Judged { get; }

        public int Run()
        {
            int operations = 0;
            for (int phase = 0; phase < 12; phase++)
            {
                int inserts = _random.Pick([20, 45, 45, 70]), loops = _random.Pick([3, 10, 30]), length = 20 + _random.Below(80);
                (int type, Addr map) = _maps.Count > 0 && _random.Chance(80) ? _random.Pick(_maps) : Make();
                for (int i = 0; i < length; i++, operations++)
                {
                    Operate(type, map, inserts, loops);
                }
            }

            return operations + Close();
        }

        private void Operate(int type, Addr map, int inserts, int loops)
        {
            int dice = _random.Below(100);
            if (dice < loops)
            {
                Loop(type, map);
            }
            else if (dice < loops + 6)
            {
                Rare(type, map);
            }
            else if (_random.Chance(20))
            {
                Judged.Lookup(type, map, Key(type, ref _head[type], step: 0));
                Judged.Length(type, map);
            }
            else if (_random.Below(100) < inserts)
            {
                Judged.Assign(type, map, Key(type, ref _head[type], step: 1), _values.Elem(Judged.Session.TypeOf(type).Elem));
            }
            else
            {
                Judged.Delete(type, map, Key(type, ref _tail[type], step: 1));
            }
        }

        private void Loop(int type, Addr map)
        {
            int range = _random.Below(4);
            if (!Judged.IsOpen(range))
            {
                Judged.Start(range, $"r{range}", type, map);
            }
            else if (_random.Below(60) == 0)
            {
                Judged.Break(range);
            }
            else
            {
                Judged.Step(range);
            }
        }

        private void Rare(int type, Addr map)
        {
            switch (_random.Below(6))
            {
                case 0 when _random.Chance(40):
                    Judged.Clear(type, map);
                    break;
                case 1 when Judged.Session.Machine.Version.HasClone:
                    if (Judged.Clone(type, map, $"m{++_names}", out Addr clone).IsOk)
                    {
                        Keep(type, clone);
                    }

                    break;
                case 2:
                    Judged.Assign(type, default, Key(type, ref _head[type], 0), _values.Elem(Judged.Session.TypeOf(type).Elem));
                    Judged.Lookup(type, default, Key(type, ref _head[type], 0));
                    Judged.Delete(type, default, Key(type, ref _head[type], 0));
                    break;
                case 3:
                    Make();
                    break;
                default:
                    Judged.Delete(type, map, Key(type, ref _head[type], 0));
                    break;
            }
        }

        private (int Type, Addr Map) Make()
        {
            int type = _random.Below(_keys.Length);
            Addr map = Judged.Make(type, $"m{++_names}", _random.Pick([MakeForm.Small, MakeForm.Hint]), _random.Pick<long>([0, 9, 20, 60]));
            Keep(type, map);
            return (type, map);
        }

        private void Keep(int type, Addr map)
        {
            if (_maps.Count == 4)
            {
                _maps.RemoveAt(_random.Below(4));
            }

            _maps.Add((type, map));
        }

        /// <summary>Ends every loop and looks at every key of every map, and goes over it once more.</summary>
        private int Close()
        {
            int operations = 0;
            foreach (int range in Judged.OpenRanges.ToArray())
            {
                Judged.ToTheEnd(range);
            }

            foreach ((int type, Addr map) in _maps)
            {
                foreach (RandomKey key in _keys[type].All)
                {
                    Judged.Lookup(type, map, key.Bytes);
                    operations++;
                }

                Judged.Length(type, map);
                Judged.Start(0, "r0", type, map);
                Judged.ToTheEnd(0);
            }

            return operations;
        }

        private byte[] Key(int type, ref int at, int step)
        {
            IReadOnlyList<RandomKey> all = _keys[type].All;
            at = (at + step) % all.Count;
            return (_random.Chance(70) && step > 0 ? all[at] : _random.Pick(all)).Bytes;
        }
    }
}
