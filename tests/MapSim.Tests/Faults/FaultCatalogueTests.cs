using System.Text.RegularExpressions;
using MapSim.Faults;
using MapSim.Layout;
using Xunit;

namespace MapSim.Tests.Faults;

public sealed partial class FaultCatalogueTests
{
    [Fact]
    public void There_are_79_faults_each_in_its_place()
    {
        Assert.Equal(79, Enum.GetValues<Fault>().Length);
        Assert.Equal(Enum.GetValues<Fault>(), FaultCatalogue.All.Select(f => f.Fault));
        Assert.All(FaultCatalogue.All, f => Assert.Same(f, FaultCatalogue.Of(f.Fault)));
        Assert.All(FaultCatalogue.All, f => Assert.Same(f, FaultCatalogue.Find(f.Id)));
        Assert.Null(FaultCatalogue.Find("no-such-fault"));
    }

    [Fact]
    public void An_id_is_the_name_with_hyphens()
    {
        Assert.Equal("assign-no-again", FaultCatalogue.All[0].Id);
        Assert.All(FaultCatalogue.All, f => Assert.Equal(f.Fault.ToString(), string.Concat(f.Id.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))));
        Assert.All(RepairCatalogue.All, r => Assert.Equal(r.Repair.ToString(), string.Concat(r.Id.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))));
        Assert.Equal(Enum.GetValues<Repair>(), RepairCatalogue.All.Select(r => r.Repair));
    }

    [Fact]
    public void Every_row_says_everything()
    {
        string[] oracles = [.. Enumerable.Range(1, 8).Select(i => $"H{i}"), .. Enumerable.Range(1, 10).Select(i => $"G{i}"), "throw"];
        Assert.All(FaultCatalogue.All, f =>
        {
            Assert.InRange(f.Difficulty, 1, 4);
            Assert.InRange(f.Change.Length, 20, 200);
            Assert.InRange(f.GoesWrong.Length, 20, 300);
            Assert.DoesNotMatch(EndsWithStop(), f.Change);
            Assert.Matches(EndsWithStop(), f.GoesWrong);
            Assert.NotEmpty(f.Origin);
            Assert.NotEmpty(f.Oracles);
            Assert.NotEmpty(f.Versions);
            Assert.All(f.Oracles, o => Assert.Contains(o, oracles));
        });
    }

    [Fact]
    public void The_score_card_of_the_catalogue_holds()
    {
        int Of(FaultVerdict verdict) => FaultCatalogue.All.Count(f => f.Expected == verdict);
        Assert.Equal((74, 2, 1, 2), (Of(FaultVerdict.Killed), Of(FaultVerdict.KilledIfAllocationsCollect), Of(FaultVerdict.KilledIfRaced), Of(FaultVerdict.Equivalent)));
        Assert.Equal([6, 7, 4, 10, 7, 8, 15, 7, 6, 9], FaultCatalogue.All.GroupBy(f => f.Group).OrderBy(g => g.Key).Select(g => g.Count()));
    }

    [Fact]
    public void Every_fault_is_asked_for_by_the_model_and_by_nobody_else()
    {
        string source = Repository.Path("src");
        var asked = new Dictionary<string, HashSet<string>>();
        foreach (string file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(source, file).Replace('\\', '/');
            if (path.Contains("/obj/", StringComparison.Ordinal) || path.StartsWith("MapSim/Faults/", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (Match use in Use().Matches(File.ReadAllText(file)).Where(u => Enum.TryParse<Fault>(u.Groups[1].Value, out _)))
            {
                string folder = path.Split('/')[1];
                asked.TryAdd(use.Groups[1].Value, []);
                asked[use.Groups[1].Value].Add(folder);
            }
        }

        Assert.Equal([], Enum.GetNames<Fault>().Where(f => !asked.ContainsKey(f)));
        Assert.All(asked, a => Assert.All(a.Value, folder => Assert.Contains(folder, new[] { "Heap", "Machine", "Map", "Gc", "Programs" })));
    }

    [Fact]
    public void Changes_are_a_set_that_prints_what_commands_read()
    {
        ModelChanges both = ModelChanges.None.With(Fault.NoverflowNotReset).With(Fault.AssignNoAgain).With(Repair.IterFilterOnce);
        Assert.Equal([Fault.AssignNoAgain, Fault.NoverflowNotReset], both.Faults);
        Assert.Equal("fault assign-no-again fault noverflow-not-reset repair iter-filter-once", both.ToString());
        Assert.Equal("--fault assign-no-again --fault noverflow-not-reset --repair iter-filter-once ", both.ToOptions());
        Assert.Equal(both, ModelChanges.None.With(Repair.IterFilterOnce).With(ModelChanges.None.With(Fault.AssignNoAgain).With(Fault.NoverflowNotReset)));
        Assert.Equal("repair iter-filter-once", both.WithoutFaults.ToString());
        Assert.True(both.HasFaults && !both.WithoutFaults.HasFaults && !both.WithoutFaults.IsNone && ModelChanges.None.IsNone);
        Assert.All(Enum.GetValues<Fault>(), f => Assert.Equal([f], ModelChanges.None.With(f).Faults));
    }

    [Fact]
    public void A_release_has_only_the_faults_that_make_sense_for_it()
    {
        ModelChanges clone = ModelChanges.None.With(Fault.CloneHintOverload);
        Assert.Null(clone.NotOf(GoVersion.Go123));
        Assert.Equal("expected one of go 1.22, 1.23 for the fault clone-hint-overload, found go 1.21", clone.NotOf(GoVersion.Go121));
    }

    [GeneratedRegex(@"\.$")]
    private static partial Regex EndsWithStop();

    [GeneratedRegex(@"(?<!\w)Fault\.([A-Z]\w+)")]
    private static partial Regex Use();
}
