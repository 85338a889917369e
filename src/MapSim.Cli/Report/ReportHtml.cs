using System.Globalization;
using System.Reflection;
using System.Text;

namespace MapSim.Cli.Report;

/// <summary>
/// Puts a report together: a page of the templates with its style sheets, scripts and data inlined, so that the file needs
/// nothing else. In a template a line <c>&lt;!-- style: report.css --&gt;</c> stands for a file of the same folder.
/// </summary>
internal static class ReportHtml
{
    /// <summary>The page.</summary>
    /// <param name="template">Its file in Templates, "report.html".</param>
    /// <param name="title">The text of the browser's tab.</param>
    /// <param name="data">The JSON that its scripts read.</param>
    public static byte[] Of(string template, string title, ReadOnlySpan<byte> data)
    {
        var page = new StringBuilder();
        foreach (string line in Read(template).Split('\n'))
        {
            string text = line.Trim();
            if (Inlined(text, "style") is { } style)
            {
                page.Append("<style>\n").Append(Read(style)).Append("</style>\n");
            }
            else if (Inlined(text, "script") is { } script)
            {
                page.Append("<script>\n").Append(Read(script)).Append("</script>\n");
            }
            else if (text == "<!-- data -->")
            {
                // No text of a program can end the element.
                page.Append("<script type=\"application/json\" id=\"data\">").Append(Encoding.UTF8.GetString(data).Replace("<", "\\u003c", StringComparison.Ordinal)).Append("</script>\n");
            }
            else
            {
                page.Append(line.Replace("{{title}}", System.Net.WebUtility.HtmlEncode(title), StringComparison.Ordinal)).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static string? Inlined(string line, string kind)
    {
        string start = string.Create(CultureInfo.InvariantCulture, $"<!-- {kind}: ");
        return line.StartsWith(start, StringComparison.Ordinal) ? line[start.Length..^" -->".Length] : null;
    }

    private static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("templates/" + name) ?? throw new InvalidOperationException($"no template {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
