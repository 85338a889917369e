using System.Globalization;

namespace MapSim.Programs;

/// <summary>The test function: how the program must end, or which defect it is after.</summary>
internal static class GoVerdict
{
    private const string NilDereference = "nil pointer dereference";

    /// <summary>The key of the defect that a program is after, if one run on a real map shows it only by chance; else null.</summary>
    public static string? HuntedKey(Expectation expectation) => expectation.Verdict switch
    {
        VerdictKind.Finding => expectation.Key,
        VerdictKind.Fatal or VerdictKind.Throw or VerdictKind.Undefined => Expectation.Word(expectation.Verdict),
        VerdictKind.Panic when expectation.Message?.Contains(NilDereference, StringComparison.Ordinal) == true => "panic/nil-dereference",
        _ => null,
    };

    /// <summary>Writes the body of the test.</summary>
    /// <param name="go">The file.</param>
    /// <param name="context">The program.</param>
    /// <param name="function">The function that runs it once.</param>
    public static void Write(GoSource go, GoExportContext context, string function)
    {
        Expectation expectation = context.Program.Expectation;
        string file = GoQuote.Quote(System.Text.Encoding.UTF8.GetBytes(context.Options.File));
        if (HuntedKey(expectation) is not { } key)
        {
            string panics = expectation.Verdict == VerdictKind.Panic ? "true" : "false";
            go.Line($"simClean(t, {file}, {panics}, {expectation.Message ?? "\"\""}, {function})");
            return;
        }

        string family = key.Split('/')[0], end = string.Create(CultureInfo.InvariantCulture, $"{context.Options.Runs}, {context.Options.Seconds}, {function})");
        if (NotSeen(family, context.Options.Unsafe) is { } reason)
        {
            go.Line($"simOnce({file}, true, {function})");
            go.Line($"t.Skip(\"{reason}: {key}\")");
        }
        else if (family is "fatal" or "throw" or "undefined" or "use-after-free" or "iter-dangling")
        {
            context.Need("crash.go");
            go.Line($"simHuntCrash(t, {file}, \"{key}\", {CrashMessage(expectation, family)}, {end}");
        }
        else
        {
            go.Line($"simHunt(t, {file}, \"{key}\", {end}");
        }
    }

    private static string CrashMessage(Expectation expectation, string family) =>
        expectation.Message != null && family is "fatal" or "throw" ? expectation.Message!
        : expectation.Key is { } key && family == "fatal" && key.Split('/') is [_, var words, ..] ? $"\"{words.Replace('-', ' ')}\""
        : "\"\"";

    /// <summary>Why a test of this flavour cannot see a defect; null if it can.</summary>
    private static string? NotSeen(string family, bool isUnsafe) => family switch
    {
        "race" => "ran once; only go test -race can see it",
        "gc" => "ran once; a test cannot see into the collector",
        "structure" or "growth" when !isUnsafe => "ran once; only an export with --unsafe looks into the map",
        _ => null,
    };
}
