namespace MapSim.Concurrency.Litmus;

/// <summary>Reads the statements of one thread, a line each.</summary>
/// <param name="to">Where they go.</param>
/// <param name="thread">The thread.</param>
internal sealed class StatementParser(ProgramBuilder to, ThreadCode thread)
{
    private const int MostStatements = 1 << 16;
    private static readonly string[] Words = ["store", "lock", "unlock", "spawn", "join", "assert", "let", "goto", "if"];
    private static readonly string[] Reads = ["load", "add", "cas", "swap"];
    private readonly Dictionary<string, (int At, int Line)> _labels = [];
    private readonly List<(int Statement, Token Name)> _gotos = [];
    private ExpressionParser _in = null!;
    private int _line;
    private string _written = "";

    /// <summary>Reads a line.</summary>
    /// <param name="words">The line.</param>
    /// <param name="line">Its number.</param>
    /// <param name="written">Its text, for messages.</param>
    public void Read(ExpressionParser words, int line, string written)
    {
        (_in, _line, _written) = (words, line, written);
        Token first = words.Current;
        if (to.Code.Count >= MostStatements)
        {
            throw new LitmusException(_line, first.Column, $"expected at most {MostStatements} statements, found more");
        }

        if (first.Kind == TokenKind.Name && (!Words.Contains(first.Text) || words.Following.Is("=") || words.Following.Is(":")))
        {
            NamedStatement(first);
            return;
        }

        var s = new Statement { Line = _line, Register = -1, Text = _written, Labels = [null] };
        int from = to.Expressions.Count;
        switch (_in.Take().Text)
        {
            case "store":
                s.Kind = StatementKind.Store;
                Location(ref s);
                s.First = _in.Parse();
                break;
            case "lock" or "unlock":
                s.Kind = first.Text == "lock" ? StatementKind.Lock : StatementKind.Unlock;
                s.MayFail = s.Kind == StatementKind.Unlock;
                s.Cell = to.Mutex(_in.Name("the name of a mutex").Text);
                break;
            case "spawn" or "join":
                s.Kind = first.Text == "spawn" ? StatementKind.Spawn : StatementKind.Join;
                s.MayFail = s.Kind == StatementKind.Spawn;
                to.ThreadNames.Add((to.Code.Count, _in.Name("the name of a thread")));
                break;
            case "assert":
                s.Kind = StatementKind.Assert;
                s.MayFail = true;
                s.First = _in.Parse();
                break;
            case "let":
                s.Kind = StatementKind.Let;
                Token register = NewRegister();
                _in.Expect("=");
                s.First = _in.Parse();
                s.Register = thread.Register(register.Text);
                break;
            case "goto":
                s.Kind = StatementKind.Goto;
                _gotos.Add((to.Code.Count, _in.Name("a label")));
                break;
            case "if":
                s.Kind = StatementKind.If;
                s.First = _in.Parse();
                _in.Expect("goto");
                _gotos.Add((to.Code.Count, _in.Name("a label")));
                break;
            default:
                throw new LitmusException(_line, first.Column, $"expected a statement, found {first.Shown}");
        }

        Add(s, from);
    }

    /// <summary>`LABEL:` or `REG = load, add, cas or swap`.</summary>
    private void NamedStatement(Token name)
    {
        _in.Take();
        if (_in.TryTake(":"))
        {
            _in.ExpectEnd();
            if (!_labels.TryAdd(name.Text, (to.Code.Count, _line)))
            {
                throw new LitmusException(_line, name.Column, $"expected a new label, found '{name.Text}' of line {_labels[name.Text].Line} again");
            }

            return;
        }

        if (!_in.Current.Is("="))
        {
            string hint = name.Text == "var" ? "; variables stand before the first thread" : Spelling.Hint(name.Text, [.. Words, .. Reads]);
            throw hint.Length > 0 || _in.Current.Kind != TokenKind.End
                ? new LitmusException(_line, name.Column, $"expected a statement, found '{name.Text}'{hint}")
                : _in.Error("':' after a label or '=' after a register");
        }

        CheckRegister(name);
        _in.Take();
        Token word = _in.Current;
        var s = new Statement
        {
            Line = _line,
            Text = _written,
            Labels = [null],
            Kind = word.Text switch
            {
                "load" => StatementKind.Load,
                "add" => StatementKind.Add,
                "cas" => StatementKind.Cas,
                "swap" => StatementKind.Swap,
                _ => throw _in.Error("'load', 'add', 'cas' or 'swap' (or 'let' before the register)", Spelling.Hint(word.Text, Reads)),
            },
        };
        _in.Take();
        int from = to.Expressions.Count;
        Location(ref s);
        if (s.Kind == StatementKind.Cas)
        {
            s.First = _in.ParseOperand();
            s.Second = _in.Parse();
        }
        else if (s.Kind != StatementKind.Load)
        {
            s.First = _in.Parse();
        }

        s.Register = thread.Register(name.Text);
        Add(s, from);
    }

    private void Add(Statement s, int from)
    {
        _in.ExpectEnd();
        s.MayFail |= s.Size > 0;
        for (int i = from; i < to.Expressions.Count; i++)
        {
            s.MayFail |= to.Expressions[i].Op is ExpressionOp.Divide or ExpressionOp.Remainder;
        }

        to.Code.Add(s);
    }

    private void Location(ref Statement s)
    {
        Token name = _in.Current;
        if (name.Kind != TokenKind.Name || !to.Variables.TryGetValue(name.Text, out (int Cell, int Size) variable))
        {
            throw _in.Error("a variable", name.Kind == TokenKind.Name ? Spelling.Hint(name.Text, to.Variables.Keys) : "");
        }

        _in.Take();
        (s.Cell, s.Size) = variable;
        if (s.Size > 0)
        {
            s.Labels = new string?[s.Size];
            _in.Expect("[");
            s.Index = _in.Parse();
            _in.Expect("]");
        }
        else if (_in.Current.Is("["))
        {
            throw new LitmusException(_line, name.Column, $"expected an array before '[', found variable '{name.Text}'");
        }
    }

    private Token NewRegister()
    {
        Token name = _in.Name("a register");
        CheckRegister(name);
        return name;
    }

    private void CheckRegister(Token name)
    {
        if (to.Variables.ContainsKey(name.Text))
        {
            throw new LitmusException(_line, name.Column, $"expected a register, found variable '{name.Text}'; change it with 'store {name.Text} EXPR'");
        }
    }

    /// <summary>What a name in an expression of a thread means.</summary>
    public ExpressionCode Register(Token name, int line) =>
        Reads.Contains(name.Text) && _in.Current.Kind == TokenKind.Name ? throw new LitmusException(line, name.Column, $"expected an expression, found {name.Shown}; it stands right after 'REG ='")
        : to.Variables.ContainsKey(name.Text) ? throw new LitmusException(line, name.Column, $"expected a register, found variable '{name.Text}'; read it with 'REG = load {name.Text}' first")
        : new ExpressionCode(ExpressionOp.Register, thread.Register(name.Text));

    /// <summary>The thread ends before this line: the labels it jumps to are known now.</summary>
    public void End(int line)
    {
        foreach ((int at, Token name) in _gotos)
        {
            Statement s = to.Code[at];
            s.Target = _labels.TryGetValue(name.Text, out (int At, int) label) ? label.At
                : throw new LitmusException(s.Line, name.Column, $"expected a label of thread {thread.Name}, found '{name.Text}'{Spelling.Hint(name.Text, _labels.Keys)}");
            // Only a jump back can be part of a loop without a visible step.
            s.MayFail |= s.Target <= at;
            to.Code[at] = s;
        }

        thread.End = to.Code.Count;
        to.Code.Add(new Statement { Kind = StatementKind.Stop, Line = Math.Max(thread.Line, line - 1), Register = -1, Text = "", Labels = [null] });
    }
}
