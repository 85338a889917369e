namespace MapSim.Concurrency.Litmus;

/// <summary>Reads a litmus text line by line and lays the program out. One parser reads one text.</summary>
internal sealed class LitmusParser
{
    private const int MostCells = 1 << 20;
    private const int MostThreads = 64;
    private static readonly string[] Heads = ["var", "thread", "final"];

    private readonly string[] _lines;
    private readonly ProgramBuilder _to = new();
    private string? _name;
    private int _finalLine;
    private StatementParser? _thread;
    private ExpressionParser _in = null!;
    private int _line;

    public LitmusParser(string text) => _lines = text.Split('\n');

    /// <summary>The program.</summary>
    public LitmusProgram Parse()
    {
        for (_line = 1; _line <= _lines.Length; _line++)
        {
            List<Token> tokens = _name == null ? Title() : Lexer.Cut(_lines[_line - 1], _line);
            if (tokens.Count > 1)
            {
                _in = new ExpressionParser(tokens, _line, _to.Expressions, name => _thread!.Register(name, _line));
                Line();
            }
        }

        EndThread();
        if (_name == null || _to.Threads.Count == 0)
        {
            throw new LitmusException(_lines.Length, _lines[^1].Length + 1, $"expected '{(_name == null ? "litmus NAME" : "thread NAME")}', found the end of the file");
        }

        Final();
        return _to.Build(_name);
    }

    /// <summary>The first line that says something: its rest is a name of any characters.</summary>
    private List<Token> Title()
    {
        string line = _lines[_line - 1];
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        string text = (comment < 0 ? line : line[..comment]).TrimEnd();
        string start = text.TrimStart();
        if (start.Length == 0)
        {
            return [];
        }

        int column = text.Length - start.Length + 1;
        string word = start.Split(' ', '\t')[0];
        if (word != "litmus")
        {
            throw new LitmusException(_line, column, $"expected 'litmus NAME', found '{word}'{Spelling.Hint(word, ["litmus"])}");
        }

        _name = start[6..].Trim();
        return _name.Length > 0 ? [] : throw new LitmusException(_line, column + 6, "expected the name of the program, found the end of the line");
    }

    private void Line()
    {
        Token first = _in.Current;
        // A word of the language may be a name as well: what follows it decides.
        bool isNamed = _thread != null && (_in.Following.Is("=") || _in.Following.Is(":"));
        if (isNamed)
        {
            _thread!.Read(_in, _line, Written());
        }
        else if (first.Is("var") && _to.Threads.Count == 0)
        {
            _in.Take();
            Variables();
        }
        else if (first.Is("thread"))
        {
            _in.Take();
            Thread();
        }
        else if (first.Is("final"))
        {
            EndThread();
            _finalLine = _finalLine == 0 ? _line : throw new LitmusException(_line, first.Column, $"expected one 'final', found a second (the first is on line {_finalLine})");
        }
        else if (_thread == null)
        {
            throw _in.Error("'var', 'thread' or 'final'", Spelling.Hint(first.Text, Heads));
        }
        else
        {
            _thread.Read(_in, _line, Written());
        }
    }

    private void EndThread()
    {
        _thread?.End(_line);
        _thread = null;
    }

    private void Variables()
    {
        do
        {
            Token name = _in.Name("the name of a variable");
            if (_to.Variables.ContainsKey(name.Text))
            {
                throw new LitmusException(_line, name.Column, $"expected a new name, found '{name.Text}' again");
            }

            int size = 0;
            if (_in.TryTake("["))
            {
                Token shown = _in.Current;
                long length = _in.Integer("the length of the array");
                size = length is >= 1 and <= MostCells ? (int)length
                    : throw new LitmusException(_line, shown.Column, $"expected a length from 1 to {MostCells}, found {length}");
                _in.Expect("]");
            }

            long value = 0;
            if (_in.TryTake("="))
            {
                value = _in.Integer("an integer");
            }

            if (_to.Cells.Count + Math.Max(1, size) > MostCells)
            {
                throw new LitmusException(_line, name.Column, $"expected at most {MostCells} cells in all variables, found more");
            }

            _to.Variables.Add(name.Text, (_to.Cells.Count, size));
            for (int i = 0; i < Math.Max(1, size); i++)
            {
                _to.Cells.Add(value);
                _to.Names.Add(size == 0 ? name.Text : FormattableString.Invariant($"{name.Text}[{i}]"));
            }
        }
        while (_in.TryTake(","));
        _in.ExpectEnd();
    }

    private void Thread()
    {
        EndThread();
        Token name = _in.Name("the name of a thread");
        _in.ExpectEnd();
        if (_to.Threads.Find(t => t.Name == name.Text) is { } other)
        {
            throw new LitmusException(_line, name.Column, $"expected a new name, found '{name.Text}' of line {other.Line} again");
        }

        if (_to.Threads.Count == MostThreads)
        {
            throw new LitmusException(_line, 1, $"expected at most {MostThreads} threads, found more");
        }

        int locals = _to.Threads.Count == 0 ? 0 : _to.Threads[^1].Locals + _to.Threads[^1].Length;
        var thread = new ThreadCode(name.Text, _line, _to.Code.Count, locals);
        _to.Threads.Add(thread);
        _thread = new StatementParser(_to, thread);
    }

    /// <summary>`final` may name registers of every thread, so it is read when all are known.</summary>
    private void Final()
    {
        if (_finalLine == 0)
        {
            return;
        }

        _line = _finalLine;
        _in = new ExpressionParser(Lexer.Cut(_lines[_line - 1], _line), _line, _to.Expressions, FinalName);
        _in.Take();
        _to.Final = _in.Parse();
        _in.ExpectEnd();
        _to.FinalText = $"{Written()} (line {_line})";
    }

    private ExpressionCode FinalName(Token name)
    {
        if (_to.Variables.TryGetValue(name.Text, out (int Cell, int Size) variable))
        {
            return new ExpressionCode(variable.Size > 0 ? ExpressionOp.Element : ExpressionOp.Cell, variable.Cell, variable.Size);
        }

        List<ThreadCode> owners = _to.Threads.FindAll(t => t.Registers.Contains(name.Text));
        if (owners.Count != 1)
        {
            throw new LitmusException(_line, name.Column, owners.Count == 0
                ? $"expected a variable or a register of a thread above, found {name.Shown}{Spelling.Hint(name.Text, _to.Threads.SelectMany(t => t.Registers).Concat(_to.Variables.Keys))}"
                : $"expected a register that only one thread has, found '{name.Text}' of {string.Join(" and ", owners.Select(t => t.Name))}");
        }

        int place = owners[0].Register(name.Text);
        _to.Kept.Add(place);
        return new ExpressionCode(ExpressionOp.Register, place);
    }

    /// <summary>The line without its comment and the space around it.</summary>
    private string Written() => _lines[_line - 1].Split('#')[0].Trim();
}
