using MapSim.Checks;
using MapSim.Layout;
using MapSim.Machines;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>The table fires: machines whose flags are not what the rules make of them, and falsified outcomes.</summary>
public sealed class BrokenDetectionTests
{
    private readonly DetectionScene _s = DetectionScene.Of("small");
    private readonly DetectionTable _table;

    public BrokenDetectionTests() => _table = new DetectionTable(_s.Machine);

    [Fact]
    public void A_fatal_although_nobody_writes_is_reported()
    {
        Begin(0, MapOperation.Assign);
        Poke(HmapFlags.HashWriting);
        Finish(0);
        Violation v = Assert.Single(_table.Violations);
        Assert.Equal(("H7.1", _s.Map), (v.Id, v.Map));
        Assert.Equal("goroutine 0 at MapAssign.CheckFlags (W1): fatal: concurrent map writes", v.Found);
        Assert.Equal("goes on", v.Expected);
    }

    [Fact]
    public void A_lookup_that_goes_on_inside_a_window_is_reported()
    {
        Begin(0, MapOperation.Assign);
        RunTo(0, MicroStep.W5);
        Poke(0);
        Begin(1, MapOperation.Lookup);
        Finish(1);
        Violation v = Assert.Single(_table.Violations);
        Assert.Equal("H7.2", v.Id);
        Assert.Equal("goroutine 1 at MapAccess.CheckFlags (R1): goes on", v.Found);
        Assert.Equal("fatal: concurrent map read and map write (CaughtInWindow)", v.Expected);
        Assert.True(_table.IsMissed);
    }

    [Theory]
    [InlineData(MapOperation.Assign)]
    [InlineData(MapOperation.Delete)]
    [InlineData(MapOperation.Clear)]
    public void A_machine_that_sets_the_bit_instead_of_toggling_it_is_reported(MapOperation operation)
    {
        // Fault 66 (det-or-not-xor): the second toggle leaves the bit set.
        Begin(0, operation);
        Begin(1, MapOperation.Assign);
        RunTo(0, MicroStep.W3a);
        RunTo(1, MicroStep.W3a);
        RunTo(0, operation == MapOperation.Clear ? MicroStep.CarryLoad : MicroStep.W5);
        RunTo(1, MicroStep.W5);
        Poke(HmapFlags.HashWriting);
        Finish(1);
        Violation v = Assert.Single(_table.Violations);
        Assert.Equal(("H7.2", "fatal: concurrent map writes (BothToggled)"), (v.Id, v.Expected));
        Assert.True(_table.IsMissed);
    }

    [Fact]
    public void A_machine_that_dies_at_the_next_write_after_an_unhashable_key_is_reported()
    {
        // Fault 67 (det-flag-before-hash), as its flags look after the panic.
        DetectionTable table = _table;
        Begin(0, MapOperation.Assign);
        RunTo(0, MicroStep.W3a);
        table.Before(0);
        table.After(0, false, Failure.Unhashable);
        _s.Machine.Select(0);
        _s.Machine.Fail(Failure.Unhashable);
        _s.Machine.TakeFailure(out _);
        Poke(HmapFlags.HashWriting);
        Begin(0, MapOperation.Delete);
        Finish(0);
        Assert.Equal("H7.1", Assert.Single(_table.Violations).Id);
    }

    [Fact]
    public void A_falsified_outcome_is_reported()
    {
        Begin(0, MapOperation.Assign);
        RunTo(0, MicroStep.W5);
        Begin(1, MapOperation.Clone);
        RunTo(1, MicroStep.R1);
        _table.Before(1);
        _table.After(1, false, Failure.ConcurrentReadWrite);
        Violation v = Assert.Single(_table.Violations);
        Assert.Equal(("H7.3", "fatal: concurrent map clone and map write (CaughtInWindow)"), (v.Id, v.Expected));
    }

    [Fact]
    public void A_fatal_away_from_any_check_is_reported()
    {
        Begin(0, MapOperation.Length);
        _table.Before(0);
        _table.After(0, false, Failure.ConcurrentReadWrite);
        Assert.Equal("H7.1", Assert.Single(_table.Violations).Id);
    }

    [Fact]
    public void Nothing_is_reported_after_the_process_has_died()
    {
        Begin(0, MapOperation.Assign);
        RunTo(0, MicroStep.W5);
        Begin(1, MapOperation.Lookup);
        Finish(1);
        Assert.Equal((Failure.ConcurrentReadWrite, DetectionVerdict.MustCatch), (_table.Model.Ended, _table.Model.Verdict));
        Poke(0);
        Finish(0);
        Assert.Empty(_table.Violations);
        Assert.False(_table.IsMissed);
    }

    private void Begin(int g, MapOperation operation)
    {
        _s.Machine.Select(g);
        _s.Do(operation)(_s.Machine);
    }

    private void RunTo(int g, MicroStep step)
    {
        while (_table.NextOf(g).Step != step)
        {
            Step(g);
        }
    }

    private void Finish(int g)
    {
        while (_s.Machine.Goroutines[g].IsBusy)
        {
            Step(g);
        }
    }

    private void Step(int g)
    {
        Assert.True(_s.Machine.Goroutines[g].IsBusy);
        _table.Before(g);
        _s.Machine.Step(g);
        _table.After(g);
    }

    private void Poke(byte flags) => _s.Machine.Memory.Poke(_s.Map + _s.Machine.L.Flags, [flags]);
}
