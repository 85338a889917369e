using System.Globalization;
using System.Text;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>AFL's dictionary for the binary form: whole ops with arguments, so that an engine that knows nothing of the form puts in more than bytes.</summary>
public static class AflDictionary
{
    private const int Shortest = 2, Longest = 16, OfEach = 3, Tries = 6000;

    /// <summary>The dictionary: lines <c>name="\x80\x01"</c>, some for each kind of op. Always the same.</summary>
    public static string Text()
    {
        var text = new StringBuilder("# Ops of MapSim's binary form (docs/BINARY-FORM.md), for afl-fuzz -x.\n");
        var seen = new Dictionary<BinaryOpCode, HashSet<string>>();
        foreach (BinaryOp op in BinaryGenerator.Make(new RandomSource(1), Tries, relational: 37).Ops)
        {
            byte[] bytes = BinaryEncoder.Encode(new BinaryProgram([op]));
            HashSet<string> ofKind = seen.TryGetValue(op.Code, out HashSet<string>? known) ? known : seen[op.Code] = [];
            string value = string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture).Insert(0, "\\x")));
            if (bytes.Length is >= Shortest and <= Longest && ofKind.Count < OfEach && ofKind.Add(value))
            {
                text.Append(CultureInfo.InvariantCulture, $"{op.Code}_{ofKind.Count}=\"{value}\"\n");
            }
        }

        return text.ToString();
    }
}
