using Holdfast.Lab.Cql.Types;
using Holdfast.Lab.Protocol.Types;

namespace Holdfast.Lab.Cql.Planning;

/// <summary>Functions that make or convert times.</summary>
internal static class TimeFunctions
{
    /// <returns>The type of the result, and of the argument, if it takes one.</returns>
    public static (CqlType Result, CqlType? Argument) Find(string? keyspace, string name, int arguments)
    {
        (CqlType Result, CqlType? Argument)? found = keyspace is not (null or "system") ? null : name switch
        {
            "now" or "currenttimeuuid" => (CqlType.Timeuuid, null),
            "uuid" => (CqlType.Uuid, null),
            "currenttimestamp" => (CqlType.Timestamp, null),
            "totimestamp" or "dateof" => (CqlType.Timestamp, CqlType.Timeuuid),
            "tounixtimestamp" or "unixtimestampof" => (CqlType.Bigint, CqlType.Timeuuid),
            _ => null,
        };
        if (found is not { } function)
        {
            throw CqlException.Invalid($"Unknown function '{(keyspace is null ? name : $"{keyspace}.{name}")}'");
        }

        int expected = function.Argument is null ? 0 : 1;
        return arguments == expected
            ? function
            : throw CqlException.Invalid(
                $"Invalid number of arguments in call to function system.{name}: {expected} required but {arguments} provided");
    }

    public static byte[]? Evaluate(string name, byte[]? argument, BindContext context)
    {
        switch (name)
        {
            case "now" or "currenttimeuuid":
                return context.NewTimeUuid();
            case "uuid":
                byte[] uuid = context.NewTimeUuid();
                uuid[6] = (byte)((uuid[6] & 0x0F) | 0x40);
                return uuid;
            case "currenttimestamp":
                return CqlValue.Bigint(context.NowMicros / 1000);
            default:
                return argument is { Length: 16 } ? CqlValue.Bigint(TimeUuid.UnixMilliseconds(argument)) : null;
        }
    }
}
