using System.Reflection;
using Holdfast.Events;
using Holdfast.Insight;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Events;

/// <summary>That the catalogues still say what the event log takes from them.</summary>
public sealed class LoggedEventsTests
{
    /// <summary>The catalogues of every assembly of the program: each line's id with its method.</summary>
    private static readonly Dictionary<int, MethodInfo> s_catalogue =
        new[] { typeof(Cql.CqlCluster), typeof(Cassandra.CassandraSessionStore), typeof(Embedded.EmbeddedSessionStore), typeof(ReservedKeys), typeof(EventLog) }
            .SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (Method: method, Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(pair => pair.Line is not null)
            .ToDictionary(pair => pair.Line!.EventId, pair => pair.Method);

    public static TheoryData<int> Taken => [.. s_catalogue.Keys.Where(id => From(id) is not null).Order()];

    [Fact]
    public void Every_kind_of_event_that_the_log_tells_is_told_by_a_line()
    {
        var kinds = s_catalogue.Keys.Select(From).OfType<ServiceEvent>().Select(happened => happened.GetType()).ToHashSet();

        Assert.Equal(
            new[] { typeof(CoordinatorMoved), typeof(QuorumLost), typeof(QuorumBack), typeof(CanaryFailed), typeof(CanaryRecovered), typeof(SessionLost), typeof(ReadinessChanged), typeof(Noted) }.ToHashSet(),
            kinds);
        Assert.Equal(Enumerable.Range(0, 2000).Where(id => From(id) is not null), s_catalogue.Keys.Where(id => From(id) is not null).Order());
    }

    [Theory]
    [MemberData(nameof(Taken))]
    public void Every_value_that_is_taken_from_a_line_is_in_it(int id)
    {
        var method = s_catalogue[id];
        List<string> asked = [];
        var happened = LoggedEvents.From(id, new LogLine(LogLevel.Warning, new Values(method, asked), () => "text"));

        Assert.NotNull(happened);
        var names = method.GetParameters().Select(parameter => char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..]).ToHashSet();
        Assert.Subset(names, asked.ToHashSet());
        Assert.True(method.GetCustomAttribute<LoggerMessageAttribute>()!.Level >= LogLevel.Information);
    }

    [Fact]
    public void A_coordinators_transition_carries_its_evidence()
    {
        KeyValuePair<string, object?>[] values =
        [
            new("Host", "id"), new("Address", "10.0.0.1:9042"), new("From", "Up"), new("To", "Ejected"), new("Reason", "ContradictedUnavailable"),
            new("Count", 2), new("WithinSeconds", 0.25), new("Level", "LocalQuorum"), new("Required", 2), new("Alive", 1), new("ContradictedBy", "nobody"),
        ];

        Assert.Equal(
            new CoordinatorMoved("10.0.0.1:9042", "Up", "Ejected", "ContradictedUnavailable", Evidence: new("LocalQuorum", 2, 1, null, 2, 0.25)),
            LoggedEvents.From(301, new LogLine(LogLevel.Warning, values, () => "")));
    }

    private static ServiceEvent? From(int id) => LoggedEvents.From(id, new LogLine(LogLevel.Warning, [], () => "text"));

    /// <summary>The values that a line of this method has, by the names that the generator gives them; notes what is looked for.</summary>
    private sealed class Values(MethodInfo method, List<string> asked) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => Names.Count;

        private List<string> Names =>
            [.. method.GetParameters().Where(parameter => parameter.ParameterType != typeof(ILogger)).Select(parameter => char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..])];

        public KeyValuePair<string, object?> this[int index] => new(Names[index], null);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            foreach (var name in Names)
            {
                asked.Add(name);
                yield return new KeyValuePair<string, object?>(name, null);
            }

            asked.Add("(not found)");
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
