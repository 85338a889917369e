using System.Globalization;
using System.Text;
using MapSim.Tests;
using Xunit;

namespace MapSim.Examples.Tests;

/// <summary>What README shows is compiled here, and prints what README says.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_example_in_README_is_the_one_that_is_compiled_here() =>
        Assert.Equal(Between(Text("tests/Examples/LibraryExample.cs"), "// README: begin\n", "// README: end\n"), Block("example", "csharp"));

    [Fact]
    public void The_example_prints_what_README_says()
    {
        using var printed = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        TextWriter before = Console.Out;
        Console.SetOut(printed);
        try
        {
            Program.Main();
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.Equal(Block("output", ""), printed.ToString());
    }

    [Fact]
    public void The_example_is_short() =>
        Assert.InRange(Block("example", "csharp").Count(c => c == '\n'), 10, 30);

    /// <summary>The lines of the block in README that follows a mark.</summary>
    private static string Block(string mark, string language) => Between(Text("README.md"), $"<!-- {mark} -->\n```{language}\n", "```\n");

    private static string Between(string text, string begin, string end)
    {
        int from = text.IndexOf(begin, StringComparison.Ordinal);
        Assert.True(from >= 0, $"expected a line '{begin.TrimEnd()}', found none");
        from += begin.Length;
        int to = text.IndexOf("\n" + end, from, StringComparison.Ordinal);
        Assert.True(to >= 0, $"expected '{end.TrimEnd()}' after '{begin.TrimEnd()}', found none");
        return text[from..(to + 1)];
    }

    private static string Text(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(Repository.Path(path)));
}
