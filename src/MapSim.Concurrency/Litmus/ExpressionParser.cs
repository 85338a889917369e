using System.Globalization;

namespace MapSim.Concurrency.Litmus;

/// <summary>Reads one line of words from left to right and turns expressions into postfix code.</summary>
/// <param name="tokens">The line, with its end.</param>
/// <param name="line">Its number, for messages.</param>
/// <param name="code">Where the code of all expressions goes.</param>
/// <param name="resolve">What a name in an expression means.</param>
internal sealed class ExpressionParser(List<Token> tokens, int line, List<ExpressionCode> code, Func<Token, ExpressionCode> resolve)
{
    private const int MostNesting = 200;
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];
    private int _at;
    private int _nesting;

    /// <summary>The next word.</summary>
    public Token Current => tokens[_at];

    /// <summary>The word after the next.</summary>
    public Token Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>Takes the next word.</summary>
    public Token Take() => tokens[_at].Kind == TokenKind.End ? tokens[_at] : tokens[_at++];

    /// <summary>Takes the next word if it is this one.</summary>
    public bool TryTake(string text)
    {
        bool found = Current.Is(text);
        _at += found ? 1 : 0;
        return found;
    }

    /// <summary>Takes the next word, which must be this one.</summary>
    public void Expect(string text)
    {
        if (!TryTake(text))
        {
            throw Error($"'{text}'");
        }
    }

    /// <summary>Nothing may follow.</summary>
    public void ExpectEnd()
    {
        if (Current.Kind != TokenKind.End)
        {
            throw Error("the end of the line");
        }
    }

    /// <summary>"expected WHAT, found the next word".</summary>
    public LitmusException Error(string what, string hint = "") => new(line, Current.Column, $"expected {what}, found {Current.Shown}{hint}");

    /// <summary>An expression.</summary>
    public Expression Parse()
    {
        int start = code.Count;
        Level(0);
        return new Expression(start, code.Count);
    }

    /// <summary>A number, a name or something in parentheses: what may stand before another expression.</summary>
    public Expression ParseOperand()
    {
        int start = code.Count;
        if (Current.Is("-") && Following.Kind != TokenKind.Number)
        {
            throw Error("a number, a register or an expression in parentheses");
        }

        Unary();
        return new Expression(start, code.Count);
    }

    /// <summary>Takes the next word, which must be a name.</summary>
    public Token Name(string what) =>
        Current.Kind == TokenKind.Name ? Take() : throw Error(what);

    /// <summary>An integer, with its sign if it has one.</summary>
    public long Integer(string what)
    {
        bool isNegative = TryTake("-");
        if (Current.Kind != TokenKind.Number)
        {
            throw Error(what);
        }

        return Value(Take(), isNegative);
    }

    private long Value(Token number, bool isNegative)
    {
        if (!ulong.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) || value > (ulong)long.MaxValue + (isNegative ? 1u : 0u))
        {
            throw new LitmusException(line, number.Column, $"expected an integer of 64 bits, found {number.Shown}");
        }

        return unchecked(isNegative ? -(long)value : (long)value);
    }

    private void Level(int level)
    {
        if (level == Levels.Length)
        {
            Unary();
            return;
        }

        Level(level + 1);
        while (Array.Exists(Levels[level], Current.Is))
        {
            string sign = Take().Text;
            if (level > 1)
            {
                Level(level + 1);
                EmitBinary(sign);
                continue;
            }

            int jump = code.Count;
            code.Add(default);
            Level(level + 1);
            code.Add(new ExpressionCode(ExpressionOp.Truth, 0));
            code[jump] = new ExpressionCode(level == 0 ? ExpressionOp.Or : ExpressionOp.And, code.Count);
        }
    }

    private void EmitBinary(string sign)
    {
        code.Add(new ExpressionCode(sign switch
        {
            "+" => ExpressionOp.Add,
            "-" => ExpressionOp.Subtract,
            "*" => ExpressionOp.Multiply,
            "/" => ExpressionOp.Divide,
            "%" => ExpressionOp.Remainder,
            "==" => ExpressionOp.Equal,
            "!=" => ExpressionOp.NotEqual,
            "<" or ">=" => ExpressionOp.Less,
            _ => ExpressionOp.LessOrEqual,
        }, 0));
        if (sign is ">" or ">=")
        {
            code.Add(new ExpressionCode(ExpressionOp.Not, 0));
        }
    }

    private void Unary()
    {
        if (++_nesting > MostNesting)
        {
            throw new LitmusException(line, Current.Column, $"expected at most {MostNesting} levels of nesting, found more");
        }

        if (Current.Is("-") && Following.Kind == TokenKind.Number)
        {
            code.Add(new ExpressionCode(ExpressionOp.Constant, Integer("a number")));
        }
        else if (TryTake("-"))
        {
            Unary();
            code.Add(new ExpressionCode(ExpressionOp.Negate, 0));
        }
        else if (TryTake("!"))
        {
            Unary();
            code.Add(new ExpressionCode(ExpressionOp.Not, 0));
        }
        else if (TryTake("("))
        {
            Level(0);
            Expect(")");
        }
        else if (Current.Kind == TokenKind.Number)
        {
            code.Add(new ExpressionCode(ExpressionOp.Constant, Value(Take(), false)));
        }
        else if (Current.Kind == TokenKind.Name)
        {
            Mentioned();
        }
        else
        {
            throw Error("an expression");
        }

        _nesting--;
    }

    private void Mentioned()
    {
        ExpressionCode meaning = resolve(Take());
        if (meaning.Op == ExpressionOp.Element)
        {
            Expect("[");
            Level(0);
            Expect("]");
        }

        code.Add(meaning);
    }
}
