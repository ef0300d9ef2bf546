using System.Net;

namespace Holdfast.Cql.Protocol;

/// <summary>Reads the bodies of errors.</summary>
internal static class Errors
{
    public static ErrorBody Read(in Envelope envelope)
    {
        BodyReader body = new(envelope.Body);
        int code = body.Int();
        string said = body.String();
        bool v5 = envelope.Version == ProtocolVersion.V5;
        return code switch
        {
            0x0000 => new ServerErrorBody(said),
            0x000A => new ProtocolErrorBody(said),
            0x0100 => new BadCredentialsBody(said),
            0x1000 => new UnavailableBody(said, Level(ref body), body.Int(), body.Int()),
            0x1001 => new OverloadedBody(said),
            0x1002 => new IsBootstrappingBody(said),
            0x1003 => new TruncateErrorBody(said),
            0x1100 => WriteTimeout(ref body, said, v5),
            0x1200 => new ReadTimeoutBody(said, Level(ref body), body.Int(), body.Int(), body.Byte() != 0),
            0x1300 => ReadFailure(ref body, said, v5),
            0x1400 => new FunctionFailureBody(said, body.String(), body.String(), body.StringList()),
            0x1500 => WriteFailure(ref body, said, v5),
            0x1600 => new CdcWriteFailureBody(said),
            0x1700 => new CasWriteUnknownBody(said, Level(ref body), body.Int(), body.Int()),
            0x2000 => new SyntaxErrorBody(said),
            0x2100 => new UnauthorizedBody(said),
            0x2200 => new InvalidBody(said),
            0x2300 => new ConfigErrorBody(said),
            0x2400 => new AlreadyExistsBody(said, body.String(), body.String()),
            0x2500 => new UnpreparedBody(said, body.ShortBytes().ToArray()),
            _ => new UnknownErrorBody(said, code),
        };
    }

    private static ConsistencyLevel Level(ref BodyReader body) => (ConsistencyLevel)body.Short();

    private static WriteTimeoutBody WriteTimeout(ref BodyReader body, string said, bool v5)
    {
        ConsistencyLevel level = Level(ref body);
        int received = body.Int();
        int required = body.Int();
        string type = body.String();
        return new WriteTimeoutBody(said, level, received, required, type, v5 && type == "CAS" && body.Left >= 2 ? body.Short() : null);
    }

    private static ReadFailureBody ReadFailure(ref BodyReader body, string said, bool v5)
    {
        ConsistencyLevel level = Level(ref body);
        int received = body.Int();
        int required = body.Int();
        List<KeyValuePair<IPAddress, int>> reasons = Reasons(ref body, v5, out int failures);
        return new ReadFailureBody(said, level, received, required, failures, reasons, body.Byte() != 0);
    }

    private static WriteFailureBody WriteFailure(ref BodyReader body, string said, bool v5)
    {
        ConsistencyLevel level = Level(ref body);
        int received = body.Int();
        int required = body.Int();
        List<KeyValuePair<IPAddress, int>> reasons = Reasons(ref body, v5, out int failures);
        return new WriteFailureBody(said, level, received, required, failures, reasons, body.String());
    }

    /// <summary>v4 has a count, v5 a map from a replica's address to a code.</summary>
    private static List<KeyValuePair<IPAddress, int>> Reasons(ref BodyReader body, bool v5, out int failures)
    {
        if (!v5)
        {
            failures = body.Int();
            return [];
        }

        const int addressAndCodeMin = 1 + 4 + 2;
        failures = body.Count(addressAndCodeMin);
        List<KeyValuePair<IPAddress, int>> reasons = new(failures);
        for (int i = 0; i < failures; i++)
        {
            reasons.Add(new KeyValuePair<IPAddress, int>(body.Address(), body.Short()));
        }

        return reasons;
    }
}
