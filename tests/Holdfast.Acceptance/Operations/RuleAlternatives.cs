namespace Holdfast.Acceptance.Operations;

/// <summary>An expression that holds for one reason or another, taken apart.</summary>
internal static class RuleAlternatives
{
    /// <summary>
    /// For each operand of each <c>or</c>, however deep in parentheses, the expression without the operands beside it; the expression
    /// itself where there is no <c>or</c>. What only stands in for a series that is absent (<c>or 0 * …</c>) is no reason.
    /// </summary>
    public static IReadOnlyList<string> Of(string expression)
    {
        List<string> alternatives = [.. Groups(expression).Where(group => group.Ors.Count > 0).SelectMany(group => Without(expression, group))];
        return alternatives.Count == 0 ? [expression] : alternatives;
    }

    private static IEnumerable<string> Without(string expression, Group group)
    {
        List<int> starts = [group.Start, .. group.Ors.Select(at => at + 2)];
        List<int> ends = [.. group.Ors, group.End];
        List<string> operands = [.. starts.Zip(ends, (start, end) => expression[start..end].Trim())];
        return operands.Exists(operand => operand.StartsWith("0 *", StringComparison.Ordinal))
            ? []
            : operands.Select(operand => $"{expression[..group.Start]} {operand} {expression[group.End..]}");
    }

    /// <summary>The whole, and what is between each pair of parentheses, with where its own <c>or</c>s are.</summary>
    private static List<Group> Groups(string expression)
    {
        List<Group> groups = [new(0)];
        Stack<Group> open = new(groups);
        for (int at = 0; at < expression.Length; at++)
        {
            switch (expression[at])
            {
                case '(':
                    open.Push(new Group(at + 1));
                    groups.Add(open.Peek());
                    break;
                case ')':
                    open.Pop().End = at;
                    break;
                case '{':
                    at = expression.IndexOf('}', at); // no label's value here has a brace
                    break;
                case 'o' when IsWord(expression, at, "or"):
                    open.Peek().Ors.Add(at);
                    break;
            }
        }

        groups[0].End = expression.Length;
        return groups;
    }

    private static bool IsWord(string text, int at, string word) =>
        string.CompareOrdinal(text, at, word, 0, word.Length) == 0
        && (at == 0 || char.IsWhiteSpace(text[at - 1])) && at + word.Length < text.Length && char.IsWhiteSpace(text[at + word.Length]);

    private sealed class Group(int start)
    {
        public int Start => start;

        public int End { get; set; }

        public List<int> Ors { get; } = [];
    }
}
