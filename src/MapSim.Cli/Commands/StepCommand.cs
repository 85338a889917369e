using System.CommandLine;
using System.Globalization;
using MapSim.Cli.Stepping;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim step: a run forward and back, one memory access at a time, with the map and its bytes on the screen.</summary>
internal static class StepCommand
{
    private const int LeastSteps = 1, MostSteps = 10_000_000, MostColumns = 1000;

    private static readonly Argument<string> Source = new("FILE") { Description = "A program file (*.mapsim), or b64:...; - for standard input with --script." };
    private static readonly Option<string?> At = new("--at") { Description = "Start at this step, or at the first step with this event, finding or end.", HelpName = "STEP" };
    private static readonly Option<string?> Script = new("--script") { Description = "No terminal: do these keys and words (see ? in the stepper), then print the screen as plain text.", HelpName = "KEYS" };
    private static readonly Option<bool> Each = new("--each") { Description = "With --script: print the screen after each of them." };
    private static readonly Option<string?> Size = new("--size") { Description = "With --script: columns and lines of the screen; default 80x24.", HelpName = "WxH" };
    private static readonly Option<int> Steps = new("--steps") { Description = "Record at most so many steps.", HelpName = "N", DefaultValueFactory = _ => Timeline.DefaultMostSteps };
    private static readonly Option<string[]> Faults = ChangeOptions.Faults();
    private static readonly Option<string[]> Repairs = ChangeOptions.Repairs();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("step", """
            Examples:
              mapsim step corpus/examples/growth.mapsim
              mapsim step corpus/regression/racing-writers-are-caught.mapsim --at finding
              mapsim step corpus/examples/growth.mapsim --script "until grow.start n*3"

            Runs a program and shows it step by step, forward and back, with its map and its memory. Another goroutine than
            the recorded one can be chosen at any step; the schedule that comes of it can be saved. See docs/STEPPING.md.
            Exit code 72 after Ctrl-C; with --script 2 if the last command could not be done.
            """)
        {
            Source, At, Script, Each, Size, Steps, Faults, Repairs,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string file = parsed.GetValue(Source)!;
        string? script = parsed.GetValue(Script);
        (int width, int height) = SizeOf(parsed.GetValue(Size), script != null);
        if (script == null && parsed.GetValue(Each))
        {
            throw new BadInputException("--each: expected --script as well, found none");
        }

        if (script == null)
        {
            CheckTerminal();
        }

        int steps = parsed.GetValue(Steps) is >= LeastSteps and <= MostSteps and var n ? n
            : throw new BadInputException($"--steps: expected a number from {LeastSteps} to {MostSteps}, found {parsed.GetValue(Steps)}");
        MapProgram program = ProgramFiles.Read(file);
        StepSession session = ProgramFiles.Guard(file, () => new StepSession(program, ChangeOptions.Read(parsed, Faults, Repairs), steps));
        GoTo(session, parsed.GetValue(At));
        var view = new StepView(session, Path.GetFileName(ProgramFiles.Name(file)));
        if (script == null)
        {
            return new StepTerminal(session, view, file).Run();
        }

        if (new StepScript(session, view, Console.Out).Run(script, width, height, parsed.GetValue(Each)))
        {
            return ExitCodes.Clean;
        }

        Console.Error.WriteLine("mapsim: " + session.Message);
        return ExitCodes.BadInput;
    }

    private static void GoTo(StepSession session, string? at)
    {
        if (at == null)
        {
            return;
        }

        Timeline timeline = session.Timeline;
        int to = at == "end" ? timeline.Count
            : StepEvents.Names.Contains(at) ? StepEvents.Find(timeline, at, 0, backwards: false) is > 0 and var step ? step
                : throw new BadInputException($"--at: expected an event of this run, found '{at}', which does not happen in it")
            : GoNumber.TryInt(at, out Int128 n) && n >= 0 && n <= timeline.Count ? (int)n
            : throw new BadInputException($"--at: expected a step from 0 to {timeline.Count}, end, or an event ({string.Join(", ", StepEvents.Names)}), found '{at}'");
        if (to > 0)
        {
            // By way of the step before, so that what this one wrote is marked.
            if (to > 1)
            {
                session.GoTo(to - 1);
            }

            session.GoTo(to);
        }

        session.BeginCommand();
    }

    private static void CheckTerminal()
    {
        string? wrong = Console.IsInputRedirected ? "standard input is none"
            : Console.IsOutputRedirected ? "standard output is none"
            : !OperatingSystem.IsWindows() && (Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb") ? "TERM says that it cannot place a cursor"
            : null;
        if (wrong != null)
        {
            throw new BadInputException($"step: expected a terminal, but {wrong}; --script KEYS needs none");
        }
    }

    private static (int Width, int Height) SizeOf(string? text, bool isScript)
    {
        if (text == null)
        {
            return (80, 24);
        }

        string[] parts = text.Split('x');
        return !isScript ? throw new BadInputException("--size: expected --script as well, found none")
            : parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
                && width is >= StepView.LeastWidth and <= MostColumns && height is >= StepView.LeastHeight and <= MostColumns ? (width, height)
            : throw new BadInputException($"--size: expected columns and lines from {StepView.LeastWidth}x{StepView.LeastHeight} to {MostColumns}x{MostColumns}, found '{text}'");
    }
}
