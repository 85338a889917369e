namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>The work-stealing queues of SCTBench (CHESS; the protocol "THE" of Cilk-5): one thread pushes and pops at the tail without a lock, others steal at the head under one.</summary>
/// <remarks>
/// Written anew from what wcventure/PERIOD, evaluation/Chess, does. The cells of all arrays stand in one: the array of n cells
/// begins at n - 2. The owner alone writes tail, elems and mask; it keeps the last two in registers as well. A cell that was never
/// written holds -1, which is no item: using it fails. Each item is to be worked on exactly once. The two queues "with state" push
/// as they should; what goes wrong in the originals is not the queue but the record they keep of it, which is not here: so these
/// two are programs in which nothing can go wrong.
/// </remarks>
internal static class StealingQueues
{
    /// <param name="Stealers">Threads that steal.</param>
    /// <param name="Items">Items, an even number.</param>
    /// <param name="Attempts">How often each of them tries.</param>
    /// <param name="Spins">True for a lock that is an exchange in a loop.</param>
    /// <param name="Fills">True for the mistake: the owner pushes without the lock until the array is full, and not until one cell is left.</param>
    /// <param name="PushesFirst">True to push all items and then pop them, false to pop one after every second.</param>
    public sealed record Shape(int Stealers, int Items, int Attempts, bool Spins, bool Fills, bool PushesFirst);

    /// <summary>The program by its name in SCTBench.</summary>
    public static string Text(string name, int stealers, int items, int attempts) => Text(name, name switch
    {
        "WSQ" => new Shape(stealers, items, attempts, Spins: false, Fills: true, PushesFirst: false),
        "IWSQ" => new Shape(stealers, items, attempts, Spins: true, Fills: true, PushesFirst: false),
        "IWSQWithState" => new Shape(stealers, items, attempts, Spins: true, Fills: false, PushesFirst: false),
        "SWSQ" => new Shape(stealers, items, attempts, Spins: true, Fills: false, PushesFirst: true),
        "WSQ_ok" => new Shape(stealers, items, attempts, Spins: false, Fills: false, PushesFirst: false), // the mistake mended
        _ => throw new ArgumentException($"expected a queue of SCTBench, found {name}"),
    });

    private static string Text(string name, Shape shape)
    {
        var text = new ProgramText(
            $"{name}({shape.Stealers},{shape.Items},{shape.Attempts})", "head", "tail", "elems", "mask = 1", "cell[14] = -1", "held", $"field[{shape.Items}]");
        text.Thread("owner", [.. Owner(shape)]);
        for (int t = 0; t < shape.Stealers; t++)
        {
            text.Thread($"stealer{t}", [.. Stealer(shape)]);
        }

        text.Line($"final {string.Join(" && ", Enumerable.Range(0, shape.Items).Select(i => FormattableString.Invariant($"field[{i}] == 1")))}");
        return text.ToString();
    }

    private static List<string> Owner(Shape shape)
    {
        int label = 0;
        List<string> lines = ["let e = 0", "let k = 1"];
        void Push(int item) => lines.AddRange(PushOf(shape, item, label++));
        void Pop() => lines.AddRange(PopOf(shape, label++));
        for (int i = 0; i < shape.Items; i++)
        {
            Push(i);
            if (!shape.PushesFirst && i % 2 == 1)
            {
                Pop();
            }
        }

        for (int i = 0; i < (shape.PushesFirst ? shape.Items : shape.Items / 2); i++)
        {
            Pop();
        }

        return lines;
    }

    private static IEnumerable<string> PushOf(Shape shape, int item, int n) =>
    [
        "t = load tail", "h = load head", $"if t >= h + k{(shape.Fills ? " + 1" : "")} goto full{n}",
        $"store cell[e + t % (k + 1)] {item}", "store tail t + 1", $"goto pushed{n}",
        $"full{n}:", .. Acquire(shape, $"p{n}"), "h = load head", "t = load tail", "let c = t - h", "let h = h % (k + 1)", "store head h", "store tail h + c",
        $"if c < k goto room{n}", "let i = 0",
        $"copy{n}:", $"if i >= c goto copied{n}", "v = load cell[e + (h + i) % (k + 1)]", "store cell[2 * (k + 1) - 2 + i] v", "let i = i + 1", $"goto copy{n}",
        $"copied{n}:", "let e = 2 * (k + 1) - 2", "let k = 2 * (k + 1) - 1", "store elems e", "store mask k", "store head 0", "store tail c",
        $"room{n}:", "assert c < k", "t = load tail", $"store cell[e + t % (k + 1)] {item}", "store tail t + 1", .. Release(shape),
        $"pushed{n}:",
    ];

    private static IEnumerable<string> PopOf(Shape shape, int n) =>
    [
        "t = load tail", "let t = t - 1", "store tail t", "h = load head", $"if h > t goto empty{n}",
        "r = load cell[e + t % (k + 1)]", $"goto work{n}",
        $"empty{n}:", "store tail t + 1", .. Acquire(shape, $"q{n}"), "t = load tail", "let t = t - 1", "store tail t", "h = load head", "let found = h <= t", $"if !found goto none{n}",
        "r = load cell[e + t % (k + 1)]", $"goto then{n}",
        $"none{n}:", "store tail t + 1",
        $"then{n}:", "h = load head", $"if h <= t goto out{n}", "store head 0", "store tail 0", "let found = 0",
        $"out{n}:", .. Release(shape), $"if !found goto popped{n}",
        $"work{n}:", "f = load field[r]", "store field[r] f + 1",
        $"popped{n}:",
    ];

    private static IEnumerable<string> Stealer(Shape shape) =>
    [
        "let i = 0",
        "again:", .. Acquire(shape, "s"), "h = load head", "store head h + 1", "t = load tail", "if h >= t goto none",
        "e = load elems", "k = load mask", "r = load cell[e + h % (k + 1)]", .. Release(shape), "f = load field[r]", "store field[r] f + 1", "goto next",
        "none:", "store head h", .. Release(shape),
        "next:", "let i = i + 1", $"if i < {shape.Attempts} goto again",
    ];

    private static IEnumerable<string> Acquire(Shape shape, string label) => shape.Spins ? [$"spin{label}:", "was = swap held 1", $"if was goto spin{label}"] : ["lock m"];

    private static IEnumerable<string> Release(Shape shape) => shape.Spins ? ["store held 0"] : ["unlock m"];
}
