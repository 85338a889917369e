using System.Globalization;
using MapSim.Layout;

namespace MapSim.Programs;

/// <summary>Reads a value for a place of a known type and checks that it fits: the errors say where it does not.</summary>
/// <param name="cursor">The line.</param>
/// <param name="arch">The architecture: decides the range of int.</param>
/// <param name="repeat">The repetition of the line or around it, if $i may be used; else null.</param>
/// <param name="scope">The iterators and pointer variables that can be named.</param>
internal sealed class ValueParser(LineCursor cursor, Arch arch, Repetition? repeat, ProgramScope scope)
{
    /// <summary>Reads a key or elem to assign: also a new object.</summary>
    /// <exception cref="ProgramFormatException">There is none, or it does not fit.</exception>
    public GoValue Assigned(GoType type) =>
        type.Kind == GoKind.Pointer && !scope.Pointers.Contains("new") && cursor.TryTakeWord("new") ? new GoValue(GoValueKind.New, "new", []) : Operand(type);

    /// <summary>Reads a whole key or elem: a value, what the range i stands at (key(i), elem(i)), or a pointer variable.</summary>
    /// <exception cref="ProgramFormatException">There is none, or it does not fit.</exception>
    public GoValue Operand(GoType type)
    {
        cursor.SkipSpace();
        foreach ((string word, GoValueKind kind) in (ReadOnlySpan<(string, GoValueKind)>)[("key", GoValueKind.RangeKey), ("elem", GoValueKind.RangeElem)])
        {
            if (cursor.Rest.StartsWith(word + "(", StringComparison.Ordinal))
            {
                return Standing(type, word, kind);
            }
        }

        if (type.Kind != GoKind.Pointer || !char.IsAsciiLetter(cursor.Peek))
        {
            return Value(type);
        }

        int at = cursor.Position;
        string name = cursor.Name("a pointer");
        return name == "nil" ? GoValue.Plain(name)
            : scope.Pointers.Contains(name) ? new GoValue(GoValueKind.Variable, name, [])
            : throw cursor.Error("a pointer (&name, nil or a pointer variable)", at, $"'{name}'", Suggestion.Hint(name, scope.Pointers));
    }

    private GoValue Standing(GoType type, string word, GoValueKind kind)
    {
        int at = cursor.Position;
        cursor.Expect(word);
        cursor.Expect("(");
        cursor.SkipSpace();
        int nameAt = cursor.Position;
        string name = cursor.Name("an iterator");
        cursor.Expect(")");
        if (scope.Standing(name) is not { } map)
        {
            throw cursor.Error("the iterator of a range around this line", nameAt, $"'{name}'", Suggestion.Hint(name, scope.StandingNames));
        }

        GoType found = kind == GoValueKind.RangeKey ? map.Key : map.Elem;
        return found.Text == type.Text ? new GoValue(kind, name, [])
            : throw cursor.Error(type.Text, at, $"{word}({name}), which is {found.Text}");
    }

    /// <summary>Reads a value of a type.</summary>
    /// <exception cref="ProgramFormatException">There is none, or it does not fit.</exception>
    public GoValue Value(GoType type)
    {
        cursor.SkipSpace();
        return type.Kind switch
        {
            GoKind.Bool => Word(type, t => t is "true" or "false", "true or false"),
            GoKind.Int => Word(type, t => GoNumber.TryInt(t, out Int128 n) && n >= GoNumber.Min(type) && n <= GoNumber.Max(type), IntName(type)),
            GoKind.Float => Word(type, t => GoNumber.TryFloat(t, type.Size, out _), Article(type)),
            GoKind.Complex => Word(type, t => GoNumber.TryComplex(t, type.Size, out _, out _), $"a {type.Text} like (1+2i)"),
            GoKind.String => Quoted(GoValueKind.String, "a string"),
            GoKind.Pointer => Word(type, IsLabel, "a pointer (&name or nil)"),
            GoKind.Interface => Interface(),
            GoKind.Array => Array(type),
            GoKind.Struct => List(type, [.. type.Fields.Select(f => f.Type)]),
            _ => Word(type, t => t == "nil", $"nil (the only {type.Text} there is here)"),
        };
    }

    private static string Article(GoType type) => "aeiou".Contains(type.Text[0], StringComparison.Ordinal) ? "an " + type.Text : "a " + type.Text;

    private static string IntName(GoType type) =>
        string.Create(CultureInfo.InvariantCulture, $"{Article(type)} ({GoNumber.Min(type)} to {GoNumber.Max(type)})");

    private static bool IsLabel(string text) =>
        text == "nil" || (text.Length > 1 && text[0] == '&' && text.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));

    /// <summary>A value that is one token; $i in it is tried with the first and the last number it will be.</summary>
    private GoValue Word(GoType type, Func<string, bool> fits, string expected)
    {
        string token = PlainToken();
        int at = cursor.Position;
        if (!token.Contains(GoValue.Counter, StringComparison.Ordinal))
        {
            return fits(token) ? GoValue.Plain(cursor.Take(token.Length)) : throw cursor.Error(expected, found: token.Length > 0 ? $"'{token}'" : null);
        }

        if (repeat == null)
        {
            throw cursor.Error(expected, at, $"'{token}', and {GoValue.Counter} has a meaning only after 'repeat'");
        }

        foreach (long n in (ReadOnlySpan<long>)[repeat.From, repeat.To - 1])
        {
            string value = token.Replace(GoValue.Counter, n.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            if (!fits(value))
            {
                throw cursor.Error(expected, at, $"'{value}' (a value of '{token}')");
            }
        }

        return GoValue.Plain(cursor.Take(token.Length));
    }

    /// <summary>The characters up to a blank, a comma or a closing bracket that was not opened in the token.</summary>
    private string PlainToken()
    {
        int depth = 0, length = 0;
        foreach (char c in cursor.Rest)
        {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0 || c is ' ' or '\t' or '\r' or ',' or '}' or '{' or '#' or '=')
            {
                break;
            }

            length++;
        }

        return cursor.Rest[..length].ToString();
    }

    private GoValue Quoted(GoValueKind kind, string expected)
    {
        int length = GoQuote.Scan(cursor.Rest, out int bad);
        if (length == 0)
        {
            throw bad >= 0 ? cursor.Error("an escape of Go (\\n, \\x41, \\u00e9)", cursor.Position + bad, $"'{cursor.Rest[bad..Math.Min(bad + 2, cursor.Rest.Length)]}'")
                : cursor.Peek == '"' ? cursor.Error("a closing quote", cursor.Position + cursor.Rest.Length, "the end of the line")
                : cursor.Error(expected);
        }

        return new GoValue(kind, cursor.Take(length), []);
    }

    private GoValue Array(GoType type)
    {
        if (type.Elem is { Kind: GoKind.Int, Size: 1, IsSigned: false } && cursor.Rest.StartsWith("bytes\"", StringComparison.Ordinal))
        {
            int at = cursor.Position;
            cursor.Expect("bytes");
            GoValue bytes = Quoted(GoValueKind.Bytes, "a string");
            long longest = repeat == null ? 0 : Math.Max(repeat.From, repeat.To - 1);
            int length = bytes.Data(repeat == null ? null : longest).Length;
            return length <= type.Length ? bytes
                : throw cursor.Error(string.Create(CultureInfo.InvariantCulture, $"at most {type.Length} bytes"), at, string.Create(CultureInfo.InvariantCulture, $"{length}"));
        }

        return List(type, new RepeatedType(type.Elem!, type.Length));
    }

    /// <summary>{a, b}: fewer items than places leave the rest zero.</summary>
    private GoValue List(GoType type, IReadOnlyList<GoType> places)
    {
        if (!cursor.TryTake("{"))
        {
            throw cursor.Error($"a {type.Text} like {{}}");
        }

        var items = new List<GoValue>();
        while (!cursor.TryTake("}"))
        {
            if (items.Count == places.Count)
            {
                throw cursor.Error($"'}}' after the last value of {type.Text}");
            }

            if (items.Count > 0 && !cursor.TryTake(","))
            {
                throw cursor.Error("',' or '}'");
            }

            items.Add(Value(places[items.Count]));
        }

        return GoValue.List(items);
    }

    private GoValue Interface()
    {
        char c = cursor.Peek;
        if (TypeScanner.Length(cursor.Rest) is var plain and > 0 && cursor.Rest[..plain] is not ("nil" or "true" or "false" or "NaN" or "Inf") && !char.IsAsciiDigit(c))
        {
            return Typed(cursor.Take(plain), cursor.Position - plain);
        }

        if (c == '(' && TypeScanner.Length(cursor.Rest[1..]) is var inner and > 0 && cursor.Rest.Length > inner + 1 && cursor.Rest[inner + 1] == ')'
            && !char.IsAsciiDigit(cursor.Rest[1]))
        {
            int at = cursor.Position + 1;
            string type = cursor.Take(inner + 2)[1..^1];
            return Typed(type, at);
        }

        // As in Go, a constant without a type has one by its form.
        string token = PlainToken();
        string implied = c == '"' ? "string"
            : token is "true" or "false" ? "bool"
            : token == "nil" ? ""
            : token.Contains(GoValue.Counter, StringComparison.Ordinal) || GoNumber.TryInt(token, out _) ? "int"
            : c == '(' ? "complex128"
            : GoNumber.TryFloat(token, 8, out _) ? "float64"
            : throw cursor.Error("an interface value like int(5), \"a\", []int{} or nil");
        return implied.Length == 0 ? GoValue.Plain(cursor.Take(token.Length)) : GoValue.Typed(implied, Value(GoTypeParser.Parse(implied, arch)));
    }

    private GoValue Typed(string text, int at)
    {
        GoType type;
        try
        {
            type = GoTypeParser.Parse(text, arch);
        }
        catch (FormatException e)
        {
            throw TypeScanner.Error(cursor.Line, at, e);
        }

        if (type.Kind == GoKind.Interface || type.Size > MapSession.MaxValueSize)
        {
            throw cursor.Error(type.Kind == GoKind.Interface ? "a type that is no interface" : "a smaller type", at, $"'{text}'");
        }

        if (type.Kind == GoKind.Unhashable && cursor.TryTake("{"))
        {
            cursor.Expect("}");
            return GoValue.Typed(type.Text, GoValue.List());
        }

        if (type.Kind is GoKind.Array or GoKind.Struct && cursor.Peek == '{')
        {
            return GoValue.Typed(type.Text, Value(type));
        }

        if (!cursor.TryTake("("))
        {
            throw cursor.Error($"'(' after the type {type.Text}");
        }

        GoValue value = Value(type);
        cursor.Expect(")");
        return GoValue.Typed(type.Text, value);
    }

    /// <summary>The places of an array, without a list of them.</summary>
    private sealed class RepeatedType(GoType type, int count) : IReadOnlyList<GoType>
    {
        public int Count => count;

        public GoType this[int index] => type;

        public IEnumerator<GoType> GetEnumerator() => Enumerable.Repeat(type, count).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
