using System.Text.RegularExpressions;
using MapSim.Machines;
using MapSim.Memory;
using Xunit;

namespace MapSim.Tests.Machines;

/// <summary>The classic shapes: every schedule of steps and drains is tried, and every one of them undone.</summary>
public class StoreBufferLitmusTests
{
    /// <param name="threads">Codes of <see cref="LitmusThread"/>.</param>
    /// <param name="outcome">What they loaded, and what x and y are in the end (a dot is any).</param>
    /// <param name="onlyBuffered">True if it happens with store buffers and only then; false if it never happens.</param>
    [Theory]
    [InlineData("Xy Yx", "0 0 ..", true)] // SB, store buffering
    [InlineData("X!y Y!x", "0 0 ..", false)] // SB, an atomic between store and load
    [InlineData("XAy YAx", "0 0 ..", false)] // SB, an allocation between them
    [InlineData("X!y Yx", "0 0 ..", true)] // SB, only one of them fenced
    [InlineData("Xxy Yyx", "10 20 ..", true)] // SB, with loads of the own store
    [InlineData("Xxy YX", "10  1.", true)] // n6 of the x86-TSO paper
    [InlineData("XY Yx", " 0 .2", true)] // R
    [InlineData("XY yx", " 10 ..", false)] // MP, message passing: the flag but not the message
    [InlineData("yX xY", "2 1 ..", false)] // LB, load buffering
    [InlineData("yX XY", "2  2.", false)] // S
    [InlineData("XY YX", "  12", false)] // 2+2W
    [InlineData("X Y xy yx", "  10 20 ..", false)] // IRIW, independent reads of independent writes
    [InlineData("Xx Xx", "2 1 ..", false)] // n5: each sees the other's store after its own
    [InlineData("X xY yx", " 1 20 ..", false)] // WRC, write to read causality
    public void The_shapes_have_the_outcomes_of_total_store_order(string threads, string outcome, bool onlyBuffered)
    {
        var shape = new Regex($"^{outcome}$", RegexOptions.CultureInvariant);
        foreach (int entries in new[] { 1, 4 })
        {
            Assert.Equal(onlyBuffered, Outcomes(LitmusThread.Start(entries, threads.Split(' '))).Any(shape.IsMatch));
        }

        SortedSet<string> consistent = Outcomes(LitmusThread.Start(0, threads.Split(' ')));
        Assert.DoesNotContain(consistent, shape.IsMatch);
        Assert.True(consistent.IsSubsetOf(Outcomes(LitmusThread.Start(4, threads.Split(' ')))));
    }

    [Fact]
    public void A_goroutine_never_misses_its_own_store()
    {
        Assert.Equal(["1 10"], Outcomes(LitmusThread.Start(4, "Xx")));
        Assert.DoesNotContain(Outcomes(LitmusThread.Start(2, "XYx", "x")), o => o.StartsWith('0'));
    }

    [Theory]
    [InlineData("Xxy YX")]
    [InlineData("XY yx")]
    [InlineData("XXY!y YxX")]
    public void Leaving_out_states_whose_hash_was_seen_loses_no_outcome(string threads)
    {
        Assert.Equal(Outcomes(LitmusThread.Start(2, threads.Split(' '))), Outcomes(LitmusThread.Start(2, threads.Split(' ')), []));
    }

    private static SortedSet<string> Outcomes(Machine m, HashSet<Fingerprint>? seen = null)
    {
        var outcomes = new SortedSet<string>(StringComparer.Ordinal);
        m.SetTracking(true);
        Explore(m, outcomes, seen);
        return outcomes;
    }

    private static void Explore(Machine m, SortedSet<string> outcomes, HashSet<Fingerprint>? seen)
    {
        if (seen != null && !seen.Add(m.StateHash))
        {
            return;
        }

        bool moved = false;
        for (int g = 0; g < m.Goroutines.Count; g++)
        {
            if (m.Goroutines[g].IsBusy)
            {
                Try(g, m.Peek(g), static (m, g) => m.Step(g));
            }

            if (m.BufferedStores(g) > 0)
            {
                Try(g, m.PeekDrain(g), static (m, g) => m.DrainOne(g));
            }
        }

        if (!moved)
        {
            outcomes.Add($"{string.Join(' ', m.Goroutines.Select(g => $"{g.State.R0}"[1..]))} {LitmusThread.Variable(m, 'x')}{LitmusThread.Variable(m, 'y')}");
        }

        void Try(int g, Access expected, Func<Machine, int, Access> act)
        {
            moved = true;
            (Fingerprint, Fingerprint) before = (m.StateHash, m.TraceHash);
            Assert.Equal(expected, act(m, g));
            Assert.Equal(m.Memory.ComputeLiveHash(), m.Memory.LiveHash);
            Explore(m, outcomes, seen);
            m.Undo();
            Assert.Equal(before, (m.StateHash, m.TraceHash));
        }
    }
}
