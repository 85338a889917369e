using System.Globalization;
using System.Text;

namespace MapSim.Programs;

/// <summary>
/// The op table of the binary form: which op each of the 128 entries stands for, and which arguments an op has. A byte
/// 0x80 + n opens the op of entry n.
/// </summary>
/// <remarks>
/// The table is append-only, since old corpora must keep their meaning: an entry that stands for an op does so for ever,
/// only reserved entries may become ops. Frequent ops have several entries, so that random bytes give useful programs.
/// </remarks>
public static class BinaryOpTable
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>Most argument bytes of an op whose values are written out.</summary>
    public const int MostLiteralArguments = 2048;

    private const int Number = 11;

    private static readonly Row[] Rows =
    [
        new(0, 0, BinaryOpCode.Config, 8 + Number, "type origin goroutines release hash forced storebuffers procs seed#"),
        new(1, 12, BinaryOpCode.Assign, 3, "map key elem"),
        new(13, 16, BinaryOpCode.AssignMany, 2 + 2 * Number, "map count# from# elem"),
        new(17, 18, BinaryOpCode.AssignHere, 2, "map elem"),
        new(19, 19, BinaryOpCode.AssignLiteral, MostLiteralArguments, "map elem key... elem..."),
        new(20, 25, BinaryOpCode.Lookup, 2, "map key"),
        new(26, 26, BinaryOpCode.LookupMany, 1 + 2 * Number, "map count# from#"),
        new(27, 27, BinaryOpCode.LookupHere, 1, "map"),
        new(28, 28, BinaryOpCode.LookupLiteral, MostLiteralArguments, "map key..."),
        new(29, 30, BinaryOpCode.LookupInto, MostLiteralArguments, "map key pointer key..."),
        new(31, 39, BinaryOpCode.Delete, 2, "map key"),
        new(40, 41, BinaryOpCode.DeleteMany, 1 + 2 * Number, "map count# from#"),
        new(42, 44, BinaryOpCode.DeleteHere, 1, "map"),
        new(45, 45, BinaryOpCode.DeleteLiteral, MostLiteralArguments, "map key..."),
        new(46, 47, BinaryOpCode.Clear, 1, "map"),
        new(48, 48, BinaryOpCode.Len, 1, "map"),
        new(49, 50, BinaryOpCode.Clone, 2, "map to"),
        new(51, 54, BinaryOpCode.Iter, 2, "map iterator"),
        new(55, 61, BinaryOpCode.Next, 1, "iterator"),
        new(62, 65, BinaryOpCode.Range, 1, "map"),
        new(66, 66, BinaryOpCode.RepeatBlock, 2 * Number, "count# from#"),
        new(67, 70, BinaryOpCode.End, 0, ""),
        new(71, 71, BinaryOpCode.Times, 2 * Number, "count# from#"),
        new(72, 73, BinaryOpCode.Turn, 2, "from more"),
        new(74, 75, BinaryOpCode.Break, 2, "turn more"),
        new(76, 76, BinaryOpCode.Continue, 2, "turn more"),
        new(77, 79, BinaryOpCode.Gc, 1, "flags"),
        new(80, 82, BinaryOpCode.Goroutine, 1, "goroutine"),
        new(83, 87, BinaryOpCode.Yield, 1 + Number, "who steps#"),
        new(88, 88, BinaryOpCode.RandomSchedule, Number, "seed#"),
        new(89, 89, BinaryOpCode.Spawn, 1, "goroutine"),
        new(90, 90, BinaryOpCode.Join, 1, "goroutine"),
        new(91, 91, BinaryOpCode.Lock, 1, "mutex"),
        new(92, 92, BinaryOpCode.Unlock, 1, "mutex"),
        new(93, 93, BinaryOpCode.RLock, 1, "rwmutex"),
        new(94, 94, BinaryOpCode.RUnlock, 1, "rwmutex"),
        new(95, 95, BinaryOpCode.Add, 1 + Number, "var number#"),
        new(96, 96, BinaryOpCode.AddGroup, 1 + Number, "waitgroup number#"),
        new(97, 97, BinaryOpCode.Done, 1, "waitgroup"),
        new(98, 98, BinaryOpCode.Wait, 1, "waitgroup"),
        new(99, 99, BinaryOpCode.Do, 1, "once"),
        new(100, 100, BinaryOpCode.Load, 1, "var"),
        new(101, 101, BinaryOpCode.Store, 1 + Number, "var number#"),
        new(102, 102, BinaryOpCode.Send, 1 + Number, "chan number#"),
        new(103, 103, BinaryOpCode.Receive, 1, "chan"),
        new(104, 104, BinaryOpCode.Close, 1, "chan"),
        new(105, 105, BinaryOpCode.Select, 1 + Number, "case number#"),
        new(106, 106, BinaryOpCode.Case, 1 + Number, "case number#"),
        new(107, 107, BinaryOpCode.Default, 0, ""),
        new(108, 108, BinaryOpCode.New, 1, "pointer"),
        new(109, 109, BinaryOpCode.Read, 1, "pointer"),
        new(110, 110, BinaryOpCode.Drop, 1, "pointer"),
        new(111, 111, BinaryOpCode.Map, 3, "map type origin"),
        new(112, 112, BinaryOpCode.AssignPanic, MostLiteralArguments, "map key key..."),
        new(113, 127, BinaryOpCode.Reserved, 0, ""),
    ];

    private static readonly Row[] ByEntry = [.. Rows.SelectMany(r => Enumerable.Repeat(r, r.Last - r.First + 1))];
    private static readonly Row?[] ByCode = [.. Enumerable.Range(0, 128).Select(c => Array.Find(Rows, r => (int)r.Code == c))];

    /// <summary>The op of an entry.</summary>
    /// <param name="entry">0 to 127.</param>
    public static BinaryOpCode Op(int entry) => ByEntry[entry].Code;

    /// <summary>The first entry of an op: canonical bytes use it.</summary>
    public static int Entry(BinaryOpCode op) => RowOf(op).First;

    /// <summary>Most argument bytes that an op looks at; more are ignored.</summary>
    public static int MostArguments(BinaryOpCode op) => RowOf(op).Arguments;

    /// <summary>The names of an op's arguments; # behind one is a number of several bytes, ... a value written out.</summary>
    public static string ArgumentNames(BinaryOpCode op) => RowOf(op).Names;

    /// <summary>The table as text, an entry a line: what the compatibility test compares.</summary>
    public static string Listing()
    {
        var text = new StringBuilder();
        for (int entry = 0; entry < ByEntry.Length; entry++)
        {
            Row row = ByEntry[entry];
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{0x80 + entry:x2} {(int)row.Code} {row.Code} {row.Names}").TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static Row RowOf(BinaryOpCode op) => ByCode[(int)op] ?? throw new ArgumentOutOfRangeException(nameof(op), op, "no op of the table");

    private sealed record Row(int First, int Last, BinaryOpCode Code, int Arguments, string Names);
}
