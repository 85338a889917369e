using System.Globalization;
using MapSim.Concurrency.Litmus;
using Xunit;

namespace MapSim.Concurrency.Tests.Litmus;

public sealed class LitmusParserTests
{
    /// <summary>Lines are written with '/' between them.</summary>
    [Theory]
    [InlineData("", "1:1: expected 'litmus NAME', found the end of the file")]
    [InlineData("litmos SB", "1:1: expected 'litmus NAME', found 'litmos'; did you mean 'litmus'?")]
    [InlineData("litmus", "1:7: expected the name of the program, found the end of the line")]
    [InlineData("litmus a/var x", "2:6: expected 'thread NAME', found the end of the file")]
    [InlineData("litmus a/var x = r/thread t", "2:9: expected an integer, found 'r'")]
    [InlineData("litmus a/var x, x/thread t", "2:8: expected a new name, found 'x' again")]
    [InlineData("litmus a/var x y/thread t", "2:7: expected the end of the line, found 'y'")]
    [InlineData("litmus a/var a[0]/thread t", "2:7: expected a length from 1 to 1048576, found 0")]
    [InlineData("litmus a/var 1/thread t", "2:5: expected the name of a variable, found '1'")]
    [InlineData("litmus a/var x/thread t/  let r = load x", "4:11: expected an expression, found 'load'; it stands right after 'REG ='")]
    [InlineData("litmus a/tread t", "2:1: expected 'var', 'thread' or 'final', found 'tread'; did you mean 'thread'?")]
    [InlineData("litmus a/thread t/thread t", "3:8: expected a new name, found 't' of line 2 again")]
    [InlineData("litmus a/thread t/var x", "3:1: expected a statement, found 'var'; variables stand before the first thread")]
    [InlineData("litmus a/var xx/thread t/  store xz 1", "4:9: expected a variable, found 'xz'; did you mean 'xx'?")]
    [InlineData("litmus a/var x/thread t/  stroe x 1", "4:3: expected a statement, found 'stroe'; did you mean 'store'?")]
    [InlineData("litmus a/var x/thread t/  store x", "4:10: expected an expression, found the end of the line")]
    [InlineData("litmus a/var x/thread t/  store x 1 2", "4:13: expected the end of the line, found '2'")]
    [InlineData("litmus a/var x/thread t/  store x x", "4:11: expected a register, found variable 'x'; read it with 'REG = load x' first")]
    [InlineData("litmus a/var x/thread t/  store x[0] 1", "4:9: expected an array before '[', found variable 'x'")]
    [InlineData("litmus a/var a[2]/thread t/  store a 1", "4:11: expected '[', found '1'")]
    [InlineData("litmus a/var x/thread t/  x = load x", "4:3: expected a register, found variable 'x'; change it with 'store x EXPR'")]
    [InlineData("litmus a/var x/thread t/  r = laod x", "4:7: expected 'load', 'add', 'cas' or 'swap' (or 'let' before the register), found 'laod'; did you mean 'load'?")]
    [InlineData("litmus a/var x/thread t/  r = 1", "4:7: expected 'load', 'add', 'cas' or 'swap' (or 'let' before the register), found '1'")]
    [InlineData("litmus a/var x/thread t/  r = cas x 1", "4:14: expected an expression, found the end of the line")]
    [InlineData("litmus a/var x/thread t/  r = cas x -r 1", "4:13: expected a number, a register or an expression in parentheses, found '-'")]
    [InlineData("litmus a/thread t/  let r 1", "3:9: expected '=', found '1'")]
    [InlineData("litmus a/thread t/  let r = (1", "3:13: expected ')', found the end of the line")]
    [InlineData("litmus a/thread t/  let r = 1 $ 2", "3:13: expected a name, a number or an operator, found '$'")]
    [InlineData("litmus a/thread t/  let r = 12ab", "3:13: expected a digit or the end of the number, found 'a'")]
    [InlineData("litmus a/thread t/  let r = 9223372036854775808", "3:11: expected an integer of 64 bits, found '9223372036854775808'")]
    [InlineData("litmus a/thread t/  goto lop/loop:", "3:8: expected a label of thread t, found 'lop'; did you mean 'loop'?")]
    [InlineData("litmus a/thread t/loop:/loop:", "4:1: expected a new label, found 'loop' of line 3 again")]
    [InlineData("litmus a/thread t/  if 1 loop", "3:8: expected 'goto', found 'loop'")]
    [InlineData("litmus a/thread t/  spawn worked/thread worker", "3:9: expected a thread, found 'worked'; did you mean 'worker'?")]
    [InlineData("litmus a/thread t/  join", "3:7: expected the name of a thread, found the end of the line")]
    [InlineData("litmus a/thread t/  lock 1", "3:8: expected the name of a mutex, found '1'")]
    [InlineData("litmus a/thread t/  somewhere", "3:12: expected ':' after a label or '=' after a register, found the end of the line")]
    [InlineData("litmus a/thread t/  let r0 = 1/final r1", "4:7: expected a variable or a register of a thread above, found 'r1'; did you mean 'r0'?")]
    [InlineData("litmus a/thread t/  let r = 1/thread u/  let r = 2/final r == 1", "6:7: expected a register that only one thread has, found 'r' of t and u")]
    [InlineData("litmus a/thread t/final 1/final 1", "4:1: expected one 'final', found a second (the first is on line 3)")]
    [InlineData("litmus a/thread t/final 1/  store x 1", "4:3: expected 'var', 'thread' or 'final', found 'store'")]
    public void A_bad_text_is_refused_where_it_is_bad(string text, string error)
    {
        LitmusException e = Assert.Throws<LitmusException>(() => LitmusProgram.Parse(text.Replace('/', '\n')));
        Assert.Equal(error, string.Create(CultureInfo.InvariantCulture, $"{e.Line}:{e.Column}: {e.Message}"));
    }

    [Fact]
    public void More_threads_than_64_are_refused()
    {
        string text = "litmus many\n" + string.Concat(Enumerable.Range(0, 65).Select(i => FormattableString.Invariant($"thread t{i}\n")));
        Assert.Equal("expected at most 64 threads, found more", Assert.Throws<LitmusException>(() => LitmusProgram.Parse(text)).Message);
    }

    [Fact]
    public void Nesting_without_end_is_refused_and_not_followed()
    {
        string text = "litmus deep\nthread t\n  let r = " + new string('(', 100_000);
        Assert.Equal("expected at most 200 levels of nesting, found more", Assert.Throws<LitmusException>(() => LitmusProgram.Parse(text)).Message);
    }

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 3 - 2", 5)]
    [InlineData("-7 / 2", -3)]
    [InlineData("-7 % 2", -1)]
    [InlineData("7 % -2", 1)]
    [InlineData("- (3)", -3)]
    [InlineData("2--3", 5)]
    [InlineData("1 < 2 == 1", 1)]
    [InlineData("2 <= 2 && 3 >= 4 || 5 != 5", 0)]
    [InlineData("3 > 2", 1)]
    [InlineData("!5 || 7", 1)]
    [InlineData("4 && 7", 1)]
    [InlineData("0 && 1 / 0", 0)]
    [InlineData("1 || 1 / 0", 1)]
    [InlineData("0 || 0", 0)]
    [InlineData("9223372036854775807 + 1 == -9223372036854775808", 1)]
    [InlineData("-9223372036854775808 / -1 == -9223372036854775808", 1)]
    [InlineData("-9223372036854775808 % -1", 0)]
    [InlineData("- -9223372036854775808 == -9223372036854775808", 1)]
    [InlineData("4611686018427387904 * 4", 0)]
    [InlineData("unset + 1", 1)]
    public void An_expression_has_the_value_of_the_language(string expression, long value)
    {
        var model = new LitmusModel(LitmusProgram.Parse($"litmus e\nthread t\n  let r = {expression}\n  assert r == {value.ToString(CultureInfo.InvariantCulture)}\n"));
        Assert.Null(model.Failure);
        Assert.Equal(0UL, model.Unfinished);
    }

    [Fact]
    public void The_words_of_the_language_are_no_reserved_names()
    {
        var model = new LitmusModel(LitmusProgram.Parse("litmus l\nvar lock, var\nthread thread\n  store = load lock\n  if store goto goto\n  assert = cas lock 0 1\ngoto:\n  store var assert + store\n"));
        model.Step(0);
        model.Step(0);
        model.Step(0);
        Assert.Equal("lock=1 var=1", model.Memory());
    }

    [Fact]
    public void Comments_tabs_and_carriage_returns_are_space()
    {
        LitmusProgram program = LitmusProgram.Parse("# first\r\n\r\n litmus  two words # comment\r\nvar\tx = -1 # one\r\nthread t # the thread\r\n\tstore x 2 # two\r\nagain: # label\r\n");
        Assert.Equal("two words", program.Name);
        Assert.Equal(["t"], program.ThreadNames);
        var model = new LitmusModel(program);
        Assert.Equal("x=-1", model.Memory());
        model.Step(0);
        Assert.Equal("x=2", model.Memory());
    }
}
