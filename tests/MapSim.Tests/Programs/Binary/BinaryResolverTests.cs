using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

public sealed class BinaryResolverTests
{
    private static BinaryOp Op(BinaryOpCode code, params byte[] arguments) => new(code, arguments);

    private static string[] Lines(params BinaryOp[] ops) => ProgramPrinter.Print(BinaryResolver.Resolve(new BinaryProgram(ops))).TrimEnd('\n').Split('\n');

    [Fact]
    public void A_program_without_ops_has_one_map() => Assert.Equal(["mapsim 1", "map m0 map[uint64]uint64"], Lines());

    [Fact]
    public void The_header_says_what_its_bytes_say() => Assert.Equal(
        ["mapsim 1", "go 1.19", "arch 386", "hash lowbits", "seed 65", "generic", "procs 3", "storebuffers 2", "collector", "workers 2", "race", "force hash0 0", "force nan 0", "map m0 map[string]string make(4)",
            "goroutine w1", "end", "goroutine w2", "end"],
        Lines(Op(BinaryOpCode.Config, 2, 7, 2 | 4 | 8 | 32, 3 | 8 | 16, 3, 9, 2, 3, 1 | 64, 1)));

    [Fact]
    public void A_selector_names_a_value_of_the_pool_an_earlier_key_or_a_special() => Assert.Equal(
        ["assign m0 5 7", "assign m0 16 7", "delete m0 5", "lookup m0 16", "lookup m0 16", "delete m0 18446744073709551615"],
        Lines(Op(BinaryOpCode.Assign, 0, 5, 7), Op(BinaryOpCode.Assign, 0, 17, 7), Op(BinaryOpCode.Delete, 0, 65), Op(BinaryOpCode.Lookup, 0, 65), Op(BinaryOpCode.Lookup, 0, 64), Op(BinaryOpCode.Delete, 0, 113))[2..]);

    [Fact]
    public void A_key_of_the_fullest_chain_is_taken_from_memory()
    {
        // With identity as hash and two buckets, 0, 2 and 4 share one.
        BinaryOp[] ops = [Op(BinaryOpCode.Config, 0, 9 + 3, 0, 0, 2), .. new byte[] { 1, 0, 2, 4, 3 }.Select(k => Op(BinaryOpCode.Assign, 0, k, 1)), .. Enumerable.Range(80, 4).Select(s => Op(BinaryOpCode.Lookup, 0, (byte)s))];
        Assert.Equal(["lookup m0 0", "lookup m0 2", "lookup m0 4", "lookup m0 0"], Lines(ops)[^4..]);
    }

    [Fact]
    public void A_key_of_the_bucket_that_is_evacuated_next_or_of_the_iterators_is_taken_from_memory()
    {
        // Thirteen entries in two buckets: the fourteenth starts a grow, which evacuates the bucket it goes to and one more.
        BinaryOp[] ops = [Op(BinaryOpCode.Config, 0, 64 + 6, 0, 0, 2), Op(BinaryOpCode.AssignMany, 0, 26), Op(BinaryOpCode.Delete, 0, 86), Op(BinaryOpCode.Iter), Op(BinaryOpCode.Lookup, 0, 91)];
        string[] lines = Lines(ops);
        Assert.Equal("repeat 27 assign m0 $i 0", lines[^4]);
        MapProgram program = ProgramParser.Parse(string.Join('\n', lines));
        string next = lines[^3].Split(' ')[2];
        Assert.InRange(int.Parse(next, System.Globalization.CultureInfo.InvariantCulture), 0, 26);
        var results = new List<string>();
        BinaryResolver.Resolve(new BinaryProgram(ops), results.Add);
        Assert.Equal("0", results[^1]);
        Assert.NotEqual("absent", results[^1]);
        Assert.Equal(ProgramPrinter.Print(BinaryResolver.Resolve(new BinaryProgram(ops))), ProgramPrinter.Print(program) + "\n");
    }

    [Fact]
    public void A_colliding_key_is_in_the_bucket_of_the_last_one()
    {
        BinaryOp[] ops = [Op(BinaryOpCode.Config, 0, 64 + 16, 0, 0, 2), Op(BinaryOpCode.Assign, 0, 5), .. Enumerable.Range(96, 8).Select(s => Op(BinaryOpCode.Assign, 0, (byte)s))];
        ulong[] keys = [.. Lines(ops)[^9..].Select(l => ulong.Parse(l.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture))];

        // make(64) has 16 buckets, and with identity as hash the low four bits choose one.
        Assert.All(keys, k => Assert.Equal(5UL, k % 16));
        Assert.True(keys.Distinct().Count() > 4, string.Join(' ', keys));
    }

    [Fact]
    public void The_lines_of_a_loop_can_use_its_key_elem_and_turn() => Assert.Equal(
        ["range r0 m0", "turn 3..5 delete m0 key(r0)", "assign m0 key(r0) elem(r0)", "turn 5 break", "end"],
        Lines(Op(BinaryOpCode.Range), Op(BinaryOpCode.Turn, 2, 1), Op(BinaryOpCode.DeleteHere), Op(BinaryOpCode.AssignHere, 0, 96), Op(BinaryOpCode.Break, 5))[2..]);

    [Fact]
    public void A_repetition_counts() => Assert.Equal(
        ["repeat 2..5", "assign m0 $i $i", "repeat 3 lookup m0 1", "end", "repeat 10..20 delete m0 $i"],
        Lines(Op(BinaryOpCode.RepeatBlock, 2, 2), Op(BinaryOpCode.AssignHere, 0, 80), Op(BinaryOpCode.Times, 2), Op(BinaryOpCode.Lookup, 0, 1), Op(BinaryOpCode.End), Op(BinaryOpCode.DeleteMany, 0, 9, 10))[2..]);

    [Fact]
    public void Goroutines_have_blocks_and_start_with_the_program_or_where_they_are_spawned() => Assert.Equal(
        ["mutex mu1", "chan ch2 2", "goroutine w1", "lock mu1", "send ch2 -1 recover", "end", "clear m0", "spawn w1", "join w1", "schedule main*3 w1"],
        Lines(Op(BinaryOpCode.Config, 0, 0, 1), Op(BinaryOpCode.Clear), Op(BinaryOpCode.Goroutine, 1), Op(BinaryOpCode.Lock, 1), Op(BinaryOpCode.Yield, 0, 2), Op(BinaryOpCode.Send, 2, 1),
            Op(BinaryOpCode.Goroutine), Op(BinaryOpCode.Spawn, 1), Op(BinaryOpCode.Spawn, 1), Op(BinaryOpCode.Yield, 1))[2..]);

    [Fact]
    public void A_select_has_cases_and_a_default() => Assert.Equal(
        ["select", "case receive ch0", "len m0", "case send ch1 3", "default", "end", "select", "case receive ch0", "end"],
        Lines(Op(BinaryOpCode.Case), Op(BinaryOpCode.Len), Op(BinaryOpCode.Case, 17, 6), Op(BinaryOpCode.Default), Op(BinaryOpCode.Default), Op(BinaryOpCode.End), Op(BinaryOpCode.Select))[4..]);

    [Fact]
    public void An_iterator_or_pointer_that_has_no_value_gets_one() => Assert.Equal(
        ["iter i1 m0", "next i1", "new p0", "read p0 recover", "lookup m0 0 -> p1", "drop p1", "assign m0 0 p0", "assign m0 0 &p2"],
        Lines(Op(BinaryOpCode.Config, 6), Op(BinaryOpCode.Next, 1), Op(BinaryOpCode.Next, 1), Op(BinaryOpCode.Read), Op(BinaryOpCode.Read), Op(BinaryOpCode.LookupInto, 0, 0, 1), Op(BinaryOpCode.Drop, 1),
            Op(BinaryOpCode.Assign, 0, 0, 64), Op(BinaryOpCode.Assign, 0, 0, 66))[2..]);

    [Fact]
    public void Where_a_panic_is_likely_a_line_recovers_unless_bit_3_says_otherwise() => Assert.Equal(
        ["assign m0 int(0) 0 recover", "assign m0 []int{} 0", "lookup m0 int(0) recover"],
        Lines(Op(BinaryOpCode.Config, 5), Op(BinaryOpCode.Assign), Op(BinaryOpCode.Assign, 8, 113), Op(BinaryOpCode.Lookup))[2..]);

    [Fact]
    public void A_clone_goes_to_a_map_that_is_there_or_is_declared_nil() => Assert.Equal(
        ["map m0 map[uint64]uint64", "map m2 map[string]string stack", "map m5 map[uint64]uint64 nil", "clone m0 m5", "clone m0 m0", "clone m2 m2"],
        Lines(Op(BinaryOpCode.Map, 1, 3, 1), Op(BinaryOpCode.Clone, 0, 5), Op(BinaryOpCode.Clone, 0, 2), Op(BinaryOpCode.Clone, 2, 2))[1..]);

    [Fact]
    public void A_program_that_does_too_much_is_cut()
    {
        BinaryOp[] ops = [.. Enumerable.Range(0, 2).Select(_ => Op(BinaryOpCode.RepeatBlock, 9)), .. Enumerable.Range(0, 500).Select(_ => Op(BinaryOpCode.AssignMany, 0, 127, 63))];
        MapProgram program = BinaryResolver.Resolve(new BinaryProgram(ops));
        int count = 0;
        BinaryResolver.Resolve(new BinaryProgram(ops), _ => count++);
        Assert.InRange(count, 1000, (int)BinaryResolver.MostWork);
        ProgramParser.Parse(ProgramPrinter.Print(program));
    }
}
