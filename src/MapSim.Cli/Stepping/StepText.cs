using System.Globalization;
using MapSim.Memory;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>Steps and accesses as the stepper writes them: with names in place of addresses.</summary>
internal static class StepText
{
    private const int MostBytes = 8;

    /// <summary>"main.9.Evacuate.StoreTop"; "main" for a step that touched nothing shared.</summary>
    public static string PointOf(TimelineStep step) => step.Point.Label.Length == 0 ? step.Goroutine : step.Point.ToString();

    /// <summary>"store A0:1+3, 1 byte".</summary>
    public static string AccessOf(Timeline timeline, Access access)
    {
        if (access.Kind == AccessKind.None)
        {
            return "no access";
        }

        // Access knows the words for its kinds; what is behind the first space is the raw address.
        string word = access.ToString().Split(' ')[0];
        return access.Address.IsNil ? word : string.Create(CultureInfo.InvariantCulture, $"{word} {timeline.NameOf(access.Address)}{(access.Size == 0 ? "" : access.Size == 1 ? ", 1 byte" : $", {access.Size} bytes")}");
    }

    /// <summary>What a step changed: "00 -> 5a"; the first bytes of the first place, then how many more.</summary>
    public static string ChangesOf(TimelineStep step)
    {
        if (step.Changes.Count == 0)
        {
            return step.Access.IsWrite && step.Access.Kind == AccessKind.Store ? "as before" : "";
        }

        MemoryChange first = step.Changes[0];
        int all = step.Changes.Sum(c => c.New.Length), shown = Math.Min(MostBytes, first.New.Length);
        string more = all > shown ? string.Create(CultureInfo.InvariantCulture, $" and {all - shown} more") : "";
        return $"{Hex(first.Old, shown)} -> {Hex(first.New, shown)}{more}";
    }

    private static string Hex(byte[] bytes, int count) => string.Join(' ', bytes.Take(count).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
