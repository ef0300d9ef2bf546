namespace Holdfast.Cql;

/// <summary>
/// The values of one request, written straight into a connection's output, once an attempt. What it refers to must stay
/// unchanged until the request has completed.
/// </summary>
public interface ICqlValues
{
    /// <summary>The serialized partition key: what the token is computed of.</summary>
    ReadOnlySpan<byte> PartitionKey { get; }

    /// <summary>About how many bytes the values take: what waiting requests are bounded by.</summary>
    int SizeHint { get; }

    /// <summary>How many values there are, one a marker.</summary>
    int Count { get; }

    /// <summary>
    /// What its request is called in log lines; null for nothing. Asked for only when such a line is written, while the request waits.
    /// </summary>
    string? Caller => null;

    /// <summary>Writes every value in the order of the statement's markers.</summary>
    void Write(CqlValueWriter writer);
}
