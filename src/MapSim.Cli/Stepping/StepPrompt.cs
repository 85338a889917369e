using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>A question in the last line of the screen: text is typed, Tab completes it, Ctrl-U empties it, Enter ends it, Escape gives up.</summary>
/// <param name="command">The command that asks.</param>
/// <param name="candidates">What Tab completes to.</param>
/// <param name="text">What is there already.</param>
internal sealed class StepPrompt(StepWord command, IReadOnlyList<string> candidates, string text = "")
{
    /// <summary>The command that asks.</summary>
    public StepWord Command => command;

    /// <summary>What has been typed.</summary>
    public string Text { get; private set; } = text;

    /// <summary>The line as it is shown.</summary>
    public string Line => $"{command.Word}: {Text}_";

    /// <summary>The question of a command about a run; null if it asks nothing.</summary>
    /// <param name="command">The command.</param>
    /// <param name="timeline">The run.</param>
    /// <param name="file">The program's file.</param>
    public static StepPrompt? Of(StepWord command, Timeline timeline, string file) => command.Argument switch
    {
        StepArgument.Event => new StepPrompt(command, StepEvents.Names),
        StepArgument.Mover => new StepPrompt(command, timeline.Movers.Names),
        StepArgument.Place => new StepPrompt(command, [.. ViewedObjects.Of(timeline, timeline.State).Select(o => o.Name)]),
        StepArgument.Step => new StepPrompt(command, []),
        StepArgument.File => new StepPrompt(command, [], ProgramToken.IsToken(file) ? "program.step.mapsim" : Path.GetFileNameWithoutExtension(file) + ".step.mapsim"),
        _ => null,
    };

    /// <summary>Takes a key.</summary>
    /// <returns>True when it is answered, false when it is given up, null while it goes on.</returns>
    public bool? Take(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter: return Text.Length > 0;
            case ConsoleKey.Escape: return false;
            case ConsoleKey.Backspace: Text = Text.Length > 0 ? Text[..^1] : ""; break;
            case ConsoleKey.U when key.Modifiers.HasFlag(ConsoleModifiers.Control): Text = ""; break;
            case ConsoleKey.Tab: Complete(); break;
            default:
                // What a control key sends is no text.
                Text += key.KeyChar is >= ' ' and not '\x7f' ? key.KeyChar : "";
                break;
        }

        return null;
    }

    private void Complete()
    {
        string[] fit = [.. candidates.Where(c => c.StartsWith(Text, StringComparison.Ordinal))];
        if (fit.Length > 0)
        {
            int common = Text.Length;
            while (fit.All(f => f.Length > common && f[common] == fit[0][common]))
            {
                common++;
            }

            Text = fit[0][..common];
        }
    }
}
