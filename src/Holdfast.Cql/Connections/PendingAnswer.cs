using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Connections;

/// <summary>Whoever waits under a stream id. Called under the core's lock.</summary>
internal abstract class PendingAnswer
{
    /// <summary>The answer; its bytes are valid until this returns, unless leased.</summary>
    /// <exception cref="ProtocolException">It makes no sense: the connection is closed.</exception>
    public abstract void Answered(CqlConnection connection, in Envelope answer);

    /// <summary>The connection is gone, and the answer with it.</summary>
    public abstract void Lost(CqlConnection connection, string reason);
}
