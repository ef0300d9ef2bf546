namespace Holdfast.Lab.Protocol.Responses;

/// <summary>Writes errors, each with what its code adds.</summary>
internal static class ErrorWriter
{
    private const string Cas = "CAS";

    public static void Write(BodyWriter writer, ErrorResponse error, int version)
    {
        if (error is CasWriteUnknownError unknown && version < 5)
        {
            error = new WriteTimeoutError(unknown.Message, unknown.Level, unknown.Received, unknown.BlockFor, Cas);
        }

        writer.Int((int)error.Code);
        writer.String(error.Message);
        switch (error)
        {
            case UnavailableError unavailable:
                Counts(writer, unavailable.Level, unavailable.Required, unavailable.Alive);
                break;
            case WriteTimeoutError timeout:
                Counts(writer, timeout.Level, timeout.Received, timeout.BlockFor);
                writer.String(timeout.WriteType);
                if (version >= 5 && timeout.WriteType == Cas)
                {
                    writer.Short(timeout.Contentions);
                }

                break;
            case CasWriteUnknownError cas:
                Counts(writer, cas.Level, cas.Received, cas.BlockFor);
                break;
            case FunctionFailureError function:
                writer.String(function.Keyspace);
                writer.String(function.Function);
                writer.StringList(function.ArgumentTypes);
                break;
            case ReadTimeoutError timeout:
                Counts(writer, timeout.Level, timeout.Received, timeout.BlockFor);
                writer.Byte(timeout.DataPresent ? (byte)1 : (byte)0);
                break;
            case WriteFailureError failure:
                Counts(writer, failure.Level, failure.Received, failure.BlockFor);
                Failures(writer, failure.Failures, version);
                writer.String(failure.WriteType);
                break;
            case ReadFailureError failure:
                Counts(writer, failure.Level, failure.Received, failure.BlockFor);
                Failures(writer, failure.Failures, version);
                writer.Byte(failure.DataPresent ? (byte)1 : (byte)0);
                break;
            case AlreadyExistsError exists:
                writer.String(exists.Keyspace);
                writer.String(exists.Table);
                break;
            case UnpreparedError unprepared:
                writer.ShortBytes(unprepared.Id);
                break;
            default:
                break;
        }
    }

    private static void Counts(BodyWriter writer, ConsistencyLevel level, int first, int second)
    {
        writer.Short((ushort)level);
        writer.Int(first);
        writer.Int(second);
    }

    private static void Failures(BodyWriter writer, IReadOnlyList<FailedReplica> failures, int version)
    {
        writer.Int(failures.Count);
        if (version < 5)
        {
            return;
        }

        foreach (var failure in failures)
        {
            writer.InetAddress(failure.Address);
            writer.Short(failure.Reason);
        }
    }
}
