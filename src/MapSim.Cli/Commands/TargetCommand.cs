using System.CommandLine;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;

namespace MapSim.Cli.Commands;

/// <summary>mapsim target: the program that an external engine runs. Under AFL++ a fork server, else one input.</summary>
internal static class TargetCommand
{
    private static readonly Argument<string?> InputFile = new("FILE") { Description = "An input, any bytes; without it standard input.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string[]> Go = new("--go") { Description = "Go releases that inputs may choose; may be given several times; default all.", HelpName = "version" };

    private static readonly Option<bool> Shallow = new("--shallow") { Description = "Takes collector, further goroutines and store buffers out of every input." };

    /// <summary>The words that start this command again, in this program: what AFL is given as target.</summary>
    public static IReadOnlyList<string> Words
    {
        get
        {
            // As a tool it is an executable of its own; else the host was given this assembly, or (in tests) another one.
            string process = Environment.ProcessPath!, name = Path.GetFileNameWithoutExtension(process);
            return name is "mapsim" or "MapSim.Cli" ? [process, "target"]
                : [name == "dotnet" ? process : "dotnet", typeof(TargetCommand).Assembly.Location, "target"];
        }
    }

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string[]> faults = ChangeOptions.Faults(), repairs = ChangeOptions.Repairs();
        var command = new Command("target", """
            The program under test for external engines (docs/EXTERNAL-ENGINES.md).

            Examples:
              mapsim target crash-file
              AFL_SKIP_BIN_CHECK=1 AFL_FORKSRV_INIT_TMOUT=60000 afl-fuzz -i seeds -o out -- mapsim target --fault assign-no-again

            Under AFL++ it is a fork server. Otherwise it runs one input, a program in binary form, and prints how it ended:
            exit code 0 clean, 70 step limit, 71 memory limit, 77 a finding.
            """) { InputFile, Go, Shallow, faults, repairs };
        command.SetAction(parsed => Run(parsed.GetValue(InputFile), Options(ChangeOptions.Read(parsed, faults, repairs), parsed.GetValue(Go) ?? []) with { IsShallow = parsed.GetValue(Shallow) }));
        return command;
    }

    /// <summary>What inputs are run on. A release that cannot have the faults is left out unless it is named.</summary>
    /// <exception cref="BadInputException">There is no such release, or it cannot have a fault.</exception>
    public static TargetOptions Options(ModelChanges changes, IReadOnlyList<string> releases)
    {
        GoVersion[] versions;
        try
        {
            versions = releases.Count > 0 ? [.. releases.Select(GoVersion.Parse).Distinct()] : [.. GoVersion.All.Where(v => changes.NotOf(v) == null)];
        }
        catch (FormatException e)
        {
            throw new BadInputException("--go: " + e.Message);
        }

        ModelChanges faults = ModelChanges.None;
        foreach (Fault fault in changes.Faults)
        {
            faults = faults.With(fault);
        }

        string? wrong = versions.Length == 0 ? $"expected faults that one release can have together, found {changes.ToOptions().TrimEnd()}" : versions.Select(v => changes.NotOf(v)).FirstOrDefault(w => w != null);
        return wrong == null ? new TargetOptions { Releases = versions, Faults = faults, Repairs = changes.WithoutFaults } : throw new BadInputException(wrong);
    }

    private static int Run(string? file, TargetOptions options)
    {
        AflEnvironment environment = AflEnvironment.Read(Environment.GetEnvironmentVariable);
        var target = new ExternalTarget(new FuzzTarget(options), e => Console.Error.WriteLine("mapsim: internal error (a bug in MapSim, please report it): " + e));
        try
        {
            if (AflForkServer.IsAwaited(environment))
            {
                new AflForkServer(target, environment, file).Serve();
                return ExitCodes.Clean;
            }

            byte[] input = AflForkServer.ReadInput(file);
            using SharedSegment? map = environment.MapId is { } id ? SharedSegment.Attach(id, environment.MapSize) : null;
            uint status = target.Run(input, map == null ? new byte[environment.MapSize] : map.Bytes);
            if (map != null && status != ExternalTarget.CleanStatus)
            {
                // A tool that runs the target once looks at how the process ends.
                ProcessEnd.Abort();
            }

            return map != null ? ExitCodes.Clean : status == ExternalTarget.BrokenStatus ? ExitCodes.InternalError : Report(target.Last);
        }
        catch (ExternalEngineException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    private static int Report(TargetResult result)
    {
        Console.Out.WriteLine(FormattableString.Invariant($"{(result.BugKey is { } key ? "finding " + key : result.End)}, {result.Operations} operations, {result.Steps} steps"));
        return result.End switch
        {
            TargetEnd.Finding => ExitCodes.Finding,
            TargetEnd.StepLimit => ExitCodes.StepLimit,
            TargetEnd.MemoryLimit => ExitCodes.MemoryLimit,
            _ => ExitCodes.Clean,
        };
    }
}
