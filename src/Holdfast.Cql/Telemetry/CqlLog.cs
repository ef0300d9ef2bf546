using Microsoft.Extensions.Logging;

namespace Holdfast.Cql.Telemetry;

#pragma warning disable SYSLIB1015 // What is not in a text is a field of its own on the line.

/// <summary>
/// Every line that the client logs. Event ids are stable; keys and values never appear. What a line's request is called is passed beside
/// the text.
/// </summary>
internal static partial class CqlLog
{
    [LoggerMessage(300, LogLevel.Information, "Coordinator {Host} ({Address}) is {To}, was {From}: {Reason}")]
    public static partial void Moved(this ILogger logger, string host, string address, string from, string to, string reason);

    [LoggerMessage(301, LogLevel.Warning, "Coordinator {Host} ({Address}) is {To}, was {From}: {Reason}, {Count} within {WithinSeconds} s at {Level}, required {Required}, alive {Alive}, contradicted by {ContradictedBy}, replica set {ReplicaSet}")]
    public static partial void Ejected(this ILogger logger, string host, string address, string from, string to, string reason, int count, double withinSeconds, string level, int required, int alive, string contradictedBy, int replicaSet);

    [LoggerMessage(302, LogLevel.Warning, "Coordinator {Host} ({Address}) stays in service although {Reason} would eject it: too few others serve (at {Level}, required {Required}, alive {Alive}, contradicted by {ContradictedBy})")]
    public static partial void EjectionWithheld(this ILogger logger, string host, string address, string reason, string level, int required, int alive, string contradictedBy);

    [LoggerMessage(303, LogLevel.Warning, "Coordinator {Host} ({Address}) has no connection: {Reason}")]
    public static partial void Troubled(this ILogger logger, string host, string address, string reason);

    [LoggerMessage(304, LogLevel.Error, "The cluster cannot serve {Level} for {DarkRanges} of {Ranges} replica sets ({Reason}): requests for them wait")]
    public static partial void RangeDark(this ILogger logger, string level, int darkRanges, int ranges, string reason, string? requestId, string? traceId);

    [LoggerMessage(305, LogLevel.Information, "The cluster serves {Level} again for every replica set")]
    public static partial void AllLit(this ILogger logger, string level);

    [LoggerMessage(306, LogLevel.Information, "The cluster has {Hosts} hosts, {Coordinators} of them coordinators in data centre {DataCenter}, and {Ranges} replica sets")]
    public static partial void Topology(this ILogger logger, int hosts, int coordinators, string dataCenter, int ranges);

    [LoggerMessage(307, LogLevel.Warning, "No local data centre is configured: taking {DataCenter}, where the first contact point to answer lies. Name it, or two instances may differ")]
    public static partial void LocalDataCenterGuessed(this ILogger logger, string dataCenter);

    [LoggerMessage(308, LogLevel.Error, "No host of the cluster is in the local data centre '{DataCenter}'; there are: {DataCenters}")]
    public static partial void LocalDataCenterEmpty(this ILogger logger, string dataCenter, string dataCenters);

    [LoggerMessage(309, LogLevel.Warning, "No coordinator is in service: {Tried}")]
    public static partial void Unreachable(this ILogger logger, string tried);

    [LoggerMessage(310, LogLevel.Warning, "At {Address} answers host {Found}, not {Expected}: a new host, which inherits nothing")]
    public static partial void Displaced(this ILogger logger, string address, string expected, string found);

    [LoggerMessage(311, LogLevel.Warning, "The contact point {Name} cannot be looked up: {Reason}")]
    public static partial void ContactPointUnknown(this ILogger logger, string name, string reason);

    [LoggerMessage(313, LogLevel.Debug, "Coordinator {Host} ({Address}) is {To}, was {From}: {Reason}")]
    public static partial void Tried(this ILogger logger, string host, string address, string from, string to, string reason);

    [LoggerMessage(314, LogLevel.Debug, "Coordinator {Host} ({Address}) still has no connection: {Reason}")]
    public static partial void StillTroubled(this ILogger logger, string host, string address, string reason);

    [LoggerMessage(315, LogLevel.Debug, "Coordinator {Address} failed an attempt at {Level}: {Result}")]
    public static partial void AttemptFailed(this ILogger logger, string address, string result, string level, string? requestId, string? traceId);

    [LoggerMessage(316, LogLevel.Information, "Nobody has asked for {Level} for {Seconds} s where the cluster could not serve it: whether it does again, the next request finds out")]
    public static partial void RangeForgotten(this ILogger logger, string level, double seconds);

    [LoggerMessage(312, LogLevel.Critical, "Protection is off: no retry, no ejection, no probe, no hedge. For falsification only")]
    public static partial void Unprotected(this ILogger logger);
}
