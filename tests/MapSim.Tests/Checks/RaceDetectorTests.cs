using MapSim.Checks;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Checks;

/// <summary>Each way to order two accesses, and the nearest program that lacks it.</summary>
public sealed class RaceDetectorTests
{
    private const ulong Lock = 1;
    private const ulong ReaderSide = 2, WriterSide = 3;
    private static readonly Addr X = new(0xc000010000);
    private readonly RaceDetector _d = new();
    private ulong _step;

    [Fact]
    public void A_write_and_a_read_that_nothing_orders_race_and_both_sides_are_named()
    {
        _d.Write(1, X, 8, new RaceEvent("Assign.Map", 12));
        _d.Read(2, X + 4, 8, new RaceEvent("Lookup.Map", 40));
        Race race = Assert.Single(_d.Races);
        Assert.Equal(X + 4, race.Address);
        Assert.Equal(
            "race at 0xc000010004: goroutine 1, step 12: Assign.Map write 0xc000010000+8; goroutine 2, step 40: Lookup.Map read 0xc000010004+8",
            race.ToString());
        Assert.Equal("Assign.Map write | Lookup.Map read", race.Pair);
    }

    [Fact]
    public void Two_reads_a_single_goroutine_and_neighbouring_bytes_never_race()
    {
        Read(1);
        Read(2);
        Assert.Empty(_d.Races);
        _d.Write(3, X + 8, 8, At());
        _d.Read(3, X + 8, 8, At());
        _d.Write(4, X + 16, 1, At());
        _d.Read(5, X + 17, 1, At());
        _d.Write(6, X + 16, 0, At());
        Assert.Empty(_d.Races);
        Write(2);
        Assert.Equal(1, Assert.Single(_d.Races).First.Goroutine);
    }

    [Fact]
    public void A_fork_orders_what_the_parent_did_before_it_and_not_what_it_did_after()
    {
        Write(0);
        _d.Fork(0, 1);
        Read(1);
        Assert.Empty(_d.Races);
        Write(0);
        Assert.Single(_d.Races);
        Assert.Throws<ArgumentException>(() => _d.Fork(0, 1));
        Assert.Throws<ArgumentException>(() => _d.Fork(2, 2));
    }

    [Fact]
    public void A_join_orders_what_the_finished_goroutine_did()
    {
        _d.Fork(0, 1);
        _d.Fork(0, 2);
        Write(1);
        _d.Join(0, 1);
        Read(0);
        Assert.Empty(_d.Races);
        Read(2);
        Assert.Equal((1, 2), Sides(Assert.Single(_d.Races)));
    }

    [Fact]
    public void A_mutex_orders_its_critical_sections_and_nothing_outside_them()
    {
        Locked(1, () => Write(1));
        Locked(2, () => Write(2));
        Assert.Empty(_d.Races);
        Write(1);
        Assert.Equal((2, 1), Sides(Assert.Single(_d.Races)));
    }

    [Fact]
    public void Two_different_mutexes_order_nothing()
    {
        Locked(1, () => Write(1));
        _d.Acquire(2, Lock + 100);
        Write(2);
        Assert.Single(_d.Races);
    }

    [Fact]
    public void Readers_of_an_rwmutex_are_ordered_with_its_writers_but_not_with_each_other()
    {
        ReadLocked(1, () => Read(1));
        ReadLocked(2, () => Read(2));
        WriteLocked(3, () => Write(3));
        ReadLocked(1, () => Read(1));
        ReadLocked(2, () => Read(2));
        Assert.Empty(_d.Races);
        ReadLocked(1, () => Write(1));
        Assert.Equal((2, 1), Sides(Assert.Single(_d.Races)));
    }

    [Fact]
    public void A_send_on_an_unbuffered_channel_orders_both_ways()
    {
        Write(1);
        Meet(1, 2, 7);
        Read(2);
        _d.Write(2, X + 8, 1, At());
        Meet(1, 2, 7);
        _d.Read(1, X + 8, 1, At());
        Assert.Empty(_d.Races);
        Read(2); // after the second meeting
        Write(1);
        Assert.Equal((2, 1), Sides(Assert.Single(_d.Races)));
    }

    [Fact]
    public void A_buffered_channel_orders_a_send_before_its_receive_and_a_receive_before_the_slots_next_send()
    {
        Write(1);
        _d.Write(2, X + 8, 1, At());
        _d.ReleaseAcquire(1, 7); // send
        _d.ReleaseAcquire(2, 7); // receive
        Read(2);
        _d.ReleaseAcquire(3, 7); // send into the slot that 2 emptied
        _d.Read(3, X + 8, 1, At()); // after what 2 did before its receive
        Assert.Empty(_d.Races);
        Write(3); // not after what it received, nor after what it did with that
        Assert.Equal([(2, 3), (1, 3)], _d.Races.Select(Sides));
    }

    [Fact]
    public void What_a_sender_learns_from_the_slot_it_does_not_hand_on()
    {
        Write(1);
        _d.ReleaseAcquire(1, 7); // send
        _d.ReleaseAcquire(2, 7); // receive
        _d.ReleaseAcquire(3, 7); // send
        _d.ReleaseAcquire(4, 7); // receive: ordered after what 3 did before its send, not after 1
        Read(4);
        Assert.Equal((1, 4), Sides(Assert.Single(_d.Races)));
    }

    [Fact]
    public void A_release_forgets_earlier_ones_and_a_merge_keeps_them()
    {
        Write(1);
        _d.ReleaseMerge(1, 7);
        _d.ReleaseMerge(2, 7);
        _d.Acquire(3, 7);
        Read(3);
        Assert.Empty(_d.Races);
        _d.Release(2, 7);
        _d.Acquire(4, 7);
        Read(4);
        Assert.Equal((1, 4), Sides(Assert.Single(_d.Races)));
    }

    [Fact]
    public void A_race_that_was_found_does_not_hide_an_older_access()
    {
        _d.Write(1, X, 1, new RaceEvent("a", 1));
        _d.Write(2, X, 1, new RaceEvent("b", 2));
        _d.Release(2, Lock);
        _d.Acquire(3, Lock);
        _d.Read(3, X, 1, new RaceEvent("c", 3)); // after b, not after a
        Assert.Equal(["a write | b write", "a write | c read"], _d.Races.Select(r => r.Pair));
    }

    [Fact]
    public void The_same_pair_of_sites_is_reported_once_for_each_address()
    {
        for (int i = 0; i < 5; i++)
        {
            _d.Write(1, X, 1, new RaceEvent("a", 1));
            _d.Write(2, X, 1, new RaceEvent("a", 2));
        }

        Assert.Single(_d.Races);
        _d.Write(1, X + 1, 1, new RaceEvent("a", 3));
        _d.Write(2, X, 2, new RaceEvent("a", 4));
        Assert.Equal([X, X + 1], _d.Races.Select(r => r.Address));
        _d.Read(3, X, 1, new RaceEvent("b", 5));
        Assert.Equal(3, _d.Races.Count);
    }

    [Fact]
    public void A_range_that_crosses_words_is_one_race()
    {
        _d.Write(1, X + 3, 30, At());
        _d.Read(2, X, 200, At());
        Assert.Equal(X + 3, Assert.Single(_d.Races).Address);
    }

    [Fact]
    public void A_new_object_has_no_past()
    {
        Write(1);
        _d.Access(2, new Access(AccessKind.Alloc, X, 8), At());
        Write(2);
        Assert.Empty(_d.Races);
        _d.Forget(X + 4, 4);
        Write(3);
        Assert.Single(_d.Races);
    }

    [Fact]
    public void Accesses_of_the_machine_count_only_if_every_access_does()
    {
        Assert.True(_d.Scores);
        _d.Access(1, new Access(AccessKind.Store, X, 8), At());
        _d.Access(2, new Access(AccessKind.Load, X, 8), At());
        Assert.Empty(_d.Races);
        var every = new RaceDetector(RaceMode.EveryAccess);
        Assert.False(every.Scores);
        every.Access(1, new Access(AccessKind.Store, X, 8), At());
        every.Access(2, new Access(AccessKind.None, X, 8), At());
        Assert.Empty(every.Races);
        every.Access(2, new Access(AccessKind.Load, X, 8), At());
        Assert.Single(every.Races);
    }

    [Fact]
    public void Atomics_order_each_other_and_race_with_plain_accesses_only()
    {
        var d = new RaceDetector(RaceMode.EveryAccess);
        d.Access(1, new Access(AccessKind.Store, X + 8, 8), At());
        d.Access(1, new Access(AccessKind.Atomic, X, 1), At("g1"));
        d.Access(2, new Access(AccessKind.Atomic, X, 1), At("g2"));
        d.Access(2, new Access(AccessKind.Load, X + 8, 8), At()); // ordered by the atomics
        Assert.Empty(d.Races);
        d.Access(3, new Access(AccessKind.Load, X, 1), At());
        Assert.Equal([(2, 3), (1, 3)], d.Races.Select(Sides));
    }

    private static (int First, int Second) Sides(Race race) => (race.First.Goroutine, race.Second.Goroutine);

    // A site for each goroutine and kind, so that pairs tell who took part.
    private RaceEvent At(string site = "test") => new(site, ++_step);

    private void Read(int g) => _d.Read(g, X, 1, At($"g{g}"));

    private void Write(int g) => _d.Write(g, X, 1, At($"g{g}"));

    private void Meet(int sender, int receiver, ulong channel)
    {
        _d.Release(sender, channel);
        _d.Acquire(receiver, channel);
        _d.Release(receiver, channel);
        _d.Acquire(sender, channel);
    }

    private void Locked(int g, Action body)
    {
        _d.Acquire(g, Lock);
        body();
        _d.Release(g, Lock);
    }

    private void ReadLocked(int g, Action body)
    {
        _d.Acquire(g, ReaderSide);
        body();
        _d.ReleaseMerge(g, WriterSide);
    }

    private void WriteLocked(int g, Action body)
    {
        _d.Acquire(g, ReaderSide);
        _d.Acquire(g, WriterSide);
        body();
        _d.Release(g, ReaderSide);
    }
}
