namespace Holdfast.Tests.Http;

/// <summary>One wrong request, alone or among good ones on the same connection, and what an honest server may answer.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Parts">The bytes, in the pieces to send them in.</param>
internal sealed record MalformedRequest(string Kind, IReadOnlyList<byte[]> Parts)
{
    /// <summary>
    /// The answers to what is good before it. In the same write they may be lost, since Kestrel aborts a connection whose
    /// framing is broken without sending first what is under way; nothing else may come in their place.
    /// </summary>
    public IReadOnlyList<int> Before { get; init; } = [];

    /// <summary>Whether the first piece is all that is good: it is answered in full before the rest is sent.</summary>
    public bool IsGoodFirst { get; init; }

    /// <summary>Good requests behind it in the same write.</summary>
    public int After { get; init; }

    /// <summary>Answers to wait for before this side says that it is done: until then nothing may keep the server from giving them.</summary>
    public int Awaited => Before.Count + (After == 0 ? 0 : After + 1);

    /// <summary>A pause between the pieces.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>What is wrong with the answers that came until the server closed the connection; null when nothing is.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="good">What good requests behind it read.</param>
    public string? Fault(IReadOnlyList<RawResponse> answers, string good)
    {
        var before = answers.Take(Before.Count).Select(answer => answer.Status);
        if (!before.SequenceEqual(Before.Take(answers.Count)) || (IsGoodFirst && answers.Count < Before.Count))
        {
            return "what was good before it was not answered";
        }

        if (answers.Count <= Before.Count)
        {
            return null; // closed without a word
        }

        var refusal = answers[Before.Count];
        if (refusal.Status is not ((>= 400 and < 500) or 501 or 505))
        {
            return "it was not refused";
        }

        // After the refusal the server either gives the connection up or serves what follows, all of it and nothing else.
        var rest = answers.Skip(Before.Count + 1).ToList();
        var expected = refusal["Connection"] == "close" ? 0 : After;
        return rest.Count == expected && rest.All(answer => answer.Status == 200 && answer.Text == good)
            ? null
            : $"{rest.Count} answers followed the refusal instead of {expected} good ones";
    }
}
