using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Execution;

/// <summary>What each error of the protocol means to a request.</summary>
internal static class ErrorTable
{
    public static (AttemptResult Result, int Required, int Alive) Read(ErrorBody error) => error switch
    {
        UnavailableBody unavailable => (AttemptResult.Unavailable, unavailable.Required, unavailable.Alive),
        IsBootstrappingBody => (AttemptResult.IsBootstrapping, 0, 0),
        OverloadedBody => (AttemptResult.Overloaded, 0, 0),
        ServerErrorBody or ProtocolErrorBody or UnpreparedBody => (AttemptResult.ServerError, 0, 0),
        ReadTimeoutBody read => (AttemptResult.ReadTimeout, read.Required, read.Received),
        WriteTimeoutBody write => (AttemptResult.WriteTimeout, write.Required, write.Received),
        ReadFailureBody read => (AttemptResult.ReadFailure, read.Required, read.Received),
        UnauthorizedBody => (AttemptResult.Unauthorized, 0, 0),
        WriteFailureBody write => (AttemptResult.WriteFailure, write.Required, write.Received),

        // A truncation or a CAS is none of ours, and syntax and schema are the same everywhere.
        _ => (AttemptResult.Refused, 0, 0),
    };
}
