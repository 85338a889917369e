using System.Globalization;

namespace MapSim.Programs;

/// <summary>Makes maps plain: of the type map[uint64]uint64, with values converted, and made without a hint.</summary>
internal static class TypePasses
{
    /// <summary>How maps are made: plain, or with a smaller hint.</summary>
    public static void LowerOrigins(Trials trials)
    {
        for (int i = 0; i < trials.Best.Statements.Count && !trials.IsOver; i++)
        {
            if (trials.Best.Statements[i] is not MapDeclaration map || map.Origin is MapOrigin.Small or MapOrigin.Memory
                || trials.Try(trials.Best.Replace(i, map with { Origin = MapOrigin.Small, Hint = 0 })))
            {
                continue;
            }

            for (long step = map.Hint / 2; map.Origin == MapOrigin.Hint && step >= 1 && !trials.IsOver;)
            {
                MapDeclaration smaller = map with { Hint = map.Hint - step };
                (map, step) = trials.Try(trials.Best.Replace(i, smaller)) ? (smaller, Math.Min(step, smaller.Hint)) : (map, step / 2);
            }
        }
    }

    /// <summary>Each type that the program has: key and elem uint64, or one of them.</summary>
    public static void Simplify(Trials trials)
    {
        foreach (string type in trials.Best.Statements.OfType<MapDeclaration>().Select(m => m.Type).Distinct().ToArray())
        {
            if (Split(type) is not var (key, elem) || trials.Best.Statements.Any(s => s is MapDeclaration { Origin: MapOrigin.Memory } m && m.Type == type))
            {
                continue;
            }

            foreach ((bool changesKey, bool changesElem) in (ReadOnlySpan<(bool, bool)>)[(true, true), (false, true), (true, false)])
            {
                if ((!changesKey || key != DraftCost.PlainType || changesElem) && (!changesElem || elem != DraftCost.PlainType || changesKey)
                    && trials.Try(Converted(trials.Best, type, changesKey ? DraftCost.PlainType : key, changesElem ? DraftCost.PlainType : elem, changesKey, changesElem)))
                {
                    break;
                }
            }
        }
    }

    private static (string Key, string Elem)? Split(string type)
    {
        int depth = 0;
        for (int i = "map".Length; i < type.Length; i++)
        {
            depth += type[i] == '[' ? 1 : type[i] == ']' ? -1 : 0;
            if (depth == 0)
            {
                return (type["map[".Length..i], type[(i + 1)..]);
            }
        }

        return null;
    }

    private static Draft Converted(Draft draft, string type, string key, string elem, bool changesKey, bool changesElem)
    {
        var maps = new HashSet<string>(draft.Statements.OfType<MapDeclaration>().Where(m => m.Type == type).Select(m => m.Name));
        foreach (Operation clone in draft.Statements.OfType<Operation>().Where(o => o.Kind == OperationKind.Clone && maps.Contains(o.Name)))
        {
            maps.Add(clone.Other!);
        }

        var keys = new Numbering();
        var elems = new Numbering();
        bool isIter(Operation o) => o.Kind is OperationKind.Iter or OperationKind.Range or OperationKind.Next;
        return draft.Select(s => s switch
        {
            MapDeclaration map when map.Type == type => map with { Type = $"map[{key}]{elem}" },
            Operation o when maps.Contains(o.Name) && o.Kind is OperationKind.Assign or OperationKind.Lookup or OperationKind.Delete => o with
            {
                Key = changesKey ? keys.Of(o.Key!) : o.Key,
                Elem = changesElem && o is { Kind: OperationKind.Assign, ElemPanics: false } ? elems.Of(o.Elem ?? GoValue.Int(0)) : o.Elem,
                Expected = changesElem && o.Expected is { Word: null } result ? result with { Values = [.. result.Values.Select(elems.Of)] } : o.Expected,
                Into = changesElem ? null : o.Into,
            },
            Operation o when isIter(o) && o.Kind != OperationKind.Range && o.Expected is { Word: null } => o with { Expected = null },
            _ => s,
        });
    }

    /// <summary>Numbers for values of any type: a number that is in the text, or else a number of its own.</summary>
    private sealed class Numbering
    {
        private readonly Dictionary<string, int> _own = [];

        public GoValue Of(GoValue value)
        {
            if (value.IsReference)
            {
                return value;
            }

            string text = value.ToText();
            string digits = string.Concat(text.Replace(GoValue.Counter, "\0", StringComparison.Ordinal).Where(c => char.IsAsciiDigit(c) || c == '\0'))
                .Replace("\0", GoValue.Counter, StringComparison.Ordinal);
            if (text is "nil" or "false")
            {
                return GoValue.Int(0);
            }

            if (digits.Length is > 0 and < 18)
            {
                return GoValue.Plain(digits.Contains(GoValue.Counter, StringComparison.Ordinal) ? digits : long.Parse(digits, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
            }

            if (!_own.TryGetValue(text, out int number))
            {
                _own.Add(text, number = _own.Count + 1);
            }

            return GoValue.Int(number);
        }
    }
}
