using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Syntax;

public sealed class SyntaxErrorTests
{
    [Theory]
    [InlineData("FOO", "line 1:0 no viable alternative at input 'FOO' ([FOO])")]
    [InlineData("FOO BAR", "line 1:0 no viable alternative at input 'FOO' ([FOO]...)")]
    [InlineData("", "line 0:-1 no viable alternative at input '<EOF>'")]
    [InlineData("SELECT * FORM t", "line 1:9 mismatched input 'FORM' expecting K_FROM (SELECT * [FORM]...)")]
    [InlineData("SELECT * FROM", "line 0:-1 no viable alternative at input '<EOF>'")]
    [InlineData("SELECT * FROM t WHERE", "line 0:-1 no viable alternative at input '<EOF>'")]
    [InlineData("CREATE FOO x", "line 1:7 no viable alternative at input 'FOO' ([CREATE] FOO...)")]
    [InlineData("SELECT * FROM t WHERE k = 1 foo", "line 1:28 mismatched input 'foo' expecting EOF (...t WHERE k = 1 [foo])")]
    [InlineData("SELECT *\nFROM t WHERE k = 'x", "line 2:19 mismatched character '<EOF>' expecting '''")]
    [InlineData("SELECT # FROM t", "line 1:7 no viable alternative at character '#'")]
    [InlineData("SELECT * FROM ?", "Bind variables cannot be used for table names")]
    [InlineData("INSERT INTO t (a) VALUES (1", "line 0:-1 mismatched input '<EOF>' expecting ')'")]
    [InlineData("DROP TABLE table", "line 1:11 no viable alternative at input 'table' (DROP TABLE [table])")]
    [InlineData("UPDATE t SET a = b WHERE k = 1", "line 1:19 no viable alternative at input 'WHERE' (UPDATE t SET a = [b] WHERE...)")]
    public void A_syntax_error_says_where_and_what_as_Cassandra_does(string query, string message)
    {
        CqlException refused = Assert.Throws<CqlException>(() => Parser.Parse(query));
        Assert.Equal(ErrorCode.Syntax, refused.Code);
        Assert.Equal(message, refused.Message);
    }

    [Theory]
    [InlineData("SELECT * FROM t WHERE k = ", "[", "]")]
    [InlineData("INSERT INTO t (a) VALUES (", "{", "}")]
    [InlineData("INSERT INTO t (a) VALUES (", "f(", ")")]
    [InlineData("CREATE TABLE t (a ", "list<", ">")]
    [InlineData("SELECT ", "f(", ")")]
    [InlineData("SELECT * FROM t WHERE ", "(", ")")]
    public void Deep_nesting_is_refused_before_it_can_exhaust_the_stack(string before, string open, string close)
    {
        string query = before + string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Equal(ErrorCode.Syntax, Assert.Throws<CqlException>(() => Parser.Parse(query)).Code);
    }
}
