using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

public sealed class BinaryFormTests
{
    [Fact]
    public void A_byte_from_0x80_on_opens_an_op_and_the_bytes_behind_it_are_its_arguments()
    {
        BinaryProgram program = BinaryDecoder.Decode([0x80, 0x02, 0x81, 0x00, 0x05, 0x07]);
        Assert.Equal("Config 2\nAssign 0 5 7", program.ToString());
    }

    [Fact]
    public void Missing_arguments_are_0_surplus_ones_and_bytes_before_the_first_op_are_ignored() =>
        Assert.Equal("Assign\nLookup 1 2\nEnd\nLen 1", BinaryDecoder.Decode([1, 2, 0x81, 0x94, 1, 2, 3, 4, 0xC3, 9, 0xB0, 1]).ToString());

    [Fact]
    public void Entries_that_no_op_has_do_nothing()
    {
        Assert.Equal(BinaryOpCode.Reserved, BinaryOpTable.Op(127));
        Assert.Equal("Clear", BinaryDecoder.Decode([0xFF, 1, 2, 0xAE]).ToString());
    }

    [Fact]
    public void No_more_ops_are_read_than_allowed()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x81, 1 << 16)];
        Assert.Equal(BinaryProgram.DefaultMostOps, BinaryDecoder.Decode(bytes).Ops.Count);
        Assert.Equal(7, BinaryDecoder.Decode(bytes, 7).Ops.Count);
        Assert.Equal(7, BinaryForm.Canonical(bytes, 7).Length);
    }

    [Fact]
    public void All_entries_of_an_op_have_the_same_canonical_byte() =>
        Assert.Equal([0x81, 0, 5, 0x81, 0, 5], BinaryForm.Canonical([0x85, 0, 5, 0, 9, 0x8C, 0, 5]));

    [Fact]
    public void A_program_is_read_back_as_it_was_written() => ForAll(random =>
    {
        BinaryProgram program = RandomProgram(random);
        Assert.True(program.SameAs(BinaryDecoder.Decode(BinaryEncoder.Encode(program))), program.ToString());
    });

    [Fact]
    public void The_canonical_form_of_canonical_bytes_is_themselves_and_means_the_same() => ForAll(random =>
    {
        var bytes = new byte[random.Below(300)];
        random.Fill(bytes);
        byte[] canonical = BinaryForm.Canonical(bytes);
        Assert.Equal(canonical, BinaryForm.Canonical(canonical));
        Assert.True(BinaryDecoder.Decode(bytes).SameAs(BinaryDecoder.Decode(canonical)));
    });

    [Fact]
    public void Numbers_with_and_without_sign_are_read_back() => ForAll(random =>
    {
        ulong number = random.Next() >> random.Below(64);
        long signed = unchecked((long)random.Next()) >> random.Below(64);
        var reader = new ArgumentReader(new ArgumentWriter().Number(number).Signed(signed).Op(BinaryOpCode.AssignLiteral));
        Assert.Equal(number, reader.Number());
        Assert.Equal(signed, reader.Signed());
    });

    [Fact]
    public void The_header_is_read_back() => ForAll(random =>
    {
        var config = new BinaryConfig(random.Below(128), random.Below(128), random.Below(128), random.Below(128), random.Below(128), random.Below(128), random.Below(128), random.Below(128), random.Next());
        Assert.Equal(config, BinaryConfig.Of(new BinaryProgram(config.ToOp())));
    });

    /// <summary>The same sources of chance in every run; MAPSIM_TEST_SEED gives others.</summary>
    internal static void ForAll(Action<RandomSource> property, int runs = 500)
    {
        ulong seed = ulong.Parse(Environment.GetEnvironmentVariable("MAPSIM_TEST_SEED") ?? "20261122", CultureInfo.InvariantCulture);
        Config config = Config.QuickThrowOnFailure.WithMaxTest(runs).WithReplay(new Replay(new Rnd(seed), null));
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), (int n) => property(new RandomSource((ulong)n))).Check(config);
    }

    /// <summary>Ops with any number of any arguments, surplus ones and values above 127 too.</summary>
    private static BinaryProgram RandomProgram(RandomSource random)
    {
        BinaryOpCode[] codes = [.. Enum.GetValues<BinaryOpCode>().Where(c => c != BinaryOpCode.Reserved)];
        var ops = new BinaryOp[random.Below(30)];
        for (int i = 0; i < ops.Length; i++)
        {
            var arguments = new byte[random.Below(9)];
            random.Fill(arguments);
            ops[i] = new BinaryOp(random.Pick(codes), arguments);
        }

        return new BinaryProgram(ops);
    }
}
