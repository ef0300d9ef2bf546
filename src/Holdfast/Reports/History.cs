using Holdfast.Events;

namespace Holdfast.Reports;

/// <summary>Something that happened, and where.</summary>
/// <param name="Log">Which of the logs told it.</param>
/// <param name="Instance">The instance it happened to.</param>
/// <param name="Event">What.</param>
internal readonly record struct Happening(int Log, string Instance, ServiceEvent Event)
{
    public DateTimeOffset At => Event.At;
}

/// <summary>
/// What the logs of all instances tell, in the order of time, and the span that is asked about. Lives in this folder: from events to the
/// draft of a review, without a clock, a file or a console.
/// </summary>
internal sealed class History
{
    public History(IReadOnlyList<EventRecord> logs, DateTimeOffset from, DateTimeOffset to)
    {
        (Logs, From, To) = (logs, from, to);
        All =
        [
            .. logs.SelectMany((log, index) => log.Events.Select(told => new Happening(index, told.Instance, told.Event)))
                .OrderBy(happening => happening.At), // stable: at the same moment, as they were written
        ];
        Within = [.. All.Where(happening => happening.At >= from && happening.At <= to)];
    }

    public IReadOnlyList<EventRecord> Logs { get; }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    /// <summary>Before and after the span, too.</summary>
    public IReadOnlyList<Happening> All { get; }

    public IReadOnlyList<Happening> Within { get; }

    /// <summary>The instances that told anything within the span.</summary>
    public IReadOnlyList<string> Instances => [.. Within.Select(happening => happening.Instance).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Of one kind, within the span.</summary>
    public IEnumerable<(Happening At, T Event)> Of<T>()
        where T : ServiceEvent => Within.Where(happening => happening.Event is T).Select(happening => (happening, (T)happening.Event));
}
