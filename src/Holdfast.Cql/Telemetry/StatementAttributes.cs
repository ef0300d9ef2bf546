using System.Diagnostics;
using System.Text;

namespace Holdfast.Cql.Telemetry;

/// <summary>
/// A statement in the words of OpenTelemetry's conventions for database clients
/// (https://opentelemetry.io/docs/specs/semconv/db/cassandra/), made once.
/// </summary>
internal sealed class StatementAttributes
{
    public const string ErrorType = "error.type";

    private readonly TagList[] _ofOutcome;

    public StatementAttributes(string cql, ConsistencyLevel consistency)
    {
        Operation = FirstWord(cql);
        Consistency = Word(consistency);
        _ofOutcome = [.. Enum.GetValues<CqlOutcome>().Select(OfOutcome)];
    }

    /// <summary>db.operation.name: the command, such as SELECT.</summary>
    public string Operation { get; }

    /// <summary>cassandra.consistency.level, such as local_quorum.</summary>
    public string Consistency { get; }

    /// <summary>
    /// The attributes of db.client.operation.duration. Without server.address: a request may have asked several coordinators, which
    /// have metrics of their own.
    /// </summary>
    public TagList Of(CqlOutcome outcome) => _ofOutcome[(int)outcome];

    /// <summary>A name of ours as the conventions write such words: LocalQuorum is local_quorum.</summary>
    public static string Word<T>(T name)
        where T : struct, Enum
    {
        StringBuilder word = new();
        foreach (char letter in name.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }

    private TagList OfOutcome(CqlOutcome outcome)
    {
        TagList tags = new()
        {
            { "db.system.name", "cassandra" },
            { "db.operation.name", Operation },
            { "cassandra.consistency.level", Consistency },
        };
        if (outcome != CqlOutcome.Success)
        {
            tags.Add(ErrorType, Word(outcome));
        }

        return tags;
    }

    private static string FirstWord(string cql)
    {
        ReadOnlySpan<char> text = cql.AsSpan().TrimStart();
        int end = text.IndexOfAny(' ', '\n', '\t');
        return text[..(end < 0 ? text.Length : end)].ToString().ToUpperInvariant();
    }
}
