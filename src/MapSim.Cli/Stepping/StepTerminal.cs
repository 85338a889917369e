using System.Runtime.InteropServices;

namespace MapSim.Cli.Stepping;

/// <summary>The stepper on a terminal: reads keys, asks questions, paints after each key and when the terminal changes its size.</summary>
/// <param name="session">The session.</param>
/// <param name="view">Its screen.</param>
/// <param name="file">The program's file, for the name that "save" proposes.</param>
internal sealed class StepTerminal(StepSession session, StepView view, string file)
{
    private const int PollMilliseconds = 20;
    private readonly StepCommands _commands = new(session);
    private readonly StepScreen _screen = new();
    private StepPrompt? _prompt;
    private volatile bool _isStopped;

    /// <summary>Runs until the person quits.</summary>
    /// <returns>The exit code: 72 after Ctrl-C or a signal, else 0.</returns>
    public int Run()
    {
        void Stop(PosixSignalContext context) => (_isStopped, context.Cancel) = (true, true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        bool before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            _screen.Use(Loop);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException && _isStopped)
        {
            // The terminal is gone: there is nothing to clean.
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }

        return _isStopped ? ExitCodes.Interrupted : ExitCodes.Clean;
    }

    private void Loop()
    {
        (int Width, int Height) size = default;
        while (!_isStopped && !_commands.HasQuit)
        {
            (int Width, int Height) now = (Console.WindowWidth, Console.WindowHeight);
            bool isWhole = now != size;
            size = now;
            Paint(Math.Max(1, size.Width - 1), Math.Max(1, size.Height), isWhole);

            // Waiting by looking: a blocking read would sleep through a change of size.
            while (!_isStopped && !Console.KeyAvailable && (Console.WindowWidth, Console.WindowHeight) == size)
            {
                Thread.Sleep(PollMilliseconds);
            }

            // All that was typed is done before the next painting, so that a held key does not lag behind.
            while (!_isStopped && !_commands.HasQuit && Console.KeyAvailable)
            {
                Take(Console.ReadKey(intercept: true));
            }
        }
    }

    // The last column stays free: writing in it makes some terminals scroll.
    private void Paint(int width, int height, bool isWhole) =>
        _screen.Paint(_commands.ShowsHelp ? StepHelp.Lines(width, height) : view.Lines(width, height, _prompt?.Line), width, isWhole);

    private void Take(ConsoleKeyInfo key)
    {
        if (StepKeys.IsInterrupt(key))
        {
            _isStopped = true;
        }
        else if (_prompt != null)
        {
            Answer(key);
        }
        else if (_commands.ShowsHelp)
        {
            _commands.CloseHelp();
        }
        else
        {
            Command(StepKeys.NameOf(key));
        }
    }

    private void Answer(ConsoleKeyInfo key)
    {
        if (_prompt!.Take(key) is { } isAnswered)
        {
            StepPrompt done = _prompt;
            _prompt = null;
            session.BeginCommand();
            if (isAnswered)
            {
                _commands.Do(done.Command, done.Text);
            }
        }
    }

    private void Command(string key)
    {
        if (_commands.Existing is { } existing && key == "y")
        {
            _commands.Do(StepWord.Of("save!")!, existing);
        }
        else if (StepCommands.MoverOf(key) is { } mover)
        {
            _commands.Choose(mover);
        }
        else if (StepWord.Of(key) is { } command)
        {
            _prompt = StepPrompt.Of(command, session.Timeline, file);
            if (_prompt == null)
            {
                _commands.Do(command);
            }
        }
        else if (key.Length > 0)
        {
            session.BeginCommand();
            session.Refuse($"'{key}' means nothing; ? shows the keys");
        }
    }
}
