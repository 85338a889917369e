using System.CommandLine;
using MapSim.Fuzz;

namespace MapSim.Cli.Commands;

/// <summary>mapsim fuzz --engine: campaigns in which another program makes the inputs.</summary>
internal static class ExternalEngines
{
    public static readonly Option<string> Engine = new("--engine") { Description = "Who makes the programs: own, afl (AFL++), sharpfuzz (docs/EXTERNAL-ENGINES.md).", HelpName = "name", DefaultValueFactory = _ => "own" };
    public static readonly Option<string?> Output = new("--out") { Description = "With afl: AFL's folder; machines may share it, and a campaign goes on there. Default mapsim-afl.", HelpName = "folder" };
    public static readonly Option<string?> Corpus = new("--corpus") { Description = "With afl: a corpus store whose programs are first inputs, too.", HelpName = "store" };
    public static readonly Option<string?> Findings = new("--findings") { Description = "With afl: where findings go, one for each bug key. Default findings.", HelpName = "folder" };
    public static readonly Option<string?> Node = new("--node") { Description = "With afl: this machine's name among those that share --out.", HelpName = "name" };
    public static readonly Option<string?> Assembly = new("--assembly") { Description = "With sharpfuzz: the file SharpFuzz.dll. Default beside this program.", HelpName = "file" };

    /// <summary>The options for a command.</summary>
    public static IReadOnlyList<Option> Options => [Engine, Output, Corpus, Findings, Node, Assembly];

    /// <summary>True if the command line asks for an external engine.</summary>
    /// <exception cref="BadInputException">There is no such engine.</exception>
    public static bool IsAsked(ParseResult parsed) => parsed.GetValue(Engine) switch
    {
        "own" => false,
        "afl" or "sharpfuzz" => true,
        var name => throw new BadInputException($"--engine: expected own, afl or sharpfuzz, found '{name}'"),
    };

    /// <summary>Refuses options that an engine does not have, instead of ignoring them.</summary>
    /// <exception cref="BadInputException">One was given.</exception>
    public static void Refuse(ParseResult parsed, string engine, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new BadInputException($"{option.Name}: expected no such option with --engine {engine}, found it");
            }
        }
    }

    /// <summary>Hands this process over to SharpFuzz.</summary>
    public static int RunSharpFuzz(ParseResult parsed, TargetOptions options)
    {
        Refuse(parsed, "sharpfuzz", Output, Corpus, Findings, Node);
        string file = parsed.GetValue(Assembly) ?? SharpFuzzDoor.DefaultFile;
        try
        {
            SharpFuzzDoor door = SharpFuzzDoor.Open(file);
            var external = new ExternalTarget(new FuzzTarget(options), e => Console.Error.WriteLine("mapsim: internal error (a bug in MapSim, please report it): " + e));
            external.WarmUp();
            using var target = new SharpFuzzTarget(external, Environment.GetEnvironmentVariable);
            if (SharpFuzzTarget.IsUnderLibFuzzer(Environment.GetEnvironmentVariable))
            {
                door.RunSpans(target);
            }
            else
            {
                door.RunStreams(target);
            }

            Console.Error.WriteLine(FormattableString.Invariant($"mapsim: sharpfuzz ran {target.Executions} inputs here"));
            return ExitCodes.Clean;
        }
        catch (ExternalEngineException e)
        {
            throw new BadInputException(e.Message);
        }
        catch (ExternalFindingException e)
        {
            Console.Out.WriteLine("finding " + e.Message);
            return ExitCodes.Finding;
        }
    }
}
