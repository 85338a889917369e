using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs.Binary;

public sealed class BinaryLocalityTests
{
    private const int Trials = 800, Ops = 60;

    [Theory]
    [InlineData(ByteMutation.Insert)]
    [InlineData(ByteMutation.Delete)]
    [InlineData(ByteMutation.FlipBit)]
    public void One_byte_changes_at_most_three_percent_of_sixty_ops(ByteMutation mutation)
    {
        LocalityResult pool = BinaryLocality.Measure(mutation, Trials, Ops, relational: 0, seed: 1);
        LocalityResult relational = BinaryLocality.Measure(mutation, Trials / 5, Ops, relational: 37, seed: 2);
        TestContext.Current.SendDiagnosticMessage($"keys of the pool: {pool}");
        TestContext.Current.SendDiagnosticMessage($"37 % relational keys: {relational}");
        Assert.InRange(pool.Ops, 0.5, 3);
        Assert.InRange(relational.Ops, 0.5, 3);
        Assert.InRange(pool.Resolved, 0.5, 3);

        // A key that is named by the op n back, or found in the map, changes with what is before it.
        Assert.InRange(relational.Resolved, 0.5, 4);
    }
}
