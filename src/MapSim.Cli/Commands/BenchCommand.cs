using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace MapSim.Cli.Commands;

/// <summary>mapsim bench: end-to-end rates, beside those of the real map if a Go toolchain is there.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { Description = "Seconds for each measurement.", DefaultValueFactory = _ => 1 };
        var go = new Option<string?>("--go") { Description = "The go command to time the real map with; default: what is found." };
        var traces = new Option<string?>("--traces") { Description = "Folder of traces for the verification rate; default tests/data/go-traces." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object (schema mapsim.bench/1)." };
        var command = new Command("bench", """
            Examples:
              mapsim bench
              mapsim bench --seconds 5 --go /usr/lib/go-1.23/bin/go

            Measures stepping, sequential operations, trace verification and every oracle on one core. The machine is shared: compare
            numbers of one run with each other, not with those of another.
            """)
        {
            seconds, go, traces, json,
        };
        command.Add(BenchEngines.Create());
        command.SetAction(p => Run(p.GetValue(seconds), p.GetValue(go), p.GetValue(traces), p.GetValue(json)));
        return command;
    }

    private static int Run(double seconds, string? go, string? traces, bool json)
    {
        if (seconds is not (> 0 and < 3600))
        {
            throw new BadInputException("--seconds: expected a number above 0 and below 3600");
        }

        IReadOnlyList<Rate> rates = [.. Benchmarks.Stepping(seconds), .. FuzzBenchmarks.Executions(seconds), .. Benchmarks.Verification(seconds, traces)];
        IReadOnlyList<Rate> operations = Benchmarks.Operations(seconds);
        var oracles = new OracleBenchmarks(seconds);
        IReadOnlyList<OracleCost> costs = oracles.Costs();
        Dictionary<string, double> real = RealMap(go, seconds);
        if (json)
        {
            PrintJson(rates, operations, costs, real);
            return ExitCodes.Clean;
        }

        var table = new TextTable("what", "rate", "unit", "bytes allocated each");
        foreach (Rate rate in rates)
        {
            table.Add(rate.Name, Number(rate.PerSecond, "N0"), rate.Unit, Number(rate.BytesEach, "F3"));
        }

        Console.Out.Write(table.ToString());
        Console.Out.WriteLine();
        table = new TextTable("operation, map[uint64]uint64, 1,000 entries", "ns simulated", "ns real Go", "ratio", "steps", "bytes allocated each");
        foreach (Rate op in operations)
        {
            double ns = 1e9 / op.PerSecond;
            bool known = real.TryGetValue(op.Name, out double goNs);
            table.Add(op.Name, Number(ns, "F1"), known ? Number(goNs, "F1") : "-", known ? Number(ns / goNs, "F1") : "-", Number(op.StepsEach, "F1"), Number(op.BytesEach, "F3"));
        }

        Console.Out.Write(table.ToString());
        Console.Out.WriteLine();
        table = new TextTable("oracle", "asked at each", "ns", "assignments");
        foreach (OracleCost cost in costs)
        {
            table.Add(cost.Oracle, cost.Asked, Number(cost.Nanoseconds, "N0"), Number(cost.Nanoseconds / oracles.Assignment, "N2"));
        }

        Console.Out.Write(table.ToString());
        Console.Out.WriteLine($"({oracles.State}; \"assignments\": as long as so many assignments to existing keys, {Number(oracles.Assignment, "N0")} ns each)");
        return ExitCodes.Clean;
    }

    private static Dictionary<string, double> RealMap(string? go, double seconds)
    {
        var real = new Dictionary<string, double>(StringComparer.Ordinal);
        if (go == null && GoToolchain.Find() == null)
        {
            Console.Error.WriteLine("mapsim: no Go toolchain here: the column of the real map stays empty");
            return real;
        }

        using var toolchain = new GoToolchain(go, "amd64");
        foreach (string line in toolchain.Bench(seconds).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split('\t');
            real[parts[0]] = double.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        return real;
    }

    private static void PrintJson(IReadOnlyList<Rate> rates, IReadOnlyList<Rate> operations, IReadOnlyList<OracleCost> oracles, Dictionary<string, double> real)
    {
        using Stream stdout = Console.OpenStandardOutput();
        using var w = new Utf8JsonWriter(stdout);
        w.WriteStartObject();
        w.WriteString("schema", "mapsim.bench/1");
        w.WriteStartArray("rates");
        foreach (Rate rate in rates)
        {
            w.WriteStartObject();
            w.WriteString("name", rate.Name);
            w.WriteNumber("perSecond", Math.Round(rate.PerSecond));
            w.WriteString("unit", rate.Unit);
            w.WriteNumber("bytesEach", Math.Round(rate.BytesEach, 4));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteStartArray("operations");
        foreach (Rate op in operations)
        {
            w.WriteStartObject();
            w.WriteString("name", op.Name);
            w.WriteNumber("nanoseconds", Math.Round(1e9 / op.PerSecond, 2));
            if (real.TryGetValue(op.Name, out double goNs))
            {
                w.WriteNumber("realNanoseconds", goNs);
            }

            w.WriteNumber("steps", Math.Round(op.StepsEach, 2));
            w.WriteNumber("bytesEach", Math.Round(op.BytesEach, 4));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteStartArray("oracles");
        foreach (OracleCost cost in oracles)
        {
            w.WriteStartObject();
            w.WriteString("oracle", cost.Oracle);
            w.WriteString("asked", cost.Asked);
            w.WriteNumber("nanoseconds", Math.Round(cost.Nanoseconds, 1));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
        w.Flush();
        stdout.WriteByte((byte)'\n');
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
