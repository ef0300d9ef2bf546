namespace Holdfast.CqlLoop;

/// <summary>A way to read a session's value. Lives in this folder: the ways that are compared, and the loop around them.</summary>
internal interface IReader
{
    /// <summary>The length of the value; zero when there is none.</summary>
    ValueTask<int> ReadAsync(KeyValues key, CancellationToken cancellationToken);
}
