using System.Text;
using MapSim.Faults;
using MapSim.Fuzz;
using MapSim.Programs;

namespace MapSim.Cli;

/// <summary>Writes findings into a folder: the program, which replays it, and beside it the page that a person reads.</summary>
internal static class FindingFiles
{
    /// <summary>Writes a finding, each file at once or not at all. A finding that is there already is not written again.</summary>
    /// <returns>The program's file.</returns>
    public static string Save(string folder, MapProgram program, ScheduleMode mode = ScheduleMode.Strict, ModelChanges changes = default)
    {
        FindingPage named = FindingPage.Of(program, mode: mode, changes: changes)!;
        string file = Path.Combine(folder, named.FileName + ".mapsim");
        FindingPage page = FindingPage.Of(program, file, mode, changes)!;
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, named.FileName + ".md"), Encoding.UTF8.GetBytes(page.Text));
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ProgramPrinter.Print(page.Program)));
        return file;
    }
}
