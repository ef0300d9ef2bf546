namespace Holdfast.Cql.Routing;

/// <summary>One host's place in the ring.</summary>
/// <param name="Id">Its host id.</param>
/// <param name="DataCenter">Its data centre.</param>
/// <param name="Rack">Its rack within the data centre.</param>
/// <param name="Tokens">The tokens it owns.</param>
public sealed record RingMember(HostId Id, string DataCenter, string Rack, IReadOnlyList<long> Tokens);
