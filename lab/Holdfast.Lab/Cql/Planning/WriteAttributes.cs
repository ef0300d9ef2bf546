using System.Buffers.Binary;
using Holdfast.Lab.Cql.Schema;
using Holdfast.Lab.Cql.Syntax;
using Holdfast.Lab.Protocol;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>What follows USING, and what holds without it (cql3/Attributes.java).</summary>
internal sealed class WriteAttributes
{
    private readonly BoundTerm? timestamp;
    private readonly BoundTerm? timeToLive;

    private WriteAttributes(BoundTerm? timestamp, BoundTerm? timeToLive)
    {
        this.timestamp = timestamp;
        this.timeToLive = timeToLive;
    }

    public static WriteAttributes Read(UsingClause clause, VariableCollector variables)
    {
        var timestamp = clause.Timestamp is { } t ? BoundTerm.Create(t, CqlType.Bigint, "[timestamp]", variables) : null;
        var timeToLive = clause.TimeToLive is { } l ? BoundTerm.Create(l, CqlType.Int, "[ttl]", variables) : null;
        return new WriteAttributes(timestamp, timeToLive);
    }

    public long Timestamp(BindContext context)
    {
        var value = timestamp?.Evaluate(context) ?? BoundValue.Unset;
        if (value.IsUnset)
        {
            return context.Timestamp;
        }

        return value.Bytes is { Length: sizeof(long) } bytes
            ? BinaryPrimitives.ReadInt64BigEndian(bytes)
            : throw CqlException.Invalid("Invalid null value of timestamp");
    }

    /// <summary>Seconds to live; zero for ever.</summary>
    public int TimeToLive(TableMetadata table, BindContext context)
    {
        int byDefault = table.Parameters.DefaultTimeToLive;
        var value = timeToLive?.Evaluate(context) ?? BoundValue.Unset;
        if (value.IsUnset)
        {
            CheckExpiration(table, byDefault, "default ", context);
            return byDefault;
        }

        int seconds = value.Bytes is { Length: sizeof(int) } bytes ? BinaryPrimitives.ReadInt32BigEndian(bytes) : 0;
        if (seconds < 0)
        {
            throw CqlException.Invalid($"A TTL must be greater or equal to 0, but was {seconds}");
        }

        if (seconds > TableOptionsReader.TimeToLiveMax)
        {
            throw CqlException.Invalid(
                $"ttl is too large. requested ({seconds}) maximum ({TableOptionsReader.TimeToLiveMax})");
        }

        CheckExpiration(table, seconds, "", context);
        return seconds;
    }

    private static void CheckExpiration(TableMetadata table, int seconds, string which, BindContext context)
    {
        if (seconds == 0 || context.Profile.ExpirationMaxSeconds is not { } last || context.NowSeconds + seconds <= last)
        {
            return;
        }

        string date = DateTimeOffset.FromUnixTimeSeconds(last)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", System.Globalization.CultureInfo.InvariantCulture);
        throw CqlException.Invalid(
            $"Request on table {table.Keyspace}.{table.Name} with {which}ttl of {seconds} seconds exceeds maximum supported "
            + $"expiration date of {date}. In order to avoid this use a lower TTL, change the expiration date overflow policy "
            + "or upgrade to a version where this limitation is fixed. See CASSANDRA-14092 for more details.");
    }
}
