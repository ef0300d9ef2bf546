using Holdfast.Sessions;

namespace Holdfast.Insight.Canary;

/// <summary>One way into the storage.</summary>
/// <param name="Coordinator">Its name in metrics and in the log.</param>
/// <param name="Sessions">The storage, reached this way and no other.</param>
public readonly record struct CanaryPath(string Coordinator, ISessionStore Sessions);
