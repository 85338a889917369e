using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>
/// Which modelled Go releases show a program's bug (or, for a program that expects none, on which it is clean).
/// </summary>
/// <remarks>
/// On its own release the program runs as written. On others its schedule is followed as far as it goes, and, for a bug that
/// an oracle or the runtime tells, results ("= ...") are not compared: random numbers, so the order of iterations, differ
/// between releases.
/// </remarks>
/// <param name="Own">The release that the program names.</param>
/// <param name="Expected">What is looked for.</param>
/// <param name="Runs">One run a release, oldest first.</param>
public sealed record ReleaseBisection(GoVersion Own, Expectation Expected, IReadOnlyList<ReleaseRun> Runs)
{
    /// <summary>Runs a program on every release.</summary>
    /// <exception cref="ProgramFormatException">Its own release cannot run it.</exception>
    public static ReleaseBisection Of(MapProgram program)
    {
        GoVersion own = ProgramSettings.Of(program).Version;
        RunResult first = new ProgramRunner(program).Run();
        bool says = program.Lines.Any(l => l.Statement is Expectation);

        // A program that does not say what it expects stands for what it does.
        Expectation expected = (says || first.BugKey == null ? program.Expectation : new Expectation(VerdictKind.Finding, Key: first.BugKey)) with { Digest = null };
        bool comparesResults = expected.Verdict == VerdictKind.Clean || expected.Key?.StartsWith("unexpected-result/", StringComparison.Ordinal) == true;
        MapProgram elsewhere = comparesResults ? program : WithoutResults(program);
        return new ReleaseBisection(own, expected, [.. GoVersion.All.Select(v => v == own ? Run(v, ScheduleMode.Strict, first, expected) : Elsewhere(elsewhere, v, expected))]);
    }

    /// <summary>True if every release that can run it says yes or no.</summary>
    public bool IsDecided => Runs.All(r => r.IsDecided);

    /// <summary>True if its own release shows it.</summary>
    public bool OwnShows => Runs.Any(r => r.Release == Own && r.Shows);

    /// <summary>True if what is looked for is that nothing goes wrong.</summary>
    public bool IsClean => Expected.Verdict == VerdictKind.Clean;

    /// <summary>"shown by 1.21 to 1.23, not by 1.19".</summary>
    public string Sentence
    {
        get
        {
            (string shown, string preposition) = IsClean ? ("clean", "on") : ("shown", "by");
            List<ReleaseRun> yes = [.. Runs.Where(r => r.Shows)], no = [.. Runs.Where(r => r is { Shows: false, IsDecided: true, Why: null })];
            string text = yes.Count == Runs.Count ? $"{shown} {preposition} every modelled release"
                : yes.Count == 0 && no.Count > 0 ? $"{shown} {preposition} no modelled release" + (no.Count < Runs.Count ? " that could tell" : "")
                : yes.Count == 0 ? "no modelled release could tell"
                : $"{shown} {preposition} {Names(yes)}" + (no.Count > 0 ? $", not {preposition} {Names(no)}" : "");
            IEnumerable<string> rest = Runs.Where(r => r.Why != null).Select(r => $"; {r.Release} cannot run it: {r.Why}")
                .Concat(Runs.Where(r => !r.IsDecided).Select(r => $"; undecided on {r.Release}: {r.Result!.VerdictText}"));
            return text + string.Concat(rest);
        }
    }

    private static ReleaseRun Elsewhere(MapProgram program, GoVersion release, Expectation expected)
    {
        if (!release.HasClone && program.Operations.Any(o => o.Operation.Kind == OperationKind.Clone))
        {
            return new ReleaseRun(release, ScheduleMode.Prefix, null, false, $"clone is from {GoVersion.All.First(v => v.HasClone)}");
        }

        return Run(release, ScheduleMode.Prefix, new ProgramRunner(program, release, mode: ScheduleMode.Prefix).Run(), expected);
    }

    private static ReleaseRun Run(GoVersion release, ScheduleMode mode, RunResult result, Expectation expected) =>
        new(release, mode, result, expected.Accepts(result.Verdict, result.Message, result.BugKey), null);

    private static MapProgram WithoutResults(MapProgram program) => new(
        [.. program.Lines.Select(l => l.Statement switch
        {
            Operation { Expected: not null } o => new ProgramLine(o with { Expected = null }, l.Comment),
            CaseLine { Operation.Expected: not null } c => new ProgramLine(c with { Operation = c.Operation with { Expected = null } }, l.Comment),
            _ => l,
        })],
        program.EndsWithNewline);

    /// <summary>"1.19", "1.22 and 1.23", "1.21 to 1.23": neighbours are put together.</summary>
    private static string Names(List<ReleaseRun> runs)
    {
        var parts = new List<string>();
        List<GoVersion> all = [.. GoVersion.All];
        for (int i = 0; i < runs.Count;)
        {
            int end = i + 1;
            while (end < runs.Count && all.IndexOf(runs[end].Release) == all.IndexOf(runs[end - 1].Release) + 1)
            {
                end++;
            }

            parts.AddRange(end - i > 2 ? [$"{runs[i].Release} to {runs[end - 1].Release}"] : runs[i..end].Select(r => r.Release.Name));
            i = end;
        }

        return parts.Count == 1 ? parts[0] : string.Join(", ", parts[..^1]) + " and " + parts[^1];
    }
}
