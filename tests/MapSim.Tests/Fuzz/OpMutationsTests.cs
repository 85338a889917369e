using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Fuzz;

public sealed class OpMutationsTests
{
    [Fact]
    public void Every_change_gives_a_program_that_its_bytes_give_back()
    {
        var random = new RandomSource(5);
        var mutations = new OpMutations(random);
        var names = new HashSet<string>();
        for (int i = 0; i < 3000; i++)
        {
            List<BinaryOp> ops = [.. FreshPrograms.Make(random, GoVersion.All).Ops.Take(1 + random.Below(40))];
            names.Add(mutations.Change(ops, () => FreshPrograms.Make(random, GoVersion.All).Ops));
            Assert.Equal(BinaryOpCode.Config, ops[0].Code);
            byte[] bytes = BinaryEncoder.Encode(new BinaryProgram(ops));
            Assert.Equal(bytes, BinaryForm.Canonical(bytes));
            if (i % 64 == 0)
            {
                mutations.NewSwarm();
            }
        }

        Assert.Superset(new HashSet<string> { "insert", "scene", "delete", "duplicate", "ladder", "move", "splice", "retarget", "header", "times" }, names);
    }

    [Fact]
    public void A_header_alone_grows()
    {
        var mutations = new OpMutations(new RandomSource(6));
        List<BinaryOp> ops = [BinaryConfig.Default.ToOp()];
        mutations.Change(ops, () => ops);
        Assert.True(ops.Count > 1);
    }

    [Fact]
    public void Shallow_programs_have_one_goroutine_and_nothing_to_wait_for()
    {
        var random = new RandomSource(7);
        var deep = new DeepPrograms(random, hasGoroutines: true);
        for (int i = 0; i < 500; i++)
        {
            BinaryProgram program = BinaryGenerator.Make(random, 40, 20);
            BinaryProgram shallow = deep.Adapt(program, isDeep: false);
            BinaryConfig config = BinaryConfig.Of(shallow);
            Assert.Equal((0, false, 0), (config.Others, config.HasCollector, config.StoreBuffers));
            Assert.DoesNotContain(shallow.Ops, o => o.Code is BinaryOpCode.Lock or BinaryOpCode.Send or BinaryOpCode.Spawn or BinaryOpCode.Gc or BinaryOpCode.Wait);
            BinaryConfig more = BinaryConfig.Of(deep.Adapt(shallow, isDeep: true));
            Assert.True(more.Others > 0 || more.HasCollector);
        }
    }
}
