using Xunit;

namespace Holdfast.Acceptance.Operations;

/// <summary>docs/runbook.md, by its shape: whoever is woken finds in every section what it means and what to do, and what it looks like.</summary>
public sealed class RunbookTests
{
    private static readonly string[] s_parts = ["Means.", "Users feel.", "Confirm.", "Do.", "Undo."];

    private static string[] Lines { get; } = File.ReadAllLines(RepositoryRoot.Combine("docs", "runbook.md"));

    [Theory]
    [MemberData(nameof(RuleTests.Names), MemberType = typeof(RuleTests))]
    public void The_section_of_an_alert_says_what_it_means_what_users_feel_how_to_confirm_what_to_do_and_how_to_undo(string alert)
    {
        string[] section = [.. Lines.SkipWhile(line => line != $"## {alert}").Skip(1).TakeWhile(line => !line.StartsWith("# ", StringComparison.Ordinal)
            && !line.StartsWith("## ", StringComparison.Ordinal))];
        int[] starts = [.. s_parts.Select(part => Array.FindIndex(section, line => line.StartsWith($"**{part}**", StringComparison.Ordinal)))];

        Assert.DoesNotContain(-1, starts);
        Assert.Equal(starts.Order(), starts);
        Assert.True(HasCommandWithOutput(section[starts[2]..starts[3]]), $"{alert}: no command with its output tells how to confirm it");
    }

    /// <summary>A block in which a line follows a command and is none itself.</summary>
    private static bool HasCommandWithOutput(string[] lines)
    {
        int begin = Array.FindIndex(lines, line => line.TrimStart() == "```console");
        string[] block = begin < 0 ? [] : [.. lines.Skip(begin + 1).TakeWhile(line => line.TrimStart() != "```")];
        return block.Zip(block.Skip(1)).Any(pair => IsCommand(pair.First) && !IsCommand(pair.Second) && pair.Second.Trim().Length > 0);
    }

    private static bool IsCommand(string line) => line.TrimStart().StartsWith("$ ", StringComparison.Ordinal);
}
