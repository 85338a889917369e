using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

/// <summary>Properties of the binary form that hold for any bytes.</summary>
public sealed class BinaryPropertyTests
{
    private const int Inputs = 12_000;

    [Fact]
    public void Bytes_that_change_later_change_no_program()
    {
        byte[] bytes = BinaryEncoder.Encode(new BinaryProgram(new BinaryOp(BinaryOpCode.Assign, 1, 2, 3), new BinaryOp(BinaryOpCode.Len), new BinaryOp(BinaryOpCode.Delete, 0, 9)));
        BinaryProgram program = BinaryDecoder.Decode(bytes), other = BinaryDecoder.Decode(bytes);
        Array.Fill(bytes, (byte)0x55);
        Assert.Equal(["Assign 1 2 3", "Len", "Delete 0 9"], program.Ops.Select(o => o.ToString()));
        Assert.True(program.SameAs(other));
        Assert.Equal((9, 0, 2), (program.Ops[2][1], program.Ops[2][2], program.Ops[2].Arguments.Length));
    }

    [Fact]
    public void Any_bytes_are_a_program_that_prints_and_parses()
    {
        var random = new RandomSource(1);
        int ran = 0, lines = 0;
        for (int i = 0; i < Inputs; i++)
        {
            var bytes = new byte[i % 5000 == 0 ? random.Below(1 << 16) : random.Below(60)];
            random.Fill(bytes);
            int operations = 0;
            MapProgram program = i % 20 == 0 ? BinaryResolver.Resolve(BinaryDecoder.Decode(bytes), _ => operations++) : BinaryResolver.Resolve(BinaryDecoder.Decode(bytes));
            AssertParses(program, bytes);
            ran += operations > 0 ? 1 : 0;
            lines += program.Operations.Count();
        }

        TestContext.Current.SendDiagnosticMessage($"{Inputs} random inputs: {lines} operations, {ran} programs were run");
        Assert.InRange(ran, Inputs / 30, Inputs);
    }

    [Fact]
    public void Programs_with_a_mutated_byte_are_programs()
    {
        var random = new RandomSource(2);
        for (int i = 0; i < 700; i++)
        {
            byte[] bytes = BinaryEncoder.Encode(BinaryGenerator.Make(random, 1 + random.Below(60), 30));
            for (int m = random.Below(6); m >= 0; m--)
            {
                bytes = BinaryLocality.Mutate(bytes, (ByteMutation)random.Below(3), random);
            }

            AssertParses(BinaryResolver.Resolve(BinaryDecoder.Decode(bytes)), bytes);
        }
    }

    [Fact]
    public void A_resolved_program_can_be_written_in_the_binary_form_and_is_the_same_again() => BinaryFormTests.ForAll(random =>
    {
        string text = ProgramPrinter.Print(BinaryResolver.Resolve(BinaryGenerator.Make(random, 1 + random.Below(80), random.Below(100))));
        BinaryProgram again = BinaryEncoder.FromText(ProgramParser.Parse(text));
        Assert.Equal(text, ProgramPrinter.Print(BinaryResolver.Resolve(again)));
        Assert.True(again.SameAs(BinaryDecoder.Decode(BinaryEncoder.Encode(again))));
    }, 300);

    [Fact]
    public void The_same_bytes_give_the_same_text() => BinaryFormTests.ForAll(random =>
    {
        BinaryProgram program = BinaryGenerator.Make(random, 60, 60);
        Assert.Equal(ProgramPrinter.Print(BinaryResolver.Resolve(program)), ProgramPrinter.Print(BinaryResolver.Resolve(program)));
    }, 50);

    /// <summary>One goroutine, no locks and channels: the run that resolves selectors and that of the text are the same.</summary>
    [Fact]
    public void A_resolved_program_gives_the_results_that_it_gave_while_it_was_resolved()
    {
        int operations = 0;
        BinaryFormTests.ForAll(random =>
        {
            BinaryProgram made = BinaryGenerator.Make(random, 1 + random.Below(120), 50);
            BinaryConfig config = BinaryConfig.Of(made) with { Goroutines = 0, Forced = 0, StoreBuffers = 0 };
            var program = new BinaryProgram([config.ToOp(), .. made.Ops.Where(o => IsOnMaps(o.Code))]);
            var expected = new List<string>();
            MapProgram text = BinaryResolver.Resolve(program, expected.Add);
            if (ProgramPrinter.Print(text).Contains('&', StringComparison.Ordinal))
            {
                // Where a key with a pointer in it lies depends on the pointer's address, and the runner makes labels first.
                return;
            }

            var found = new List<string>();
            new ProgramRunner(text) { Observer = r => found.Add(r.Result) }.Run();
            int differ = Enumerable.Range(0, Math.Max(expected.Count, found.Count)).FirstOrDefault(i => expected.ElementAtOrDefault(i) != found.ElementAtOrDefault(i), -1);
            Assert.True(differ < 0, $"result {differ + 1} is {found.ElementAtOrDefault(differ)}, not {expected.ElementAtOrDefault(differ)}, of:\n{ProgramPrinter.Print(text)}");
            operations += found.Count;
        }, 200);
        TestContext.Current.SendDiagnosticMessage($"{operations} results compared");
        Assert.InRange(operations, 8_000, int.MaxValue);
    }

    private static bool IsOnMaps(BinaryOpCode code) =>
        code is (>= BinaryOpCode.Map and <= BinaryOpCode.Next or BinaryOpCode.Times) and not (BinaryOpCode.LookupInto or BinaryOpCode.Range);

    private static void AssertParses(MapProgram program, byte[] bytes)
    {
        string text = ProgramPrinter.Print(program);
        try
        {
            Assert.Equal(text, ProgramPrinter.PrintCanonical(ProgramParser.Parse(text)));
        }
        catch (ProgramFormatException e)
        {
            Assert.Fail($"{Convert.ToHexString(bytes)}: {e.At("it")}\n{text}");
        }
    }
}
