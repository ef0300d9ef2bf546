namespace Holdfast.Cql;

/// <summary>One prepared statement: its text and how it is to be run. Make one, and use it for every request.</summary>
/// <remarks>Prepared on every coordinator before that takes traffic, and again where a coordinator has forgotten it.</remarks>
/// <param name="name">A short name for metrics and logs; never holds data.</param>
/// <param name="cql">The text, with bind markers. A single-partition statement that may be repeated without harm.</param>
/// <param name="consistency">How many replicas must answer.</param>
public sealed class CqlStatement(string name, string cql, ConsistencyLevel consistency)
{
    /// <summary>A short name for metrics and logs.</summary>
    public string Name { get; } = name;

    /// <summary>The text, with bind markers.</summary>
    public string Cql { get; } = cql;

    /// <summary>How many replicas must answer.</summary>
    public ConsistencyLevel Consistency { get; } = consistency;

    /// <summary>True for a statement that changes data: it carries a timestamp.</summary>
    public bool IsWrite { get; init; }

    /// <summary>How many columns its rows have at least; an answer with fewer, or with no rows at all, is no answer. 0 for no rows.</summary>
    public int Columns { get; init; }

    /// <summary>True waits for a range that nobody can serve now; false is told at once that nobody can.</summary>
    public bool Patient { get; init; } = true;

    /// <summary>True sends a second attempt beside one that takes long; false for what nobody waits for.</summary>
    public bool Hedged { get; init; } = true;

    /// <summary>How long a request may take; null, or more than the cluster's deadline: that one.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>What OpenTelemetry's conventions say of it, made once.</summary>
    internal Telemetry.StatementAttributes Attributes { get; } = new(cql, consistency);
}
