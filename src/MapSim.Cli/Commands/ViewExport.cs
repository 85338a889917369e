using System.CommandLine;
using System.Globalization;
using System.Text;
using MapSim.Faults;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>The forms of mapsim export that show a run: pictures of a state, a graph of the steps, a trace for Perfetto.</summary>
internal sealed class ViewExport
{
    private readonly Option<bool> _perfetto = new("--perfetto") { Description = "The steps as a trace (Chrome's JSON form)." };
    private readonly Option<bool> _dot = new("--dot") { Description = "A state as a graph for Graphviz." };
    private readonly Option<bool> _mermaid = new("--mermaid") { Description = "A state of small maps as a Mermaid chart." };
    private readonly Option<bool> _svg = new("--svg") { Description = "A state as an SVG picture." };
    private readonly Option<bool> _graph = new("--graph") { Description = "With --dot: the steps and what happened before what, instead of a state." };
    private readonly Option<string?> _at = new("--at") { Description = "The state after this step; 0 is before the first.", HelpName = "step" };
    private readonly Option<string[]> _faults = ChangeOptions.Faults();
    private readonly Option<string[]> _repairs = ChangeOptions.Repairs();

    /// <summary>Adds the options to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_perfetto, _dot, _mermaid, _svg, _graph, _at, _faults, _repairs])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>True if one of these forms is asked for.</summary>
    /// <exception cref="BadInputException">More than one form is, or an option has nothing to do with the form.</exception>
    public bool IsAsked(ParseResult parsed, bool isGoTest)
    {
        (string, bool)[] forms = [("--go-test", isGoTest), ("--perfetto", parsed.GetValue(_perfetto)), ("--dot", parsed.GetValue(_dot)), ("--mermaid", parsed.GetValue(_mermaid)), ("--svg", parsed.GetValue(_svg))];
        string[] asked = [.. forms.Where(f => f.Item2).Select(f => f.Item1)];
        if (asked.Length > 1)
        {
            throw new BadInputException($"export: expected one form to export to, found {string.Join(" and ", asked)}");
        }

        string form = asked.Length == 1 ? asked[0] : "";
        if (parsed.GetValue(_graph) && form != "--dot")
        {
            throw new BadInputException($"--graph: expected it beside --dot, found {(form.Length > 0 ? form : "no form")}");
        }

        if (parsed.GetValue(_at) != null && (form is "" or "--go-test" or "--perfetto" || parsed.GetValue(_graph)))
        {
            throw new BadInputException($"--at: expected it beside a picture of a state, found {(parsed.GetValue(_graph) ? "--graph" : form.Length > 0 ? form : "no form")}");
        }

        return form is not ("" or "--go-test");
    }

    /// <summary>Writes the form.</summary>
    public int Run(ParseResult parsed, string file, string? output, bool force)
    {
        OutputFile.Check("-o", output);
        MapProgram program = ProgramFiles.Read(file);
        ModelChanges asked = ChangeOptions.Read(parsed, _faults, _repairs);
        Timeline timeline = ProgramFiles.Guard(file, () => Timeline.Of(program, asked.IsNone && program.ChangedExpectations.Count == 1 ? program.ChangedExpectations[0].Changes : asked));
        byte[] content = Content(parsed, timeline);
        if (output == null)
        {
            using Stream stream = Console.OpenStandardOutput();
            stream.Write(content);
            return ExitCodes.Clean;
        }

        ExportCommand.Save(content, Path.GetFullPath(output), force);
        Console.Error.WriteLine($"mapsim: wrote {output}");
        return ExitCodes.Clean;
    }

    private byte[] Content(ParseResult parsed, Timeline timeline)
    {
        if (parsed.GetValue(_perfetto))
        {
            return PerfettoTrace.Of(timeline);
        }

        if (parsed.GetValue(_graph))
        {
            return Encoding.UTF8.GetBytes(ExecutionDot.Of(timeline));
        }

        timeline.GoTo(At(parsed.GetValue(_at), timeline));
        try
        {
            TimelineState state = timeline.State;
            return Encoding.UTF8.GetBytes(parsed.GetValue(_dot) ? StateDot.Of(state) : parsed.GetValue(_svg) ? StateSvg.Of(state) : StateMermaid.Of(state));
        }
        catch (ArgumentException e) when (e.ParamName == "state")
        {
            throw new BadInputException("--mermaid: " + e.Message[..e.Message.IndexOf(" (Parameter", StringComparison.Ordinal)] + "; --svg and --dot take any");
        }
    }

    private static int At(string? text, Timeline timeline) => text == null ? (timeline.FindingStep > 0 ? timeline.FindingStep : timeline.Count)
        : GoNumber.TryInt(text, out Int128 n) && n >= 0 && n <= timeline.Count ? (int)n
        : throw new BadInputException(string.Create(CultureInfo.InvariantCulture, $"--at: expected the number of a step from 0 to {timeline.Count}, found '{text}'"));
}
