using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Layout;
using MapSim.Programs;

namespace MapSim.Cli.Commands;

/// <summary>mapsim fuzz: random programs against the naive model and every invariant, or one of them again.</summary>
internal static class FuzzCommand
{
    private static readonly Option<string?> For = new("--for") { Description = "How long: 90s, 10m, 8h. Default 60s unless --execs is given.", HelpName = "time" };
    private static readonly Option<long?> Execs = new("--execs") { Description = "How many programs; the digest is then the same for any number of workers.", HelpName = "n" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Seed of the campaign.", HelpName = "n", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Go = new("--go") { Description = "Go release (1.19, 1.21, 1.22, 1.23) or all.", HelpName = "version", DefaultValueFactory = _ => "all" };
    private static readonly Option<string> ArchName = new("--arch") { Description = "amd64, arm64, 386 or all.", HelpName = "arch", DefaultValueFactory = _ => "all" };
    private static readonly Option<string?> Type = new("--type") { Description = "Only maps of this type, as Go spells it.", HelpName = "map[K]V" };
    private static readonly Option<string?> Program = new("--program") { Description = "Shows one program of a campaign: its seed and index.", HelpName = "seed:index" };
    private static readonly Option<int?> Workers = new("--workers") { Description = "Threads; default one for each core.", HelpName = "n" };
    private static readonly Option<bool> KeepGoing = new("--keep-going") { Description = "Goes on after a finding." };
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "With --program: lists its operations." };
    private static readonly Option<bool> Gc = new("--gc") { Description = "A collector runs beside each program, in steps, and the collector's oracles look." };
    private static readonly Option<string[]> Faults = ChangeOptions.Faults();
    private static readonly Option<string[]> Repairs = ChangeOptions.Repairs();
    private static readonly Option<bool> Json = new("--json") { Description = "The result as JSON." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("fuzz", """
            Runs random map programs; compares each operation with a map without buckets and checks every invariant.

            Examples:
              mapsim fuzz --for 60s
              mapsim fuzz --execs 1000 --seed 7 --go 1.23 --type 'map[string]int64'
              mapsim fuzz --gc --for 60s
              mapsim fuzz --program 7:12 -v
              mapsim fuzz --fault iter-no-checkbucket --for 60s
              mapsim fuzz --engine afl --for 10m --workers 2

            With --fault the model is broken on purpose: a campaign that does not find it is blind. A release that cannot
            have the fault is left out.
            """)
        {
            For, Execs, Seed, Go, ArchName, Type, Program, Workers, KeepGoing, Gc, Faults, Repairs, Verbose, Json,
        };
        foreach (Option option in ExternalEngines.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => ExternalEngines.IsAsked(parsed) ? External(parsed) : parsed.GetValue(Program) is { } program ? Show(parsed, program) : Campaign(parsed));
        return command;
    }

    /// <summary>Another program makes the inputs.</summary>
    private static int External(ParseResult parsed)
    {
        string engine = parsed.GetValue(ExternalEngines.Engine)!, go = parsed.GetValue(Go)!;
        ExternalEngines.Refuse(parsed, engine, ArchName, Type, Program, KeepGoing, Gc, Verbose, Json);
        TargetOptions target = TargetCommand.Options(ChangeOptions.Read(parsed, Faults, Repairs), go == "all" ? [] : [go]);
        if (engine == "sharpfuzz")
        {
            ExternalEngines.Refuse(parsed, engine, For, Execs, Seed, Workers);
            return ExternalEngines.RunSharpFuzz(parsed, target);
        }

        long? execs = parsed.GetValue(Execs);
        int instances = parsed.GetValue(Workers) ?? 1;
        if (execs <= 0 || instances is < 1 or > 1024)
        {
            throw new BadInputException("--execs and --workers: expected a positive number");
        }

        string output = (parsed.GetValue(ExternalEngines.Output) ?? "mapsim-afl").TrimEnd('/');
        string? node = parsed.GetValue(ExternalEngines.Node);
        string setup = output + "-setup" + (node == null ? "" : "-" + node);
        return AflEngine.Run(parsed, new AflSetting
        {
            Command = TargetCommand.Words,
            Target = target,
            Output = output,
            Seeds = Path.Combine(setup, "seeds"),
            Logs = setup,
            Dictionary = Path.Combine(setup, "ops.dict"),
            Seed = parsed.GetValue(Seed),
            Time = parsed.GetValue(For) is { } text ? Duration(text) : execs == null ? TimeSpan.FromSeconds(60) : null,
            Executions = execs,
            Instances = instances,
            Node = node,
        });
    }

    private static int Campaign(ParseResult parsed)
    {
        CaseFilter filter = Filter(parsed);
        long? execs = parsed.GetValue(Execs);
        TimeSpan? time = parsed.GetValue(For) is { } text ? Duration(text) : execs == null ? TimeSpan.FromSeconds(60) : null;
        int workers = parsed.GetValue(Workers) ?? Environment.ProcessorCount;
        if (execs <= 0 || workers is < 1 or > 1024)
        {
            throw new BadInputException("--execs and --workers: expected a positive number");
        }

        var campaign = new FuzzCampaign(parsed.GetValue(Seed), filter, execs ?? long.MaxValue, parsed.GetValue(KeepGoing));
        bool interrupted = false;
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupted = true;
            campaign.Stop();
        });
        var clock = Stopwatch.StartNew();
        campaign.Run(workers, time, (c, elapsed) => Console.Error.WriteLine(Progress(c, elapsed, execs, time)));
        bool complete = execs != null && campaign.Tally.Programs == execs;
        if (parsed.GetValue(Json))
        {
            FuzzSummary.WriteJson(Console.Out, campaign, clock.Elapsed, complete);
        }
        else
        {
            FuzzSummary.WriteText(Console.Out, campaign, clock.Elapsed, complete);
        }

        return campaign.Reports.Count > 0 ? ExitCodes.Finding : interrupted ? ExitCodes.Interrupted : ExitCodes.Clean;
    }

    private static int Show(ParseResult parsed, string program)
    {
        string[] parts = program.Split(':');
        if (parts.Length != 2 || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long index))
        {
            throw new BadInputException($"--program: expected seed:index, found '{program}'");
        }

        RandomCase randomCase = RandomCase.Choose(seed, index, Filter(parsed));
        Console.WriteLine(randomCase.Title);
        RandomResult result = new RandomRun(randomCase, parsed.GetValue(Verbose) ? Console.WriteLine : null).Execute();
        Console.WriteLine(result.Report ?? "clean");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"operations {result.Tally.Operations}, digest {result.Digest}"));
        return result.Report != null ? ExitCodes.Finding : ExitCodes.Clean;
    }

    private static CaseFilter Filter(ParseResult parsed)
    {
        string go = parsed.GetValue(Go)!, arch = parsed.GetValue(ArchName)!;
        try
        {
            IReadOnlyList<Arch> arches = arch == "all" ? Arch.All : [Arch.Parse(arch)];
            ModelChanges changes = ChangeOptions.Read(parsed, Faults, Repairs);
            IReadOnlyList<string> types = parsed.GetValue(Type) is { } type ? [MapType.Parse(type, arches[0]).Text] : RandomTypes.All;
            IReadOnlyList<GoVersion> versions = go == "all" ? [.. GoVersion.All.Where(v => changes.NotOf(v) == null)] : [GoVersion.Parse(go)];
            return versions.Count > 0 && changes.NotOf(versions[0]) is not { } wrong
                ? new CaseFilter(versions, arches, types) { Collector = parsed.GetValue(Gc), Changes = changes }
                : throw new BadInputException(versions.Count == 0 ? $"expected faults that one release can have together, found {changes.ToOptions().TrimEnd()}" : changes.NotOf(versions[0])!);
        }
        catch (FormatException e)
        {
            throw new BadInputException(e.Message);
        }
    }

    private static TimeSpan Duration(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (unit == 0 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double n) || n <= 0 || n * unit > 3_000_000)
        {
            throw new BadInputException($"--for: expected a time such as 90s, 10m or 8h, found '{text}'");
        }

        return TimeSpan.FromSeconds(n * unit);
    }

    private static string Progress(FuzzCampaign campaign, TimeSpan elapsed, long? execs, TimeSpan? time)
    {
        double rate = campaign.Tally.Programs / elapsed.TotalSeconds;
        double left = execs != null ? (execs.Value - campaign.Tally.Programs) / Math.Max(rate, 0.01) : (time!.Value - elapsed).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"fuzz: {campaign.Tally.Programs} programs, {rate:F0}/s, {campaign.Tally.Operations / elapsed.TotalSeconds:F0} operations/s, {campaign.Reports.Count} findings, {Math.Max(left, 0):F0} s left");
    }
}
