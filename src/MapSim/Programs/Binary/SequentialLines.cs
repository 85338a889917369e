using MapSim.Heap;
using MapSim.Layout;
using MapSim.Machines;
using MapSim.Map;
using MapSim.Memory;

namespace MapSim.Programs;

/// <summary>Does the lines of a program one after the other on a session: control flow here, operations in the other half.</summary>
internal sealed partial class SequentialLines
{
    private const int MostOperations = 400_000;
    private readonly ObjectNames _names;
    private readonly Action<string>? _observer;
    private readonly Dictionary<string, MapVariable> _maps = [];
    private readonly Dictionary<(string Goroutine, string Name), (Addr At, MapVariable Map)> _iterators = [];
    private readonly Dictionary<(string Goroutine, string Name), Addr> _pointers = [];
    private readonly Dictionary<(string Goroutine, string Map), Addr> _lastIterators = [];
    private readonly HashSet<string> _done = [];
    private string _goroutine = "";
    private int _operations;

    /// <summary>Makes the maps of a program.</summary>
    /// <param name="session">The machine; its types are those of the maps in the order in which they first come.</param>
    /// <param name="header">The maps.</param>
    /// <param name="names">Is told what objects are called.</param>
    /// <param name="observer">Is told the result of every operation; null if nobody listens.</param>
    public SequentialLines(MapSession session, MapProgram header, ObjectNames names, Action<string>? observer)
    {
        Session = session;
        _names = names;
        Writer = new ValueWriter(session, names);
        _observer = observer;
        List<string> types = [.. header.Maps.Select(m => m.Map.Type).Distinct()];
        Guarded(() =>
        {
            foreach ((_, MapDeclaration map) in header.Maps)
            {
                int type = types.IndexOf(map.Type);
                Addr at = map.Origin switch
                {
                    MapOrigin.Nil => default,
                    MapOrigin.Hint => session.Make(type, MakeForm.Hint, map.Hint),
                    MapOrigin.Stack => session.Make(type, MakeForm.Stack),
                    _ => session.Make(type),
                };
                _maps.Add(map.Name, new MapVariable(map.Name, session.TypeOf(type), type, at));
            }
        });
    }

    /// <summary>The machine.</summary>
    public MapSession Session { get; }

    /// <summary>Turns values into bytes.</summary>
    public ValueWriter Writer { get; }

    /// <summary>True after a panic that was not recovered, and after what no program survives.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>A map by its name.</summary>
    public MapVariable? Map(string name) => _maps.GetValueOrDefault(name);

    /// <summary>The iterator over a map that a goroutine started last; null if there is none.</summary>
    public Addr? LastIterator(string map, string goroutine) => _lastIterators.TryGetValue((goroutine, map), out Addr at) ? at : null;

    /// <summary>Does lines of a goroutine.</summary>
    public void Run(string goroutine, IReadOnlyList<ProgramLine> lines)
    {
        _goroutine = goroutine;
        Guarded(() => Run(lines, 0, lines.Count, null, 1));
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is OutOfSimulatedMemoryException or ArgumentOutOfRangeException { ParamName: "size" })
        {
            HasEnded = true;
        }
    }

    /// <summary>Does some of the lines; says whether a loop around them is to be left or goes on to its next turn.</summary>
    private OperationKind? Run(IReadOnlyList<ProgramLine> lines, int from, int to, long? counter, long turn)
    {
        for (int at = from; at < to && !HasEnded; at++)
        {
            IStatement? line = lines[at].Statement;
            int end = Blocks.Opens(line) ? Blocks.EndOf(lines, at) : at;
            if (IsNow(line, turn))
            {
                OperationKind? leaves = null;
                switch (line)
                {
                    case Operation { Kind: OperationKind.Break or OperationKind.Continue } leave:
                        return leave.Kind;
                    case Operation { Kind: OperationKind.Range } range:
                        Range(range, lines, at + 1, end, counter);
                        break;
                    case Operation { Kind: OperationKind.Do } once when _done.Add(once.Name):
                        leaves = Run(lines, at + 1, end, counter, turn);
                        break;
                    case RepeatLine repeat:
                        Repeat(repeat.Repeat, lines, at + 1, end);
                        break;
                    case Operation { OpensBlock: false } operation:
                        Repeat(operation, counter);
                        break;
                }

                if (leaves != null)
                {
                    return leaves;
                }
            }

            at = end;
        }

        return null;
    }

    private static bool IsNow(IStatement? line, long turn)
    {
        Turns? turns = line switch
        {
            Operation operation => operation.Turn,
            RepeatLine repeat => repeat.Turn,
            _ => null,
        };
        return turns == null || (turn >= turns.From && turn < turns.To);
    }

    private void Repeat(Repetition repeat, IReadOnlyList<ProgramLine> lines, int from, int to)
    {
        for (long i = repeat.From; i < repeat.To && !HasEnded; i++)
        {
            if (Run(lines, from, to, i, i - repeat.From + 1) == OperationKind.Break)
            {
                return;
            }
        }
    }

    private void Repeat(Operation operation, long? counter)
    {
        for (long i = operation.Repeat?.From ?? 0; i < (operation.Repeat?.To ?? 1) && !HasEnded; i++)
        {
            Do(operation, operation.Repeat == null ? counter : i);
        }
    }

    private void Range(Operation range, IReadOnlyList<ProgramLine> lines, int from, int to, long? counter)
    {
        MapVariable map = _maps[range.Other!];
        Addr iterator = Session.NewIterator();
        _iterators[(_goroutine, range.Name)] = (iterator, map);
        _lastIterators[(_goroutine, map.Name)] = iterator;
        OperationEnd end = Session.IterInit(map.TypeNumber, map.Address, iterator);
        for (long turn = 1; !Ends(end, false) && !Session.IteratorKey(iterator).IsNil; turn++)
        {
            if (Run(lines, from, to, counter, turn) == OperationKind.Break || HasEnded)
            {
                return;
            }

            end = Session.IterNext(iterator);
        }
    }
}
