using Holdfast.Cql.Protocol;

namespace Holdfast.Cql.Connections;

/// <summary>Who a connection belongs to. Called under the core's lock.</summary>
internal interface IConnectionOwner
{
    /// <summary>Connected, authenticated, identified, and prepared: it may take requests.</summary>
    void Ready(CqlConnection connection);

    /// <summary>The server pushed an event.</summary>
    void Pushed(CqlConnection connection, EventBody pushed);

    /// <summary>It is over, or never came to be; whoever waited on it has been told. Once.</summary>
    void Closed(CqlConnection connection, string reason);
}
