namespace MapSim.Cli.Stepping;

/// <summary>What the keys of a keyboard are called in scripts and in <see cref="StepWord.Keys"/>.</summary>
internal static class StepKeys
{
    /// <summary>The name of a key; empty for one that means nothing.</summary>
    public static string NameOf(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.RightArrow => "right",
        ConsoleKey.LeftArrow => "left",
        ConsoleKey.UpArrow => "up",
        ConsoleKey.DownArrow => "down",
        ConsoleKey.PageUp => "pgup",
        ConsoleKey.PageDown => "pgdn",
        ConsoleKey.Home => "home",
        ConsoleKey.End => "end",
        ConsoleKey.Tab => "tab",
        ConsoleKey.Spacebar => "space",
        _ => key.KeyChar is > ' ' and <= '~' ? key.KeyChar.ToString() : "",
    };

    /// <summary>True for Ctrl-C.</summary>
    public static bool IsInterrupt(ConsoleKeyInfo key) => key.Key == ConsoleKey.C && key.Modifiers.HasFlag(ConsoleModifiers.Control);
}
