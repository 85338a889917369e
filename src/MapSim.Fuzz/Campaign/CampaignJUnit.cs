using System.Globalization;
using System.Text;
using System.Xml;

namespace MapSim.Fuzz;

/// <summary>A campaign as JUnit XML: a case that fails for each new finding, and one for each known defect that was met again, which passes.</summary>
internal static class CampaignJUnit
{
    public static byte[] Of(CampaignSnapshot s, IReadOnlyList<string> commandLine)
    {
        using var buffer = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n", CloseOutput = false };
        using (var xml = XmlWriter.Create(buffer, settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", "mapsim fuzz");
            xml.WriteAttributeString("tests", (s.Findings.Count + 1).ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("failures", s.NewFindings.ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("errors", s.Inconsistent > 0 ? "1" : "0");
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("name", "the same input ends twice in the same way");
            xml.WriteAttributeString("classname", "mapsim fuzz");
            if (s.Inconsistent > 0)
            {
                xml.WriteStartElement("error");
                xml.WriteAttributeString("message", "DEDUP_TOKEN nondeterminism: see " + Path.Combine(s.Folder, CampaignFiles.Inconsistent));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            foreach (FindingAccount finding in s.Findings)
            {
                Case(xml, s, finding, commandLine);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void Case(XmlWriter xml, CampaignSnapshot s, FindingAccount finding, IReadOnlyList<string> commandLine)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", finding.Known == null ? finding.Key : $"{finding.Key} (known: {finding.Known})");
        xml.WriteAttributeString("classname", finding.Known == null ? "mapsim fuzz.new" : "mapsim fuzz.known");
        if (finding.Known == null)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", "DEDUP_TOKEN " + finding.Key);
            xml.WriteAttributeString("type", finding.Key);
            string listing = Path.Combine(s.Folder, finding.File) is var file && File.Exists(file) ? File.ReadAllText(file) : "";
            xml.WriteString($"{CampaignReport.Command(s.Folder, finding)}\nfound by {string.Join(' ', commandLine.Select(CampaignFiles.Quoted))} at execution {finding.FoundAt.ToString(CultureInfo.InvariantCulture)}\n\n{listing}");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }
}
