namespace MapSim.Cli.Stepping;

/// <summary>What a command of the stepper asks for behind its word.</summary>
internal enum StepArgument
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The name of an event.</summary>
    Event,

    /// <summary>A number of steps.</summary>
    Step,

    /// <summary>The name of a goroutine, a worker or a store buffer.</summary>
    Mover,

    /// <summary>An object, with +N for a byte of it.</summary>
    Place,

    /// <summary>A file to write.</summary>
    File,
}

/// <summary>A command of the stepper.</summary>
/// <param name="Word">Its name in scripts.</param>
/// <param name="Keys">Keys that do it, as scripts write them.</param>
/// <param name="Argument">What it asks for.</param>
/// <param name="Help">What it does, in 24 letters: two fit beside each other on a screen of 80 columns. docs/STEPPING.md says more.</param>
internal sealed record StepWord(string Word, IReadOnlyList<string> Keys, StepArgument Argument, string Help)
{
    /// <summary>All commands, in the order of the help.</summary>
    public static IReadOnlyList<StepWord> All { get; } =
    [
        new("next", ["n", "right", "space"], StepArgument.None, "one step forward"),
        new("back", ["p", "left"], StepArgument.None, "one step back"),
        new("page-down", ["pgdn"], StepArgument.None, "20 steps forward"),
        new("page-up", ["pgup"], StepArgument.None, "20 steps back"),
        new("start", ["home"], StepArgument.None, "to the beginning"),
        new("finish", ["end"], StepArgument.None, "to the end"),
        new("goto", ["g"], StepArgument.Step, "to a step's number"),
        new("operation", ["o"], StepArgument.None, "to the next operation"),
        new("operation-back", ["O"], StepArgument.None, "to the operation before"),
        new("until", ["u"], StepArgument.Event, "on to an event"),
        new("until-back", ["U"], StepArgument.Event, "back to an event"),
        new("finding", ["F"], StepArgument.None, "to where it goes wrong"),
        new("writer", ["w"], StepArgument.None, "to the byte's writer"),
        new("go", ["c"], StepArgument.Mover, "who goes next, as 1 to 9"),
        new("undo", ["z"], StepArgument.None, "takes that choice back"),
        new("recorded", ["r"], StepArgument.None, "back to the recorded run"),
        new("save", ["s"], StepArgument.File, "writes it as a program"),
        new("save!", ["S"], StepArgument.File, "the same, over a file"),
        new("object", ["down"], StepArgument.None, "to the next object"),
        new("object-back", ["up"], StepArgument.None, "to the object before"),
        new("byte", ["l"], StepArgument.None, "to the next byte"),
        new("byte-back", ["h"], StepArgument.None, "to the byte before"),
        new("line", ["j"], StepArgument.None, "a line of bytes down"),
        new("line-back", ["k"], StepArgument.None, "a line of bytes up"),
        new("to", ["t"], StepArgument.Place, "to an object or byte"),
        new("follow", ["f"], StepArgument.None, "cursor follows, or stays"),
        new("map", ["tab", "m"], StepArgument.None, "the next map"),
        new("help", ["?"], StepArgument.None, "these keys"),
        new("quit", ["q"], StepArgument.None, "ends"),
    ];

    /// <summary>The command of a word or key; null if there is none.</summary>
    public static StepWord? Of(string word) => All.FirstOrDefault(w => w.Word == word || w.Keys.Contains(word));
}
