namespace Holdfast.Cql.Protocol;

/// <summary>What arrived makes no sense, and the connection it came on cannot be trusted any more. Never holds what arrived.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
