using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Programs;

public sealed class ConcurrentProgramPropertyTests
{
    private static readonly Having[] Kinds =
    [
        Having.Nothing, Having.Collector, Having.Goroutines, Having.Goroutines | Having.Collector, Having.Goroutines | Having.StoreBuffers,
        Having.Goroutines | Having.Race, Having.Goroutines | Having.Collector | Having.StoreBuffers | Having.Race,
    ];

    [Fact]
    public void A_program_of_the_whole_language_is_printed_as_it_was_read_and_has_one_canonical_spelling() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            string text = Text(seed);
            MapProgram read = ProgramParser.Parse(text);
            Assert.Equal(text, ProgramPrinter.Print(read));
            string canonical = ProgramPrinter.PrintCanonical(read);
            Assert.Equal(string.Join('\n', text.Split('\n').Select(l => l.TrimStart(' '))), canonical);
            Assert.Equal(canonical, ProgramPrinter.PrintCanonical(ProgramParser.Parse(canonical)));
        });

    [Fact]
    public void A_program_of_the_whole_language_made_in_code_is_read_back_as_it_was() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            MapProgram read = ProgramParser.Parse(Text(seed));
            var made = new MapProgram([.. read.Lines.Select(l => new ProgramLine(l.Statement, l.Comment))], read.EndsWithNewline);
            MapProgram again = ProgramParser.Parse(ProgramPrinter.Print(made));
            Assert.Equal(made.Lines.Count, again.Lines.Count);
            foreach ((ProgramLine expected, ProgramLine found) in made.Lines.Zip(again.Lines))
            {
                Assert.Equal(expected.Comment, found.Comment);
                Assert.Equivalent(expected.Statement, found.Statement, strict: true);
            }
        }, runs: 60);

    [Fact]
    public void Every_program_comes_to_a_verdict_and_to_the_same_one_again() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            string text = Text(seed);
            RanProgram first = Run(text);
            Assert.Equal(first.Signature, Run(text).Signature);
            Assert.True(first.Result.BugKey is not { } key || BugKey.IsWellFormed(key), first.Result.BugKey);
        });

    [Fact]
    public void A_sequential_program_gives_the_same_digest_step_by_step() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            string text = RandomConcurrentPrograms.Make(seed, Kinds[(uint)seed % 2]);
            RanProgram first = Run(text);
            if (first.Result.Verdict != VerdictKind.StepLimit)
            {
                Assert.Equal(first.Signature, RanProgram.Of(text, tracks: true).Signature);
            }
        });

    [Fact]
    public void The_schedule_that_was_really_made_leads_to_the_same_end_again() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            string text = RandomConcurrentPrograms.Make(seed, Kinds[2 + ((uint)seed % 5)]);
            RanProgram first = Run(text);
            string replay = first.Replay(text);
            Assert.True(first.Signature == Run(replay).Signature, $"{first.Signature}\n{Run(replay).Signature}\n{replay}");
        });

    [Fact]
    public void Recording_the_steps_changes_nothing() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            string text = RandomConcurrentPrograms.Make(seed, Kinds[2 + ((uint)seed % 5)]);
            RanProgram first = Run(text);
            RanProgram recorded = RanProgram.Of(text, records: true);
            if (first.Result.Verdict != VerdictKind.StepLimit)
            {
                Assert.Equal(first.Signature, recorded.Signature);
            }
        }, runs: 50);

    [Fact]
    public void Synchronised_programs_have_no_race_and_no_finding_whatever_the_schedule()
    {
        const string Text = """
            race
            map m map[int]int
            map n map[string]int make(9)
            mutex mu
            rwmutex rw
            waitgroup wg
            goroutine w1
              repeat 12
                lock mu
                assign m $i 1
                unlock mu
                lock rw
                assign n "a$i" 1
                unlock rw
              end
              done wg
            end
            goroutine w2
              repeat 12
                rlock rw
                lookup n "a$i"
                range i n
                end
                runlock rw
                lock mu
                delete m $i
                len m
                unlock mu
              end
              done wg
            end
            goroutine w3
              repeat 6
                rlock rw
                lookup n "a$i"
                len n
                runlock rw
              end
              done wg
            end
            add wg 3
            spawn w1
            spawn w2
            spawn w3
            wait wg
            len n = 12
            range i m
            end

            """;
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            RanProgram run = RanProgram.Of(Text + $"schedule random {seed}\n");
            Assert.True(run.End == "Clean ", run.Result.VerdictText + "\n" + run.Replay(Text));
        }, runs: 40);
    }

    [Fact]
    public void Every_value_sent_is_received_exactly_once() =>
        ProgramRoundTripTests.ForAllSeeds(seed =>
        {
            int producers = 1 + (seed % 3), consumers = 1 + (seed / 3 % 3), capacity = seed / 9 % 3;
            string text = $"mapsim 1\nchan c{(capacity == 0 ? "" : " " + capacity)}\nchan quit\nwaitgroup wg\n";
            for (int p = 0; p < producers; p++)
            {
                string send = p % 2 == 0 ? "send c {0}" : "select\n case send c {0}\n case receive quit\n end";
                text += $"goroutine p{p}\n" + string.Concat(Enumerable.Range(0, 4).Select(v => string.Format(null, send, (10 * p) + v) + "\n")) + "done wg\nend\n";
            }

            for (int k = 0; k < consumers; k++)
            {
                string receive = k % 2 == 0 ? "receive c" : "select\n case receive c\n case receive quit\n end";
                text += $"goroutine k{k}\nrepeat {4 * producers}\n{receive}\nend\nend\n";
            }

            text += $"add wg {producers}\n{string.Concat(Enumerable.Range(0, producers).Select(p => $"spawn p{p}\n"))}wait wg\nclose c\nschedule random {seed}\n";
            RanProgram run = RanProgram.Of(text);
            Assert.True(run.End == "Clean ", run.Result.VerdictText + "\n" + text);
            IEnumerable<int> received = run.Operations.Where(o => o.Text.EndsWith("receive c", StringComparison.Ordinal) && o.Result != "closed").Select(o => int.Parse(o.Result, null));
            Assert.Equal(Enumerable.Range(0, producers).SelectMany(p => Enumerable.Range(10 * p, 4)), received.Order());
        });

    private static string Text(int seed) => RandomConcurrentPrograms.Make(seed, Kinds[(uint)seed % (uint)Kinds.Length]);

    private static RanProgram Run(string text)
    {
        try
        {
            return RanProgram.Of(text);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException(text, e);
        }
    }
}
