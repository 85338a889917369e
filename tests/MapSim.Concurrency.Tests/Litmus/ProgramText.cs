using System.Globalization;
using System.Text;

namespace MapSim.Concurrency.Tests.Litmus;

/// <summary>Writes the text of a litmus program, a line at a time.</summary>
public sealed class ProgramText
{
    private readonly StringBuilder _text = new();

    public ProgramText(string name, params string[] variables)
    {
        Line($"litmus {name}");
        if (variables.Length > 0)
        {
            Line($"var {string.Join(", ", variables)}");
        }
    }

    public ProgramText Line(FormattableString line)
    {
        _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>A thread with these lines.</summary>
    public ProgramText Thread(string name, params string[] lines)
    {
        Line($"thread {name}");
        foreach (string line in lines)
        {
            Line($"  {line}");
        }

        return this;
    }

    /// <summary>
    /// A thread of loads and stores, written as in the literature: "Rx Wy" or "Wy=2" (a value; else the number of the store).
    /// A value that was read is remembered until the next read or the end of the thread, as in the measurements the counts come from.
    /// </summary>
    public ProgramText Accesses(string name, string accesses, int value = 1)
    {
        Line($"thread {name}");
        string? seen = null;
        int reads = 0;
        foreach (string access in accesses.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = access[1..].Split('=');
            if (access[0] == 'R')
            {
                string register = FormattableString.Invariant($"r{reads++}");
                Line($"  {register} = load {parts[0]}");
                Remember(seen);
                seen = register;
            }
            else
            {
                Line($"  store {parts[0]} {(parts.Length > 1 ? parts[1] : value.ToString(CultureInfo.InvariantCulture))}");
            }
        }

        Remember(seen);
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Remember(string? register)
    {
        if (register != null)
        {
            Line($"  let seen = {register}");
        }
    }
}
