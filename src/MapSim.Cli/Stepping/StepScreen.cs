using System.Text;
using Spectre.Console;

namespace MapSim.Cli.Stepping;

/// <summary>Paints lines on a terminal: only those that look different from what is there, and all of one screen in one write, so that nothing flickers.</summary>
internal sealed class StepScreen
{
    private readonly StringBuilder _buffer = new();
    private readonly IAnsiConsole _console;
    private IReadOnlyList<ScreenLine> _shown = [];

    /// <summary>A screen on standard output; colours unless NO_COLOR is set.</summary>
    public StepScreen()
    {
        bool hasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(new StringWriter(_buffer)),
        });
    }

    /// <summary>Runs something on the terminal's other screen, without a text cursor; after it the terminal is as it was.</summary>
    public void Use(Action action)
    {
        try
        {
            _console.AlternateScreen(() =>
            {
                _console.Cursor.Hide();
                try
                {
                    action();
                }
                finally
                {
                    _console.Cursor.Show();
                }
            });
        }
        finally
        {
            Flush();
        }
    }

    /// <summary>Shows lines in place of what is there.</summary>
    /// <param name="lines">As many as the screen has.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="isWhole">Paints every line, as after a change of size.</param>
    public void Paint(IReadOnlyList<ScreenLine> lines, int width, bool isWhole)
    {
        // Spectre breaks lines at the width it knows; these fit already.
        (_console.Profile.Width, _console.Profile.Height) = (width + 1, lines.Count);
        if (isWhole)
        {
            _console.Clear(home: true);
            _shown = [];
        }

        for (int i = 0; i < lines.Count; i++)
        {
            if (i < _shown.Count && _shown[i].IsSame(lines[i]))
            {
                continue;
            }

            _console.Cursor.SetPosition(1, i + 1);
            var text = new Paragraph();
            foreach ((string piece, Ink ink) in lines[i].Pieces)
            {
                text.Append(piece, StyleOf(ink));
            }

            text.Append(new string(' ', Math.Max(0, width - lines[i].Length)));
            _console.Write(text);
        }

        _shown = lines;
        Flush();
    }

    private void Flush()
    {
        Console.Out.Write(_buffer.ToString());
        Console.Out.Flush();
        _buffer.Clear();
    }

    private static Style StyleOf(Ink ink) => ink switch
    {
        Ink.Faint => new Style(decoration: Decoration.Dim),
        Ink.Strong => new Style(decoration: Decoration.Bold),
        Ink.Accessed => new Style(foreground: Color.Aqua, decoration: Decoration.Bold),
        Ink.Changed => new Style(foreground: Color.Yellow, decoration: Decoration.Bold),
        Ink.Cursor => new Style(decoration: Decoration.Invert),
        Ink.Wrong => new Style(foreground: Color.Red, decoration: Decoration.Bold),
        _ => Style.Plain,
    };
}
