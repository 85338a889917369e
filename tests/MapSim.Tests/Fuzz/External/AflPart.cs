using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using MapSim.Fuzz;
using Xunit;

namespace MapSim.Tests.Fuzz;

/// <summary>AFL's part of the fork-server protocol, played by a test: mapsim target is the process at the other end.</summary>
internal sealed class AflPart : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SharedMemory _map = new(AflEnvironment.DefaultMapSize);
    private readonly SharedMemory? _inputs;
    private readonly Process _process;
    private readonly FileStream _control;
    private readonly FileStream _status;
    private readonly Timer _watch;
    private uint _word;

    /// <summary>Starts the target and reads its first word.</summary>
    /// <param name="options">Of mapsim target.</param>
    /// <param name="sharedInputs">False if inputs come in a file, as from tools that have no other way.</param>
    /// <param name="mapId">The number of a map that is not ours.</param>
    public AflPart(string options, bool sharedInputs = true, int? mapId = null)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "MapSim.Cli.dll");
        string script = $"mkfifo c s && echo ready && exec dotnet exec '{tool}' target {options} {(sharedInputs ? "" : "input ")}198<c 199>s";
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["__AFL_SHM_ID"] = Text(mapId ?? _map.Id);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment.Remove("AFL_MAP_SIZE");
        if (sharedInputs)
        {
            _inputs = new SharedMemory(AflEnvironment.MostInput + sizeof(uint));
            start.Environment["__AFL_SHM_FUZZ_ID"] = Text(_inputs.Id);
        }

        _process = Process.Start(start)!;
        _watch = new Timer(_ => _process.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        Assert.Equal("ready", _process.StandardOutput.ReadLine());
        _control = new FileStream(_folder.At("c"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _status = new FileStream(_folder.At("s"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Hello = Read();
    }

    /// <summary>The first word of the fork server.</summary>
    public uint Hello { get; }

    /// <summary>The process id in the last answer.</summary>
    public int ChildId { get; private set; }

    /// <summary>The coverage map.</summary>
    public byte[] Map => _map.Bytes.ToArray();

    /// <summary>Answers the first word, as AFL does if it has a segment for inputs.</summary>
    public void Grant() => Write(0x81000001);

    /// <summary>One input.</summary>
    /// <returns>Its wait status.</returns>
    public uint Run(ReadOnlySpan<byte> input)
    {
        if (_inputs == null)
        {
            return RunOld(input);
        }

        BinaryPrimitives.WriteInt32LittleEndian(_inputs.Bytes, input.Length);
        input.CopyTo(_inputs.Bytes[sizeof(uint)..]);
        return Ask();
    }

    /// <summary>One input in the file, whatever segments there are.</summary>
    /// <returns>Its wait status.</returns>
    public uint RunOld(ReadOnlySpan<byte> input)
    {
        File.WriteAllBytes(_folder.At("input"), input.ToArray());
        return Ask();
    }
    /// <summary>Says in the next requests that the last input took too long.</summary>
    public void SayTimedOut() => _word = 1;

    /// <summary>Goes away, and waits for the other side to end.</summary>
    /// <returns>Its exit code and what it wrote to standard error.</returns>
    public (int Code, string Error) Leave()
    {
        _control.Dispose();
        string error = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _control.Dispose();
        _status.Dispose();
        _map.Dispose();
        _inputs?.Dispose();
        _folder.Dispose();
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    private uint Ask()
    {
        _map.Bytes.Clear();
        Write(_word);
        ChildId = (int)Read();
        return Read();
    }

    private uint Read()
    {
        byte[] word = new byte[sizeof(uint)];
        _status.ReadExactly(word);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }

    private void Write(uint word) => _control.Write(BitConverter.GetBytes(word));
}
