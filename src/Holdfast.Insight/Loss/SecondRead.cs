using Holdfast.Sessions;

namespace Holdfast.Insight.Loss;

/// <summary>Reads a key again, from more replicas than a request's read asks where the storage has more.</summary>
public delegate ValueTask<SecondAnswer> SecondRead(SessionKey key, CancellationToken cancellationToken);

/// <summary>What came of a second read; whoever gets it disposes of its lease.</summary>
/// <param name="Read">The answer.</param>
/// <param name="Age">How long ago the value was written, by the storage's own mark; null where it has none.</param>
public readonly record struct SecondAnswer(ReadResult Read, TimeSpan? Age);
