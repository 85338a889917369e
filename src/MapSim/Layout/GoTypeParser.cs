using System.Collections.Concurrent;

namespace MapSim.Layout;

/// <summary>
/// Reads Go's spelling of a type: basic types, [N]T, *T, struct{ a, b T; c U }, interface{} and any, and (as elems
/// or inside interfaces) slices, maps, funcs and chans. Named types are unknown to it except as pointees.
/// </summary>
public sealed class GoTypeParser
{
    /// <summary>More types than this are parsed anew each time: no program has so many.</summary>
    private const int MostKnown = 4096;

    private static readonly ConcurrentDictionary<(string Text, Arch Arch), GoType> Known = new();

    private readonly string _text;
    private readonly Arch _arch;
    private int _at;

    private GoTypeParser(string text, Arch arch)
    {
        _text = text;
        _arch = arch;
    }

    /// <summary>Parses a whole text as one type.</summary>
    /// <exception cref="FormatException">The text is no type; the message says the column.</exception>
    public static GoType Parse(string text, Arch arch)
    {
        if (Known.TryGetValue((text, arch), out GoType? known))
        {
            return known;
        }

        var parser = new GoTypeParser(text, arch);
        GoType type = parser.Type();
        parser.End();
        return Known.Count < MostKnown ? Known.GetOrAdd((text, arch), type) : type;
    }

    /// <summary>Parses "map[K]V".</summary>
    /// <exception cref="FormatException">The text is no map type; the message says the column.</exception>
    public static (GoType Key, GoType Elem) ParseMap(string text, Arch arch)
    {
        var parser = new GoTypeParser(text, arch);
        parser.Expect("map");
        parser.Expect("[");
        GoType key = parser.Type();
        if (!key.IsComparable)
        {
            throw parser.Error("a comparable key type", key.Text);
        }

        parser.Expect("]");
        GoType elem = parser.Type();
        parser.End();
        return (key, elem);
    }

    private GoType Type()
    {
        Skip();
        if (Take("*"))
        {
            int start = _at - 1;
            Pointee();
            return GoType.Pointer(_text[start.._at], null, _arch);
        }

        if (Take("["))
        {
            return Take("]") ? GoType.Unhashable("[]" + Pointee(), 3, _arch) : ArrayType();
        }

        int begin = _at;
        if (Take("<-"))
        {
            Expect("chan");
            Pointee();
            return GoType.Pointer(_text[begin.._at], null, _arch);
        }

        string word = Word();
        switch (word)
        {
            case "struct": return StructType();
            case "interface":
                Expect("{");
                Expect("}");
                return GoType.Interface("interface {}", _arch);
            case "any": return GoType.Interface("interface {}", _arch);
            case "map":
                Expect("[");
                Pointee();
                Expect("]");
                Pointee();
                return GoType.Unhashable(_text[begin.._at], 1, _arch);
            case "func":
                Signature();
                return GoType.Unhashable(_text[begin.._at], 1, _arch);
            case "chan":
                string direction = Take("<-") ? "chan<- " : "chan ";
                return GoType.Pointer(direction + Pointee(), null, _arch);
            case "": throw Error("a type", Rest(), begin);
            default: return Basic(word) ?? throw Error("a type of Go itself (a named one is written as what it is)", word, begin);
        }
    }

    /// <summary>What a function takes and returns does not matter to the map.</summary>
    private void Signature()
    {
        Parentheses();
        int end = _at;
        if (Peek('('))
        {
            Parentheses();
        }
        else if (_at < _text.Length && (char.IsLetter(_text[_at]) || _text[_at] is '*' or '[' or '<' or '_'))
        {
            Pointee();
        }
        else
        {
            _at = end;
        }
    }

    private void Parentheses()
    {
        Expect("(");
        for (int open = 1; open > 0; _at++)
        {
            if (_at >= _text.Length)
            {
                throw Error(")", Rest());
            }

            open += _text[_at] == '(' ? 1 : _text[_at] == ')' ? -1 : 0;
        }
    }

    private GoType ArrayType()
    {
        Skip();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        if (!int.TryParse(_text[start.._at], out int length) || length > 1 << 20)
        {
            throw Error("an array length up to 1048576", Rest(), start);
        }

        Expect("]");
        GoType elem = Type();
        if ((long)elem.Size * length > 1 << 20)
        {
            throw Error("an array of at most 1 MiB", $"{(long)elem.Size * length} bytes", start);
        }

        return GoType.Array(elem, length);
    }

    private GoType StructType()
    {
        Expect("{");
        var fields = new List<(string, GoType)>();
        while (!Take("}"))
        {
            var names = new List<string>();
            do
            {
                Skip();
                int start = _at;
                string name = Word();
                names.Add(name.Length > 0 ? name : throw Error("a field name or }", Rest(), start));
            }
            while (Take(","));

            GoType type = Type();
            fields.AddRange(names.Select(n => (n, type)));
            if (!Take(";") && !Peek('}'))
            {
                throw Error("; or }", Rest());
            }
        }

        return GoType.Struct(fields);
    }

    private GoType? Basic(string word)
    {
        int w = _arch.PointerSize;
        string name = word switch { "byte" => "uint8", "rune" => "int32", _ => word };
        GoType Int(int size, bool signed) => GoType.Plain(GoKind.Int, name, size, Math.Min(size, _arch.MaxAlign), signed);
        return word switch
        {
            "bool" => GoType.Plain(GoKind.Bool, word, 1, 1),
            "int8" => Int(1, true),
            "uint8" or "byte" => Int(1, false),
            "int16" => Int(2, true),
            "uint16" => Int(2, false),
            "int32" or "rune" => Int(4, true),
            "uint32" => Int(4, false),
            "int64" => Int(8, true),
            "uint64" => Int(8, false),
            "int" => Int(w, true),
            "uint" or "uintptr" => Int(w, false),
            "float32" => GoType.Float(word, 4, _arch),
            "float64" => GoType.Float(word, 8, _arch),
            "complex64" => GoType.Complex(word, 8, _arch),
            "complex128" => GoType.Complex(word, 16, _arch),
            "string" => GoType.String(_arch),
            "unsafe.Pointer" => GoType.Pointer(word, null, _arch),
            _ => null,
        };
    }

    /// <summary>What a pointer points to does not matter to the map, nor what a slice or another map is made of: any type, or any name, qualified or not.</summary>
    private string Pointee()
    {
        Skip();
        int start = _at;
        try
        {
            return Type().Text;
        }
        catch (FormatException)
        {
            _at = start;
            string name = Word();
            if (name.Length == 0)
            {
                throw;
            }

            return name;
        }
    }

    private string Word()
    {
        Skip();
        int start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Peek(char c)
    {
        Skip();
        return _at < _text.Length && _text[_at] == c;
    }

    private bool Take(string token)
    {
        Skip();
        if (!_text.AsSpan(_at).StartsWith(token, StringComparison.Ordinal))
        {
            return false;
        }

        _at += token.Length;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
        {
            throw Error(token, Rest());
        }
    }

    private void End()
    {
        Skip();
        if (_at < _text.Length)
        {
            throw Error("the end of the type", Rest());
        }
    }

    private string Rest() => _at < _text.Length ? _text[_at..] : "the end";

    private FormatException Error(string expected, string found, int at = -1) =>
        new($"type '{_text}', column {(at < 0 ? _at : at) + 1}: expected {expected}, found '{found}'");
}
