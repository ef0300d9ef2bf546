namespace Holdfast.Cql;

/// <summary>How a request ended.</summary>
public enum CqlOutcome
{
    /// <summary>A coordinator served it at its consistency level.</summary>
    Success,

    /// <summary>No coordinator could serve it: not enough replicas, nobody connected, or waiting was of no use.</summary>
    Unavailable,

    /// <summary>Its deadline passed. A write may still have happened.</summary>
    DeadlineExceeded,

    /// <summary>Too many requests are in flight or waiting.</summary>
    Overloaded,

    /// <summary>The cluster refused it: syntax, schema, permission. No coordinator would say otherwise.</summary>
    Refused,

    /// <summary>The caller gave up. A write may still have happened.</summary>
    Cancelled,
}
