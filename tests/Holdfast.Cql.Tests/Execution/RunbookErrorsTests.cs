using System.Runtime.CompilerServices;
using Holdfast.Acceptance;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Execution;
using Holdfast.Cql.Protocol;
using Xunit;

namespace Holdfast.Cql.Tests.Execution;

/// <summary>docs/runbook.md says what each of Cassandra's errors means here: it is what the client does.</summary>
public sealed class RunbookErrorsTests
{
    public static TheoryData<string> Errors =>
        [.. typeof(ErrorBody).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ErrorBody))).Select(type => type.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_s_row_says_whether_another_coordinator_is_asked(string type)
    {
        string name = type[..^"Body".Length];
        string[] row = Assert.Single(Rows(), cells => cells[1].Split(',', StringSplitOptions.TrimEntries).Contains(name));
        if (type == nameof(UnpreparedBody))
        {
            Assert.Contains("prepares it again", row[3], StringComparison.Ordinal); // before the table is asked
            return;
        }

        ErrorBody error = (ErrorBody)RuntimeHelpers.GetUninitializedObject(typeof(ErrorBody).Assembly.GetType($"{typeof(ErrorBody).Namespace}.{type}", throwOnError: true)!);
        switch (ErrorTable.Read(error).Result.Rule())
        {
            case RetryRule.Never:
                Assert.Equal("no retry", row[3]);
                break;
            case RetryRule.ElsewhereAtOnce:
                Assert.StartsWith("another", row[3], StringComparison.Ordinal);
                Assert.True(row[3].Contains("at once", StringComparison.Ordinal), row[3]);
                break;
            default:
                Assert.Matches("^another|^the same write again", row[3]);
                break;
        }
    }

    private static IEnumerable<string[]> Rows() => File.ReadLines(RepositoryRoot.Combine("docs", "runbook.md"))
        .SkipWhile(line => line != "## What each of Cassandra's errors means here").Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith('|'))
        .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray());
}
