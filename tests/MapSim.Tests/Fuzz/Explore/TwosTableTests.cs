using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz.Explore;

/// <summary>What two operations beside two can do that no one beside one can.</summary>
public sealed class TwosTableTests
{
    private static readonly ExploreOptions Options = new() { MostReduced = 20_000, Runs = 50 };

    [Fact]
    public void A_cell_is_made_of_each_operation_beside_each()
    {
        Assert.Equal(["assign new/assign", "assign new/clear", "lookup/assign", "lookup/clear"], new InterleavingCell("doubling", "assign new, lookup", "assign, clear").Parts.Select(p => $"{p.Main}/{p.Other}"));
        Assert.Equal(2, new InterleavingCell("doubling", "delete, delete", "delete, iterate").Parts.Count());
        Assert.Single(new InterleavingCell("doubling", "clear, clear", "clear, clear").Parts);
    }

    [Fact]
    public void Its_parts_are_in_the_situation_as_it_is_and_the_smaller_ones_count_too()
    {
        var cell = new InterleavingCell("same-size grow", "assign existing, assign existing", "assign, assign");
        InterleavingCell part = Assert.Single(cell.Parts);
        Assert.False(part.IsSmallest);
        InterleavingCell[] one = [.. TwosTable.OneOperation([cell])];
        Assert.Equal([part, part with { IsWhole = false }], one);
        Assert.True(one[1].IsSmallest);
        Assert.NotEqual(MapSim.Programs.ProgramPrinter.Print(one[0].ToProgram()), MapSim.Programs.ProgramPrinter.Print(one[1].ToProgram()));
    }

    [Fact]
    public void A_lookup_sees_a_torn_value_only_beside_a_delete_and_an_assign()
    {
        // The new entry comes into the cell of the deleted one, while the lookup has found the old key.
        TwosTable table = Table(new InterleavingCell("no grow", "lookup, lookup", "delete, assign"), new InterleavingCell("no grow", "lookup, lookup", "assign, assign"));
        Assert.Contains("history/torn-value", table.NeedTwo(table.Rows[0]));
        Assert.Empty(table.NeedTwo(table.Rows[1]));
        Assert.All(table.Rows, row => Assert.True(table.IsCertain(row)));
    }

    [Fact]
    public void An_end_that_only_another_operation_notices_needs_no_two()
    {
        // Two writers break the count, and whoever comes next, even a lookup, ends beside nobody and is asked.
        TwosTable table = Table(new InterleavingCell("no grow", "assign new, lookup", "assign, assign"));
        CellEnds row = table.Rows[0];
        Assert.Contains("structure/H3.2/lookup", row.Ends.Select(e => e.Key));
        Assert.DoesNotContain("structure/H3.2", table.NeedTwo(row));
        Assert.True(table.IsNoticedByAnother(row));
    }

    [Fact]
    public void What_one_operation_was_not_proved_to_lack_is_not_certain()
    {
        var cell = new InterleavingCell("no grow", "lookup, lookup", "delete, assign");
        ExploreOptions few = Options with { MostReduced = 30, Runs = 1 };
        var table = new TwosTable([CellEnds.Of(cell, Options)], TwosTable.OneOperation([cell]).Select(c => CellEnds.Of(c, few)));
        Assert.False(table.IsCertain(table.Rows[0]));
    }

    private static TwosTable Table(params InterleavingCell[] cells) =>
        new(cells.Select(c => CellEnds.Of(c, Options)), TwosTable.OneOperation(cells).Select(c => CellEnds.Of(c, Options)));
}
