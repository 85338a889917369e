using System.Globalization;
using MapSim.Layout;

namespace MapSim.Fuzz;

/// <summary>The command line and the environment of one instance of afl-fuzz.</summary>
/// <param name="Name">The instance's folder in the output folder.</param>
/// <param name="Arguments">The words behind afl-fuzz.</param>
public sealed record AflCommandLine(string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>Longest input that AFL makes, bytes: the target looks at the first <see cref="TargetInput.MostOps"/> ops only.</summary>
    public const int LongestInput = 4096;

    /// <summary>
    /// What AFL++ must be told about this target: that it is instrumented although it does not look so, that its own
    /// start takes a moment, and that machine settings which matter to real crashes do not matter here.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["AFL_SKIP_BIN_CHECK"] = "1",
        ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1",
        ["AFL_SKIP_CPUFREQ"] = "1",
        ["AFL_TRY_AFFINITY"] = "1",
        ["AFL_FORKSRV_INIT_TMOUT"] = "60000",
        ["AFL_AUTORESUME"] = "1",
    };

    /// <summary>The command lines of a campaign, one for each instance.</summary>
    public static IReadOnlyList<AflCommandLine> Of(AflSetting setting) => [.. Enumerable.Range(0, setting.Instances).Select(i => Of(setting, i))];

    /// <summary>The words that start the target with its faults, repairs and releases.</summary>
    public static IReadOnlyList<string> TargetWords(IReadOnlyList<string> command, TargetOptions options) =>
        [
            .. command,
            .. options.IsShallow ? (string[])["--shallow"] : [],
            .. options.Repairs.With(options.Faults).ToOptions().Split(' ', StringSplitOptions.RemoveEmptyEntries),
            .. options.Releases.SequenceEqual(GoVersion.All) ? [] : options.Releases.SelectMany(r => new[] { "--go", r.ToString() }),
        ];

    private static AflCommandLine Of(AflSetting setting, int index)
    {
        bool alone = setting.Instances == 1 && setting.Node == null;
        string node = setting.Node ?? "node";
        string name = alone ? "default" : index == 0 ? "main-" + node : string.Create(CultureInfo.InvariantCulture, $"{node}-{index}");
        List<string> words = ["-i", setting.Seeds, "-o", setting.Output];
        words.AddRange(alone ? [] : [index == 0 ? "-M" : "-S", name]);
        words.AddRange(["-s", Number((long)((setting.Seed + (ulong)index) % int.MaxValue)), "-t", Number((long)setting.InputTimeout.TotalMilliseconds), "-m", "none", "-G", Number(LongestInput)]);
        words.AddRange(setting.Time is { } time ? ["-V", Number((long)Math.Ceiling(time.TotalSeconds))] : []);
        words.AddRange(setting.Executions is { } executions ? ["-E", Number(executions)] : []);
        words.AddRange(setting.Dictionary is { } dictionary ? ["-x", dictionary] : []);
        return new AflCommandLine(name, [.. words, "--", .. TargetWords(setting.Command, setting.Target)]);
    }

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);
}
