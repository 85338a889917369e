using MapSim.Cli.Stepping;
using MapSim.Faults;
using MapSim.Programs;
using Xunit;

namespace MapSim.Tests.Cli;

/// <summary>The stepper by scripts: what each key does, what the screen then says, and that what was saved replays.</summary>
public sealed class StepCommandTests
{
    private const string Growth = "corpus/examples/growth.mapsim", Lost = "corpus/regression/lost-update-that-no-check-sees.mapsim";

    /// <summary>Name of the golden screen, program, script.</summary>
    public static TheoryData<string, string, string> Goldens => new()
    {
        { "grow-starts", Growth, "until grow.start" },
        { "growing", Growth, "until evacuate n*20 to A1:1+8" },
        { "lost-update", Lost, "finding" },
        { "another-way", Lost, "2*3 1*2 2" },
        { "store-buffer", "corpus/regression/store-buffer-publishes-a-map-under-a-lock.mapsim", "n*12" },
        { "collector", "corpus/regression/gc-across-every-phase-of-a-grow.mapsim", "until gc.start n*30" },
        { "iteration", "corpus/examples/iterate-across-grow.mapsim", "until yield*2" },
        { "keys", Growth, "?" },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void The_screen_is_the_golden_one(string name, string file, string script)
    {
        string golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "step", name + ".txt"));
        Assert.Equal(golden, Screen(Of(file), script));
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(79, 50)]
    [InlineData(40, 12)]
    [InlineData(200, 60)]
    [InlineData(20, 5)]
    public void Every_screen_fills_the_terminal_exactly(int width, int height)
    {
        foreach (string file in (string[])[Growth, Lost, "corpus/examples/nil-map.mapsim", "corpus/regression/gc-across-every-phase-of-a-grow.mapsim"])
        {
            StepSession session = Of(file);
            var view = new StepView(session, "name.mapsim");
            for (int at = 0; at <= session.Timeline.Count; at += Math.Max(1, session.Timeline.Count / 7))
            {
                session.GoTo(at);
                foreach (IReadOnlyList<ScreenLine> lines in (IReadOnlyList<ScreenLine>[])[view.Lines(width, height), view.Lines(width, height, "until: x_"), StepHelp.Lines(width, height)])
                {
                    Assert.Equal(height, lines.Count);
                    Assert.All(lines, l => Assert.True(l.Length <= width && l.Text.All(c => c is >= ' ' and <= '~'), l.Text));
                }
            }
        }
    }

    [Theory]
    [InlineData("n n n p", 2)]
    [InlineData("right*3 left", 2)]
    [InlineData("space next back", 1)]
    [InlineData("pgdn pgup", 0)]
    [InlineData("page-down n", 21)]
    [InlineData("g 100", 100)]
    [InlineData("goto 100 goto 7", 7)]
    [InlineData("g 100 home", 0)]
    [InlineData("end", 935)]
    [InlineData("end p*2 n q", 934)]
    [InlineData("1*5", 5)]
    [InlineData("go main*5", 5)]
    public void Keys_and_words_move(string script, int position)
    {
        StepSession session = Of(Growth);
        Screen(session, script);
        Assert.Equal((position, false), (session.Position, session.IsRefused));
    }

    [Fact]
    public void Operations_are_gone_through_forward_and_back()
    {
        StepSession session = Of(Growth);
        var seen = new List<int>();
        for (int i = 0; i < 4; i++)
        {
            Screen(session, "o");
            seen.Add(session.Position);
            Assert.Equal(i + 1, session.Last!.Point.Operation);
        }

        Assert.Equal(seen.Order(), seen);
        Screen(session, "O O");
        Assert.Equal(seen[1], session.Position);
    }

    [Theory]
    [InlineData("grow.start", Growth, "HashGrow.StoreOldBuckets")]
    [InlineData("evacuate", Growth, "Evacuate.StoreEvacuated")]
    [InlineData("grow.end", Growth, "AdvanceEvacuationMark.")]
    [InlineData("overflow.new", "corpus/examples/overflow-chain.mapsim", "NewOverflow.")]
    [InlineData("clear", "corpus/regression/clear-zeroes-every-bucket.mapsim", "MapClear.")]
    [InlineData("gc.start", "corpus/regression/gc-across-every-phase-of-a-grow.mapsim", "Gc")]
    [InlineData("gc.end", "corpus/regression/gc-across-every-phase-of-a-grow.mapsim", "Gc")]
    [InlineData("gc.sweep", "corpus/regression/gc-across-every-phase-of-a-grow.mapsim", "Gc")]
    [InlineData("fatal", "corpus/regression/racing-writers-are-caught.mapsim", "")]
    [InlineData("finding", Lost, "MemMove.StoreWord")]
    public void Until_stops_at_the_step_in_which_it_happens(string name, string file, string label)
    {
        StepSession session = Of(file);
        Screen(session, "until " + name);
        Assert.False(session.IsRefused, session.Message);
        Assert.StartsWith(label, session.Last!.Point.Label, StringComparison.Ordinal);
        int first = session.Position;
        Screen(session, "end");
        while (session.Position > first)
        {
            Screen(session, "until-back " + name);
            Assert.False(session.IsRefused, session.Message);
        }

        Assert.Equal(first, session.Position);
        Screen(session, "U " + name);
        Assert.True(session.IsRefused);
        Assert.Equal(first, session.Position);
    }

    [Fact]
    public void Markings_start_and_end_in_turns()
    {
        StepSession session = Of("corpus/regression/gc-across-every-phase-of-a-grow.mapsim");
        int last = 0;
        foreach (string name in (string[])["gc.start", "gc.end", "gc.sweep"])
        {
            Screen(session, "until " + name);
            Assert.True(session.Position > last, session.Message);
            Assert.Equal(name == "gc.start", session.Timeline.Collector.Phase.ToString() == "Mark");
            last = session.Position;
        }
    }

    [Fact]
    public void The_last_writer_of_a_byte_is_the_step_that_gave_it_its_value()
    {
        StepSession session = Of(Growth);
        Screen(session, "end to m");
        ulong count = session.Timeline.Memory.Raw(session.Cursor, 1)[0];
        Assert.Equal(14UL, count);
        for (; count > 0; count--)
        {
            Screen(session, "w");
            Assert.False(session.IsRefused, session.Message);
            Assert.Equal(count, session.Timeline.Memory.Raw(session.Cursor, 1)[0]);
            Assert.True(session.IsChanged(session.Cursor) && session.IsAccessed(session.Cursor));
        }

        Screen(session, "w");
        Assert.True(session.IsRefused);
        Assert.StartsWith("no step before ", session.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cursor_goes_through_objects_and_bytes_and_follows_accesses()
    {
        StepSession session = Of(Growth);
        Screen(session, "until grow.start");
        Assert.True(session.IsAccessed(session.Cursor));
        Screen(session, "to m l l j k h");
        Assert.Equal(session.Timeline.Maps[0].Address + 1, session.Cursor);
        Screen(session, "n");
        Assert.Equal(session.Timeline.Maps[0].Address + 1, session.Cursor);
        Screen(session, "down");
        Assert.Equal("A1:0", session.Timeline.NameOf(session.Cursor));
        Screen(session, "up h");
        Assert.True(session.IsRefused);
        Screen(session, "f");
        Assert.True(session.IsAccessed(session.Cursor));
        Screen(session, "to A9");
        Assert.StartsWith("expected an object that lives here (m, A1:0, A1:1, A0:0", session.Message, StringComparison.Ordinal);
        Screen(session, "to m+48");
        Assert.Equal("expected a byte of m from 0 to 47, found '48'", session.Message);
    }

    [Fact]
    public void Another_goroutine_makes_another_way_that_is_taken_back()
    {
        StepSession session = Of(Lost);
        string before = Screen(session, "n*3");
        string other = session.Timeline.Steps[3].Goroutine == "w" ? "main" : "w";
        Screen(session, $"go {other}*2");
        Assert.Equal((5, other), (session.Position, session.Timeline.Steps[3].Goroutine));
        Assert.InRange(session.Ways, 1, 2);
        Screen(session, "r n p");
        Assert.Equal((0, 3), (session.Ways, session.Position));
        Assert.Equal(before.Split('\n')[..3], Screen(session, "p n").Split('\n')[..3]);
        Screen(session, "z");
        Assert.Equal("this is the recorded run: there is no choice to take back", session.Message);
    }

    [Fact]
    public void Who_cannot_move_says_why()
    {
        StepSession session = Of("corpus/regression/channel-hands-the-map-over.mapsim");
        var reasons = new HashSet<string>();
        for (int at = 0; at <= session.Timeline.Count; at++)
        {
            session.GoTo(at);
            foreach (string name in session.Timeline.Movers.Names.Where((_, m) => session.Timeline.Movers.Obstacle(m) != null))
            {
                (int position, int count) = (session.Position, session.Timeline.Count);
                session.BeginCommand();
                session.Choose(name);
                Assert.StartsWith($"{name} cannot move: ", session.Message, StringComparison.Ordinal);
                Assert.Equal((true, position, count, 0), (session.IsRefused, session.Position, session.Timeline.Count, session.Ways));
                reasons.Add(session.Message[(session.Message.IndexOf(':', StringComparison.Ordinal) + 2)..].Split('\'')[0]);
            }
        }

        Assert.Contains("it waits in ", reasons);
        Assert.Contains("it has ended", reasons);
        Screen(session, "go nobody");
        Assert.StartsWith("expected one of main, ", session.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Lost, "2*3 1*2 2*4")]
    [InlineData(Lost, "n*5 2*4")]
    [InlineData(Growth, "n*3")]
    [InlineData("corpus/regression/store-buffer-publishes-a-map-under-a-lock.mapsim", "n*12 1*2 go main.drain")]
    [InlineData("corpus/regression/gc-across-every-phase-of-a-grow.mapsim", "until gc.start n*30")]
    public void A_saved_way_replays_to_the_same_end(string file, string script)
    {
        using var folder = new ProgramFolder();
        StepSession session = Of(file);
        Screen(session, $"{script} save {folder.Path("way.mapsim")}");
        Assert.False(session.IsRefused, session.Message);
        MapProgram saved = ProgramParser.Parse(File.ReadAllText(folder.Path("way.mapsim")));
        Timeline again = Timeline.Of(saved);
        Assert.Equal(session.Timeline.Steps.Select(s => s.ToString()), again.Steps.Select(s => s.ToString()));
        Assert.Equal(session.Timeline.Result.Digest, new ProgramRunner(saved).Run().Digest);
        Assert.Equal([], ReplayCheck.Of(saved, twice: true).Differences);
    }

    [Fact]
    public void Every_choice_that_can_be_made_is_saved_as_it_was()
    {
        // Each goroutine that can move, at every seventh position of a run with two writers.
        for (int at = 0; at < Of(Lost).Timeline.Count; at += 7)
        {
            for (int mover = 0; mover < 2; mover++)
            {
                StepSession session = Of(Lost);
                session.GoTo(at);
                if (session.Timeline.Movers.Obstacle(mover) == null)
                {
                    session.BeginCommand();
                    session.Choose(session.Timeline.Movers.Names[mover]);
                    Assert.Equal((false, at + 1, mover), (session.IsRefused, session.Position, session.Last!.Mover));
                    SavedWay way = SavedWay.Of(session.Timeline);
                    Assert.Equal((session.Timeline.Result.BugKey, session.Timeline.Result.Digest), (way.Result.BugKey, way.Result.Digest));
                    Assert.True(ReplayCheck.Of(way.Program).IsOk);
                }
            }
        }
    }

    [Fact]
    public void A_way_on_a_broken_model_is_saved_with_both_ends()
    {
        using var folder = new ProgramFolder();
        MapProgram program = Read("corpus/faults/iter-prefetch.mapsim");
        var session = new StepSession(program, ModelChangesParser.Parse(["iter-prefetch"], []));
        Screen(session, $"finding save {folder.Path("broken.mapsim")}");
        Assert.False(session.IsRefused, session.Message);
        MapProgram saved = ProgramParser.Parse(File.ReadAllText(folder.Path("broken.mapsim")));
        Assert.Equal(session.Timeline.Result.BugKey, Assert.Single(saved.ChangedExpectations).Expectation.Key);
        Assert.Equal([], ReplayCheck.Of(saved).Differences);
    }

    [Fact]
    public void A_file_that_is_there_is_only_replaced_when_told_so()
    {
        using var folder = new ProgramFolder();
        string file = folder.Add("there.mapsim", "mine");
        StepSession session = Of(Lost);
        Screen(session, "save " + file);
        Assert.Equal($"{file} exists already and was not touched; y (in scripts save!) replaces it", session.Message);
        Assert.Equal("mine", File.ReadAllText(file));
        Screen(session, "save! " + file);
        Assert.StartsWith("mapsim 1\n", File.ReadAllText(file), StringComparison.Ordinal);
        Screen(session, "save " + folder.Path("no/folder.mapsim"));
        Assert.True(session.IsRefused);
        Assert.Equal([file], Directory.GetFiles(folder.Root).Select(f => f.Replace('\\', '/')));
    }

    [Fact]
    public void A_question_is_typed_completed_and_given_up()
    {
        StepSession session = Of(Growth);
        StepPrompt prompt = StepPrompt.Of(StepWord.Of("u")!, session.Timeline, Growth)!;
        Assert.Null(Type(prompt, 'g', 'r', 'o', 'w', '.', 's'));
        Assert.Null(prompt.Take(new ConsoleKeyInfo('\t', ConsoleKey.Tab, false, false, false)));
        Assert.Equal("until: grow.start_", prompt.Line);
        Assert.Null(prompt.Take(new ConsoleKeyInfo('\b', ConsoleKey.Backspace, false, false, false)));
        Assert.Equal("grow.star", prompt.Text);
        Assert.Null(prompt.Take(new ConsoleKeyInfo('\u0015', ConsoleKey.U, false, false, true)));
        Assert.Equal("", prompt.Text);
        Assert.Null(Type(prompt, 'x'));
        Assert.True(prompt.Take(new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false)));
        Assert.False(prompt.Take(new ConsoleKeyInfo('\u001b', ConsoleKey.Escape, false, false, false)));
        Assert.Equal("growth.step.mapsim", StepPrompt.Of(StepWord.Of("s")!, session.Timeline, Growth)!.Text);
        Assert.Null(StepPrompt.Of(StepWord.Of("n")!, session.Timeline, Growth));
    }

    [Fact]
    public void No_key_is_used_twice()
    {
        string[] keys = [.. StepWord.All.SelectMany(w => w.Keys.Append(w.Word))];
        Assert.Equal(keys.Distinct(StringComparer.Ordinal), keys);
        Assert.All(StepWord.All, w => Assert.InRange(w.Help.Length, 4, 24));
    }

    [Fact]
    public void The_command_prints_screens_and_says_what_is_wrong()
    {
        (int code, string output, string error) = MapsimProcess.Run("step", Growth, "--at", "grow.start", "--script", "n p", "--each");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(2, output.Split("--- ").Length - 1);
        Assert.Equal(50, output.Split('\n').Length - 1);
        Wrong("mapsim: step: expected a terminal, but standard input is none; --script KEYS needs none\n", "step", Growth);
        Wrong("mapsim: --script: word 2: expected a key or a word of the stepper (see ? in it), found 'oops'\n", "step", Growth, "--script", "n oops");
        Wrong("mapsim: --size: expected columns and lines from 40x12 to 1000x1000, found '9x9'\n", "step", Growth, "--script", "n", "--size", "9x9");
        Wrong("mapsim: --at: expected a step from 0 to 935, end, or an event (", "step", Growth, "--script", "n", "--at", "936");
        Wrong("mapsim: --at: expected an event of this run, found 'fatal', which does not happen in it\n", "step", Growth, "--script", "n", "--at", "fatal");
        Wrong("mapsim: --fault: ", "step", Growth, "--script", "n", "--fault", "none-such");
        using var folder = new ProgramFolder();
        Wrong($"mapsim: {folder.Path("bad.mapsim")}:3:10: expected ", "step", folder.Add("bad.mapsim", "mapsim 1\nmap m map[int]int\nassign m x 1\n"), "--script", "n");
        (code, output, error) = MapsimProcess.Run("step", Growth, "--script", "p");
        Assert.Equal((2, "mapsim: this is the beginning\n"), (code, error));
        Assert.Equal(24, output.Split('\n').Length - 1);
    }

    private static void Wrong(string start, params string[] arguments)
    {
        (int code, string output, string error) = MapsimProcess.Run(arguments);
        Assert.StartsWith(start, error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (code, output));
    }

    private static bool? Type(StepPrompt prompt, params ReadOnlySpan<char> text)
    {
        bool? end = null;
        foreach (char c in text)
        {
            end = prompt.Take(new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false));
        }

        return end;
    }

    private static MapProgram Read(string file) => ProgramParser.Parse(File.ReadAllText(Repository.Path(file)));

    private static StepSession Of(string file) => new(Read(file));

    private static string Screen(StepSession session, string script)
    {
        var text = new StringWriter { NewLine = "\n" };
        new StepScript(session, new StepView(session, "program.mapsim"), text).Run(script, 80, 24, isEach: false);
        return text.ToString();
    }
}
