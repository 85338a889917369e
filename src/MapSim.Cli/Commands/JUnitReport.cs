using System.Globalization;
using System.Text;
using System.Xml;

namespace MapSim.Cli.Commands;

/// <summary>
/// A replay as JUnit XML, which every CI system reads: a suite a folder, a case a file. A failure's message begins with
/// "DEDUP_TOKEN KEY" and its text ends with the command that replays the file. No times: the same replay, the same bytes.
/// </summary>
internal static class JUnitReport
{
    /// <summary>The file's bytes.</summary>
    public static byte[] Of(IReadOnlyList<ReplayedFile> files)
    {
        using var buffer = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n", CloseOutput = false };
        using (var xml = XmlWriter.Create(buffer, settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "mapsim replay");
            Totals(xml, [.. files]);
            foreach (IGrouping<string, ReplayedFile> folder in files.GroupBy(f => ReplaySelection.FolderOf(f.File)))
            {
                xml.WriteStartElement("testsuite");
                xml.WriteAttributeString("name", Clean(folder.Key));
                Totals(xml, [.. folder]);
                foreach (ReplayedFile file in folder)
                {
                    Case(xml, folder.Key, file);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Case(XmlWriter xml, string folder, ReplayedFile file)
    {
        string name = ProgramFiles.Name(file.File);
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Clean(folder == ReplaySelection.FolderOf(name) ? Path.GetFileName(name) : name));
        xml.WriteAttributeString("classname", Clean(folder));
        xml.WriteAttributeString("file", Clean(file.File));
        if (file.IsSkipped)
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", "interrupted before this file");
            xml.WriteEndElement();
        }
        else if (!file.IsOk)
        {
            xml.WriteStartElement(IsError(file) ? "error" : "failure");
            xml.WriteAttributeString("message", Clean($"DEDUP_TOKEN {file.Key}: {file.Problems[0]}"));
            xml.WriteAttributeString("type", file.Key);
            string portable = file.PortableCommand is { } command ? "\nwithout the file: " + command : "";
            xml.WriteString(Clean($"{string.Join('\n', file.Problems)}\n{file.File}:{file.Line.ToString(CultureInfo.InvariantCulture)}\n{file.Command}{portable}\n"));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Totals(XmlWriter xml, List<ReplayedFile> files)
    {
        void Count(string name, Predicate<ReplayedFile> which) => xml.WriteAttributeString(name, files.FindAll(which).Count.ToString(CultureInfo.InvariantCulture));
        Count("tests", _ => true);
        Count("failures", f => !f.IsOk && !f.IsSkipped && !IsError(f));
        Count("errors", IsError);
        Count("skipped", f => f.IsSkipped);
    }

    /// <summary>A case that could not be run is an error, not a failure.</summary>
    private static bool IsError(ReplayedFile file) => file.Bad != null || file.Crash != null;

    /// <summary>XML cannot hold every character, not even escaped.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isAllowed = rune.Value is 9 or 10 or 13 or >= 0x20 and not (0xFFFE or 0xFFFF);
            clean.Append(isAllowed ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }
}
