namespace Holdfast.Lab.Faults;

/// <summary>A fault as somebody asked for it, not yet understood.</summary>
/// <param name="Kind">A kind's name.</param>
/// <param name="Nodes">Names, addresses, indexes, data centres or `all`.</param>
/// <param name="Arguments">By parameter name; `for` heals it after a while.</param>
internal sealed record FaultRequest(string Kind, IReadOnlyList<string> Nodes, IReadOnlyDictionary<string, string> Arguments);

/// <summary>A request that cannot be understood; the message is for whoever wrote it.</summary>
internal sealed class FaultRequestException(string message) : Exception(message);
