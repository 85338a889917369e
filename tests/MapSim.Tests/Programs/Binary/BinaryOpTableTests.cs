using System.Globalization;
using System.Text;
using MapSim.Layout;
using MapSim.Memory;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

public sealed class BinaryOpTableTests
{
    private const string Rule =
        "The binary form is append-only: stored corpora must keep their meaning. An entry that stands for an op does so for ever, an op keeps its number and its arguments "
        + "(more may come behind them), a type keeps its number and its pool. Only entries called Reserved may become ops, and types be added at the end of their list. "
        + "If that is what you did, write the new listing to tests/MapSim.Tests/data/";

    /// <summary>What no op produces, and why.</summary>
    private static readonly Dictionary<OperationKind, string> Exempt = new()
    {
        [OperationKind.Assert] = "it does nothing: it is for people who write tests",
    };

    [Fact]
    public void The_table_has_128_entries_and_every_op_has_one()
    {
        Assert.Equal(128, BinaryOpTable.Listing().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        foreach (BinaryOpCode code in Enum.GetValues<BinaryOpCode>())
        {
            Assert.Equal(code, BinaryOpTable.Op(BinaryOpTable.Entry(code)));
        }
    }

    [Fact]
    public void Entries_of_the_table_keep_their_meaning() => AssertAppended("binary-ops-v1.txt", BinaryOpTable.Listing(), committed => committed.EndsWith(" 0 Reserved", StringComparison.Ordinal));

    [Fact]
    public void Map_types_keep_their_numbers_and_their_pools() => AssertAppended("binary-map-types-v1.txt", MapTypes(), _ => false);

    [Fact]
    public void Types_in_interfaces_keep_their_numbers() =>
        AssertAppended("binary-value-types-v1.txt", string.Concat(BinaryTypes.Dynamic.Select((t, i) => string.Create(CultureInfo.InvariantCulture, $"{i} {t}\n"))), _ => false);

    [Fact]
    public void A_change_of_the_table_is_seen()
    {
        string[] committed = ["80 1 Config", "81 3 Assign key", "ff 0 Reserved"];
        Assert.Null(Change(committed, ["80 1 Config", "81 3 Assign key elem", "ff 54 Swap"], c => c.EndsWith("Reserved", StringComparison.Ordinal)));
        Assert.Contains("81 3 Assign", Change(committed, ["80 1 Config", "81 4 AssignMany key", "ff 0 Reserved"], _ => false), StringComparison.Ordinal);
        Assert.Contains("ff 0 Reserved", Change(committed, ["80 1 Config", "81 3 Assign key"], _ => false), StringComparison.Ordinal);
    }

    /// <summary>Programs of random ops must contain every kind of operation sooner or later.</summary>
    [Fact]
    public void Every_kind_of_operation_comes_from_some_op()
    {
        var missing = Enum.GetValues<OperationKind>().Where(k => !Exempt.ContainsKey(k)).ToHashSet();
        for (ulong seed = 0; seed < 3000 && missing.Count > 0; seed++)
        {
            MapProgram program = BinaryResolver.Resolve(BinaryGenerator.Make(new RandomSource(seed), 60, 0));
            missing.ExceptWith(program.Lines.Select(l => (l.Statement as Operation ?? (l.Statement as CaseLine)?.Operation)?.Kind).OfType<OperationKind>());
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void The_types_are_written_as_go_types_are() =>
        Assert.All(BinaryTypes.Maps, t => Assert.Equal(t, MapType.Parse(t).Text));

    [Fact]
    public void The_types_in_interfaces_are_written_as_go_types_are() =>
        Assert.All(BinaryTypes.Dynamic.Skip(1), t => Assert.Equal(t, GoTypeParser.Parse(t, Arch.Amd64).Text));

    private static void AssertAppended(string file, string listing, Func<string, bool> mayChange)
    {
        string path = Repository.Path("tests/MapSim.Tests/data/" + file);
        string? change = Change(File.ReadAllLines(path), listing.Split('\n', StringSplitOptions.RemoveEmptyEntries), mayChange);
        Assert.True(change == null, $"{change}\n{Rule}{file}:\n{listing}");
        Assert.True(File.ReadAllText(path) == listing, $"something was appended.\n{Rule}{file}:\n{listing}");
    }

    /// <summary>The first committed line that has another meaning now; null if none has.</summary>
    private static string? Change(string[] committed, string[] now, Func<string, bool> mayChange)
    {
        for (int i = 0; i < committed.Length; i++)
        {
            string found = i < now.Length ? now[i] : "nothing";
            if (!mayChange(committed[i]) && found != committed[i] && !found.StartsWith(committed[i] + " ", StringComparison.Ordinal))
            {
                return $"expected '{committed[i]}', found '{found}'.";
            }
        }

        return null;
    }

    private static string MapTypes() => string.Concat(BinaryTypes.Maps.Select((t, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{i} {t} {Pools(t, Arch.Amd64)} {Pools(t, Arch.I386)}\n")));

    private static string Pools(string map, Arch arch)
    {
        MapType type = MapType.Parse(map, arch);
        var texts = new StringBuilder();
        foreach (GoType t in (GoType[])[type.Key, type.Elem])
        {
            texts.AppendJoin('\n', Enumerable.Range(0, ValuePool.Count).Select(n => ValuePool.Value(t, n).ToText()));
            texts.AppendJoin('\n', Enumerable.Range(0, ValuePool.MostSpecials).Select(n => ValuePool.Special(t, n).ToText()));
            texts.Append(CultureInfo.InvariantCulture, $"\n{CounterValue.End(t)} {(CounterValue.End(t) > 0 ? CounterValue.Of(t).ToText() : "")}\n");
        }

        return Fingerprint.OfBytes(0, Encoding.UTF8.GetBytes(texts.ToString())).Low.ToString("x16", CultureInfo.InvariantCulture);
    }
}
