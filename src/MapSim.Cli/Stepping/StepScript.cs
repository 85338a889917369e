using System.Globalization;
using MapSim.Programs;

namespace MapSim.Cli.Stepping;

/// <summary>The stepper without a terminal: keys and words in a row, the screen as plain text behind the last or each of them.</summary>
/// <param name="session">The session.</param>
/// <param name="view">Its screen.</param>
/// <param name="output">Where screens go.</param>
internal sealed class StepScript(StepSession session, StepView view, TextWriter output)
{
    private readonly StepCommands _commands = new(session);

    /// <summary>Does all of a script.</summary>
    /// <param name="text">Keys and words separated by spaces; *N behind one does it N times.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="height">Its lines.</param>
    /// <param name="isEach">Prints the screen after each command, not only at the end.</param>
    /// <returns>False if the last command could not do what it was asked.</returns>
    /// <exception cref="BadInputException">A word is no command, or its argument is missing. Nothing has been done then.</exception>
    public bool Run(string text, int width, int height, bool isEach)
    {
        List<(string Text, Action Do)> steps = [.. Parse(text)];
        foreach ((string word, Action action) in steps)
        {
            action();
            if (isEach)
            {
                output.Write($"--- {word}\n");
                Print(width, height);
            }

            if (_commands.HasQuit)
            {
                break;
            }
        }

        if (!isEach || steps.Count == 0)
        {
            Print(width, height);
        }

        return !session.IsRefused;
    }

    private void Print(int width, int height)
    {
        foreach (ScreenLine line in _commands.ShowsHelp ? StepHelp.Lines(width, height) : view.Lines(width, height))
        {
            output.Write(line.Text.TrimEnd() + "\n");
        }
    }

    private IEnumerable<(string Text, Action Do)> Parse(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            int number = i + 1;
            (string word, int times) = Times(words[i], number);
            Action action;
            if (StepCommands.MoverOf(word) is { } mover)
            {
                action = () => _commands.Choose(mover);
            }
            else
            {
                StepWord command = StepWord.Of(word) ?? throw Wrong(number, $"a key or a word of the stepper (see ? in it)", $"'{word}'{Suggestion.Hint(word, StepWord.All.Select(w => w.Word))}");
                string argument = "";
                if (command.Argument != StepArgument.None)
                {
                    argument = ++i < words.Length ? words[i] : throw Wrong(number, $"something behind '{word}' ({command.Help})", "the end");
                    (argument, int more) = command.Argument is StepArgument.Mover or StepArgument.Event ? Times(argument, i + 1) : (argument, 1);
                    times = checked(times * more);
                    word += " " + words[i];
                }

                action = () => _commands.Do(command, argument);
            }

            for (int n = 0; n < times; n++)
            {
                yield return (word, action);
            }
        }
    }

    private static (string Word, int Times) Times(string word, int number)
    {
        int star = word.LastIndexOf('*');
        return star <= 0 ? (word, 1)
            : GoNumber.TryInt(word[(star + 1)..], out Int128 n) && n >= 1 && n <= 10_000 ? (word[..star], (int)n)
            : throw Wrong(number, "a number from 1 to 10000 behind *", $"'{word}'");
    }

    private static BadInputException Wrong(int number, string expected, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"--script: word {number}: expected {expected}, found {found}"));
}
