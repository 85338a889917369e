using System.Globalization;
using System.Text;
using MapSim.Programs;

namespace MapSim.Fuzz;

/// <summary>
/// Reads one line of a corpus file of Go's fuzzer: a conversion of one literal, like int8(-5) or []byte("X"). Takes what
/// Go takes, a comment at the end too, but for hexadecimal floats, which Go never writes there.
/// </summary>
/// <param name="number">The line's number, from 1.</param>
/// <param name="text">The line.</param>
internal sealed class GoFuzzLine(int number, string text)
{
    private static readonly Dictionary<string, GoFuzzKind> Types = new(StringComparer.Ordinal)
    {
        ["[]byte"] = GoFuzzKind.Bytes, ["string"] = GoFuzzKind.String, ["bool"] = GoFuzzKind.Bool,
        ["byte"] = GoFuzzKind.Byte, ["uint8"] = GoFuzzKind.Byte, ["rune"] = GoFuzzKind.Rune, ["int32"] = GoFuzzKind.Rune,
        ["int"] = GoFuzzKind.Int, ["int8"] = GoFuzzKind.Int8, ["int16"] = GoFuzzKind.Int16, ["int64"] = GoFuzzKind.Int64,
        ["uint"] = GoFuzzKind.Uint, ["uint16"] = GoFuzzKind.Uint16, ["uint32"] = GoFuzzKind.Uint32, ["uint64"] = GoFuzzKind.Uint64,
        ["float32"] = GoFuzzKind.Float32, ["float64"] = GoFuzzKind.Float64,
        ["math.Float32frombits"] = GoFuzzKind.Float32, ["math.Float64frombits"] = GoFuzzKind.Float64,
    };

    private int _at;

    /// <summary>The line's value.</summary>
    /// <exception cref="ProgramFormatException">It is wrong; the exception says where.</exception>
    public GoFuzzValue Value()
    {
        SkipSpace();
        int typeAt = _at;
        string type = TypeName();
        if (!Types.TryGetValue(type, out GoFuzzKind kind))
        {
            throw Error("a type ([]byte, string, bool, byte, rune, int..., uint..., float32, float64, math.Float64frombits)", typeAt, Suggestion.Hint(type, Types.Keys));
        }

        Expect('(');
        SkipSpace();
        int at = _at;
        GoFuzzValue value = Argument(kind, type, at, Literal());
        SkipSpace();
        if (Peek == ',')
        {
            _at++;
        }

        Expect(')');
        SkipSpace();
        return _at == text.Length ? value : throw Error("the end of the line", _at);
    }

    private char Peek => _at < text.Length ? text[_at] : '\0';

    private GoFuzzValue Argument(GoFuzzKind kind, string type, int at, string literal)
    {
        switch (kind)
        {
            case GoFuzzKind.Bytes or GoFuzzKind.String:
                byte[] content = literal[0] switch
                {
                    '"' => GoQuote.Unquote(literal),
                    '`' => Encoding.UTF8.GetBytes(literal[1..^1].Replace("\r", "", StringComparison.Ordinal)),
                    _ => throw Error("a string in quotes", at),
                };
                return kind == GoFuzzKind.Bytes ? GoFuzzValue.Bytes(content) : GoFuzzValue.String(content);
            case GoFuzzKind.Bool:
                return literal is "true" or "false" ? GoFuzzValue.Of(kind, literal == "true" ? 1 : 0) : throw Error("true or false", at);
            case GoFuzzKind.Float32 or GoFuzzKind.Float64 when !type.StartsWith('m'):
                int size = kind == GoFuzzKind.Float32 ? 4 : 8;
                // GoNumber knows more spellings than Go has here.
                bool known = literal is "NaN" or "+Inf" or "-Inf" || (literal[0] is '-' or '.' || char.IsAsciiDigit(literal[0]));
                return known && GoNumber.TryFloat(literal.EndsWith('.') ? literal + "0" : literal, size, out ulong bits)
                    ? GoFuzzValue.Of(kind, bits) : throw Error($"a number that a {type} can hold", at);
        }

        bool isNumber = literal[0] == '\'' && type is "byte" or "rune" ? TryCharacter(literal, out Int128 value) : TryInteger(literal, out value);
        return isNumber && value >= GoFuzzValue.Min(kind) && value <= GoFuzzValue.Max(kind) ? GoFuzzValue.Of(kind, value)
            : throw Error(type is "byte" or "rune" ? $"a {type} as a character or a number" : $"{(type[0] == 'm' ? "the bits as " : "")}an integer from {GoFuzzValue.Min(kind)} to {GoFuzzValue.Max(kind)}", at);
    }

    private string TypeName()
    {
        int from = _at;
        if (Peek == '[')
        {
            _at++;
            Expect(']');
            SkipSpace();
            return "[]" + Word();
        }

        string word = Word();
        SkipSpace();
        if (word != "math" || Peek != '.')
        {
            return word.Length > 0 ? word : throw Error("a value like []byte(\"X\")", from);
        }

        _at++;
        SkipSpace();
        return "math." + Word();
    }

    /// <summary>The literal here: a string, a character, a number with its sign, or a word.</summary>
    private string Literal()
    {
        int from = _at;
        if (Peek is '"' or '`' or '\'')
        {
            int length = QuotedLength();
            _at += length > 0 ? length : throw Error($"a literal that ends with {Peek}", from);
            return text[from.._at];
        }

        string sign = Peek is '-' or '+' ? Peek.ToString() : "";
        _at += sign.Length;
        SkipSpace();
        string word = Word();
        bool isNumber = word.Length > 0 && (char.IsAsciiDigit(word[0]) || word[0] == '.');
        if (isNumber && word[^1] is 'e' or 'E' && !word.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && Peek is '+' or '-')
        {
            _at++;
            word += text[_at - 1] + Word();
        }

        // In Go a plus stands only before Inf.
        return word.Length > 0 && !(sign == "+" && word != "Inf") && !(sign == "-" && !isNumber && word != "Inf")
            ? sign + word : throw Error("a literal", from);
    }

    private int QuotedLength()
    {
        ReadOnlySpan<char> rest = text.AsSpan(_at);
        if (rest[0] == '"')
        {
            int length = GoQuote.Scan(rest, out int bad);
            return bad < 0 ? length : throw Error("an escape of Go", _at + bad);
        }

        // The character itself may be a quote: '\''.
        int from = rest.StartsWith("'\\") ? 3 : 1;
        int end = rest.Length > from ? rest[from..].IndexOf(rest[0]) : -1;
        return end < 0 ? 0 : from + end + 1;
    }

    private static bool TryCharacter(string literal, out Int128 value)
    {
        string inner = literal[1..^1];
        value = 0;
        if (inner is "" or "'" or "\\\"" || (inner[0] != '\\' && (inner.Length > 2 || !Rune.TryGetRuneAt(inner, 0, out Rune only) || only.Utf16SequenceLength != inner.Length)))
        {
            return false;
        }

        string quoted = inner switch { "\\'" => "\"'\"", "\"" => "\"\\\"\"", _ => $"\"{inner}\"" };
        if (GoQuote.Scan(quoted, out _) != quoted.Length)
        {
            return false;
        }

        byte[] bytes = GoQuote.Unquote(quoted);
        if (bytes.Length == 1)
        {
            value = bytes[0];
            return true;
        }

        bool whole = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done && length == bytes.Length;
        value = rune.Value;
        return whole;
    }

    /// <summary>Go's integer literals: decimal, 0x, 0o, 0, 0b, and underscores between digits.</summary>
    private static bool TryInteger(string literal, out Int128 value)
    {
        bool negative = literal[0] == '-';
        string digits = negative ? literal[1..] : literal;
        value = 0;
        (int radix, string body) = digits.Length < 2 || digits[0] != '0' ? (10, digits) : char.ToLowerInvariant(digits[1]) switch
        {
            'x' => (16, digits[2..]),
            'b' => (2, digits[2..]),
            'o' => (8, digits[2..]),
            _ => (8, digits[1..]),
        };
        // One underscore may follow the base's prefix, too.
        body = radix != 10 && body.StartsWith('_') ? body[1..] : body;
        if (body.Length is 0 or > 90 || body.StartsWith('_') || body.EndsWith('_') || body.Contains("__", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (char c in body.Where(c => c != '_'))
        {
            int digit = char.IsAsciiHexDigit(c) ? int.Parse(c.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : radix;
            if (digit >= radix || value > ulong.MaxValue)
            {
                return false;
            }

            value = value * radix + digit;
        }

        value = negative ? -value : value;
        return true;
    }

    private string Word()
    {
        int from = _at;
        while (char.IsAsciiLetterOrDigit(Peek) || Peek == '_' || (Peek == '.' && (_at == from || !char.IsAsciiLetter(text[from]))))
        {
            _at++;
        }

        return text[from.._at];
    }

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Peek) && _at < text.Length)
        {
            _at++;
        }

        if (text.AsSpan(_at).StartsWith("//"))
        {
            _at = text.Length;
        }
    }

    private void Expect(char token)
    {
        SkipSpace();
        _at += Peek == token ? 1 : throw Error($"'{token}'", _at);
    }

    private ProgramFormatException Error(string expected, int at, string hint = "")
    {
        string rest = text[at..].TrimEnd();
        string found = rest.Length == 0 ? "the end of the line" : rest.Length <= 30 ? $"'{rest}'" : $"'{rest[..30]}...'";
        return new ProgramFormatException(number, at + 1, $"expected {expected}, found {found}{hint}");
    }
}
