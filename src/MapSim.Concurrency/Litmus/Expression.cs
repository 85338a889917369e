namespace MapSim.Concurrency.Litmus;

/// <summary>One operation of an expression in postfix form.</summary>
internal enum ExpressionOp : byte
{
    /// <summary>Pushes <see cref="ExpressionCode.Value"/>.</summary>
    Constant,

    /// <summary>Pushes a register: <see cref="ExpressionCode.Value"/> is its place among the locals.</summary>
    Register,

    /// <summary>Pushes a cell of the memory; only `final` may.</summary>
    Cell,

    /// <summary>Replaces an index by the element of the array that starts at <see cref="ExpressionCode.Value"/>; only `final` may.</summary>
    Element,

    /// <summary>0 stays and ends an `&amp;&amp;` (goes on at <see cref="ExpressionCode.Value"/>), the rest is dropped.</summary>
    And,

    /// <summary>What is not 0 becomes 1 and ends an `||` (goes on at <see cref="ExpressionCode.Value"/>), 0 is dropped.</summary>
    Or,

    /// <summary>Not 0 becomes 1.</summary>
    Truth,

    /// <summary>0 becomes 1, the rest 0.</summary>
    Not,

    /// <summary>The sign changes.</summary>
    Negate,

    /// <summary>Sum.</summary>
    Add,

    /// <summary>Difference.</summary>
    Subtract,

    /// <summary>Product.</summary>
    Multiply,

    /// <summary>Quotient, towards zero.</summary>
    Divide,

    /// <summary>Remainder, with the sign of the dividend.</summary>
    Remainder,

    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Different.</summary>
    NotEqual,

    /// <summary>Less.</summary>
    Less,

    /// <summary>Less or equal.</summary>
    LessOrEqual,
}

/// <summary>An operation with its operand; <paramref name="Size"/> is the length of an array.</summary>
internal readonly record struct ExpressionCode(ExpressionOp Op, long Value, int Size = 0);

/// <summary>Where an expression stands in the code of its program: from <paramref name="Start"/> to before <paramref name="End"/>.</summary>
internal readonly record struct Expression(int Start, int End);
