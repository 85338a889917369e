using System.Globalization;
using MapSim.Concurrency.Tests.Litmus;

namespace MapSim.Concurrency.Tests.States;

/// <summary>Writes small litmus programs with loops that may run for ever, asserts and mutexes: the same number, the same program.</summary>
internal static class LoopingPrograms
{
    private static readonly string[] Variables = ["x", "y", "z"];

    public static string Text(int number)
    {
        var random = new Random(unchecked(number * 104729) ^ 0x1005);
        var text = new ProgramText($"looping{number}", Variables);
        int threads = random.Next(2, 4);
        for (int t = 0; t < threads; t++)
        {
            List<string> lines = [];
            int length = random.Next(2, 6);
            int loop = random.Next(length);
            for (int i = 0; i < length; i++)
            {
                if (i == loop)
                {
                    lines.Add("again:");
                }

                // Half of the accesses go to a place that is likely to be the thread's own.
                string place = random.Next(2) == 0 ? Variables[t] : Variables[random.Next(Variables.Length)];
                lines.Add(random.Next(6) switch
                {
                    0 or 1 => $"r = load {place}",
                    2 or 3 => FormattableString.Invariant($"store {place} {random.Next(3)}"),
                    4 => FormattableString.Invariant($"r = cas {place} {random.Next(2)} {random.Next(3)}"),
                    _ => FormattableString.Invariant($"r = swap {place} {random.Next(3)}"),
                });
                if (random.Next(5) == 0)
                {
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"assert r != {random.Next(3)}"));
                }
            }

            lines.Add(string.Create(CultureInfo.InvariantCulture, $"if r == {random.Next(3)} goto again"));
            text.Thread(FormattableString.Invariant($"t{t}"), [.. lines]);
        }

        return text.ToString();
    }
}
