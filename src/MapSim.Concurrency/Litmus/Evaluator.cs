namespace MapSim.Concurrency.Litmus;

/// <summary>Evaluates expressions over registers (and, for `final`, memory). 64-bit integers that wrap.</summary>
internal static class Evaluator
{
    /// <summary>The value of an expression, or a fault.</summary>
    /// <param name="code">The expressions of the program.</param>
    /// <param name="expression">Which of them.</param>
    /// <param name="locals">The registers of all threads.</param>
    /// <param name="cells">The memory.</param>
    /// <param name="stack">Scratch, as deep as the deepest expression.</param>
    /// <param name="value">The value; 0 after a fault.</param>
    public static Fault Run(ExpressionCode[] code, Expression expression, long[] locals, long[] cells, long[] stack, out long value)
    {
        if (expression.End - expression.Start == 1)
        {
            ref readonly ExpressionCode only = ref code[expression.Start];
            value = only.Op switch
            {
                ExpressionOp.Constant => only.Value,
                ExpressionOp.Register => locals[only.Value],
                _ => cells[only.Value],
            };
            return Fault.None;
        }

        int top = -1;
        value = 0;
        for (int at = expression.Start; at < expression.End; at++)
        {
            ref readonly ExpressionCode c = ref code[at];
            switch (c.Op)
            {
                case ExpressionOp.Constant:
                    stack[++top] = c.Value;
                    break;
                case ExpressionOp.Register:
                    stack[++top] = locals[c.Value];
                    break;
                case ExpressionOp.Cell:
                    stack[++top] = cells[c.Value];
                    break;
                case ExpressionOp.Element:
                    if (unchecked((ulong)stack[top] >= (ulong)c.Size))
                    {
                        return Fault.IndexOutside;
                    }

                    stack[top] = cells[c.Value + stack[top]];
                    break;
                case ExpressionOp.And when stack[top] == 0:
                    at = (int)c.Value - 1;
                    break;
                case ExpressionOp.Or when stack[top] != 0:
                    stack[top] = 1;
                    at = (int)c.Value - 1;
                    break;
                case ExpressionOp.And:
                case ExpressionOp.Or:
                    top--;
                    break;
                case ExpressionOp.Truth:
                    stack[top] = stack[top] != 0 ? 1 : 0;
                    break;
                case ExpressionOp.Not:
                    stack[top] = stack[top] == 0 ? 1 : 0;
                    break;
                case ExpressionOp.Negate:
                    stack[top] = unchecked(-stack[top]);
                    break;
                default:
                    long right = stack[top--];
                    if (right == 0 && c.Op is ExpressionOp.Divide or ExpressionOp.Remainder)
                    {
                        return Fault.DivisionByZero;
                    }

                    stack[top] = Binary(c.Op, stack[top], right);
                    break;
            }
        }

        value = stack[0];
        return Fault.None;
    }

    private static long Binary(ExpressionOp op, long left, long right) => unchecked(op switch
    {
        ExpressionOp.Add => left + right,
        ExpressionOp.Subtract => left - right,
        ExpressionOp.Multiply => left * right,
        // The one quotient that does not fit wraps, as in Go; the processor's division would trap.
        ExpressionOp.Divide => right == -1 ? -left : left / right,
        ExpressionOp.Remainder => right == -1 ? 0 : left % right,
        ExpressionOp.Equal => left == right ? 1 : 0,
        ExpressionOp.NotEqual => left != right ? 1 : 0,
        ExpressionOp.Less => left < right ? 1 : 0,
        ExpressionOp.LessOrEqual => left <= right ? 1 : 0,
        _ => throw new InvalidOperationException($"expected an operation of two operands, found {op}"),
    });
}
