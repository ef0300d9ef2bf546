using CsCheck;
using Holdfast.Lab.Cql.Syntax;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Syntax;

public sealed class RoundTripTests
{
    [Fact]
    public void A_statement_that_is_written_and_read_is_the_same_statement() =>
        StatementGen.Any.Sample(
            statement =>
            {
                string text = statement.ToString();
                ParsedStatement read = Parser.Parse(text);
                Assert.Equal(text, read.Statement.ToString());
                Assert.Equal(read, Parser.Parse(text));
                if (read.MarkerCount == 0)
                {
                    // Reading numbers the markers; a generated tree has them all zero.
                    Assert.Equal(statement, read.Statement);
                }
            },
            iter: 20_000);
}
