namespace Holdfast.Lab.Cluster.Coordination;

/// <summary>What a traced request did at its coordinator until it was answered.</summary>
/// <param name="id">Under which it is told.</param>
/// <param name="began">When it came, by the lab's clock.</param>
/// <param name="beganAt">The same by the node's clock.</param>
internal sealed class RequestTrace(Guid id, TimeSpan began, DateTimeOffset beganAt)
{
    /// <summary>More than a read of one key asks of any cluster; what comes after these is not kept.</summary>
    private const int StepsMax = 200;

    private readonly List<TraceStep> steps = [];

    public Guid Id => id;

    public TimeSpan Began => began;

    public DateTimeOffset BeganAt => beganAt;

    public IReadOnlyList<TraceStep> Steps => steps;

    public void Add(TimeSpan now, string activity)
    {
        if (steps.Count < StepsMax)
        {
            steps.Add(new TraceStep(now - began, activity));
        }
    }
}

/// <param name="After">Since the request came.</param>
/// <param name="Activity">In Cassandra's words where it has some.</param>
internal sealed record TraceStep(TimeSpan After, string Activity);
